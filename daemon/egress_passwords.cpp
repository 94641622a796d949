#include "daemon/egress_passwords.h"

#include <cstdlib>
#include <filesystem>

#include "daemon/text_file.h"

namespace frontierd {
namespace {

constexpr std::size_t kPasswordMax = 255;  // RFC 1929

Result<std::string> file_of(const EgressWay& way) {
  if (!way.password_file.empty()) return way.password_file;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder != nullptr && *folder != 0) {
    return (std::filesystem::path(folder) / way.credential).string();
  }
  return fail(Errc::Usage, "egress.way " + way.name + ": credential " + way.credential +
                               " needs systemd (LoadCredential=" + way.credential +
                               ":/path in the unit); use password_file without it");
}

Result<std::string> first_line(const EgressWay& way, const std::string& path) {
  auto text = read_text_file(path);
  if (!text) {
    return fail(Errc::Usage, "egress.way " + way.name + ": the password cannot be read. " +
                                 text.error().what);
  }
  std::string line = text->substr(0, text->find('\n'));
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty() || line.size() > kPasswordMax || line.find('\0') != std::string::npos) {
    return fail(Errc::Usage, "egress.way " + way.name + ": the first line of " + path +
                                 " must be a password of 1 to 255 bytes");
  }
  return line;
}

}  // namespace

Result<void> read_passwords(std::vector<EgressWay>& ways) {
  for (EgressWay& way : ways) {
    if (way.password_file.empty() && way.credential.empty()) continue;
    TRY_ASSIGN(const std::string path, file_of(way));
    TRY_ASSIGN(way.password, first_line(way, path));
  }
  return {};
}

}  // namespace frontierd
