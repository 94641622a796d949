#include "api/server.h"

#include <sys/stat.h>

#include <fstream>

#include "api/listener.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::size_t kTokenBytesMin = 16;

}  // namespace

struct ApiServer::Parts {
  net::io_context& loop;
  std::shared_ptr<ApiShared> shared;
  std::shared_ptr<Listener> local;
  std::shared_ptr<Listener> tcp;
};

ApiServer::ApiServer(net::io_context& loop, Control& control, Inspector& inspector,
                     MetricsJournal& metrics, ApiOptions options)
    : parts_(std::make_unique<Parts>(
          Parts{loop,
                std::make_shared<ApiShared>(control, inspector, metrics, std::move(options)),
                {},
                {}})) {}

ApiServer::~ApiServer() {
  close();
}

Result<void> ApiServer::open() {
  const ApiOptions& options = parts_->shared->options;
  if (!options.socket_path.empty()) {
    auto listener = std::make_shared<Listener>(parts_->loop, parts_->shared, false);
    TRY(listener->bind_unix(options.socket_path, options.socket_mode));
    parts_->local = std::move(listener);
  }
  if (!options.tcp_address.empty()) {
    auto listener = std::make_shared<Listener>(parts_->loop, parts_->shared, true);
    TRY(listener->bind_tcp(options.tcp_address, options.tcp_port));
    parts_->tcp = std::move(listener);
  }
  if (parts_->local) parts_->local->start();
  if (parts_->tcp) parts_->tcp->start();
  return {};
}

void ApiServer::close() {
  parts_->shared->closed = true;
  if (parts_->local) parts_->local->close();
  if (parts_->tcp) parts_->tcp->close();
  for (Session* session : parts_->shared->sessions) session->cancel();
}

std::uint16_t ApiServer::tcp_port() const {
  return parts_->tcp ? parts_->tcp->port() : 0;
}

Result<std::string> read_token_file(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return fail(Errc::NotFound, "cannot read the token file " + path + "; check its path");
  }
  if (!S_ISREG(found.st_mode)) {
    return fail(Errc::Usage, "the token file " + path + " is no regular file; name one");
  }
  if ((found.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    return fail(Errc::Usage, "others may read the token file " + path + "; run `chmod 600` on it");
  }
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const std::string token(trim(line));
  if (token.size() >= kTokenBytesMin) return token;
  return fail(Errc::Usage, "the token in " + path + " must have at least " +
                               std::to_string(kTokenBytesMin) +
                               " characters, on its first line; "
                               "`openssl rand -hex 32` makes one");
}

}  // namespace frontierd
