#include "api/listener.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace frontierd {
namespace {

constexpr std::chrono::milliseconds kOutOfDescriptorsPause{200};
constexpr std::size_t kSocketPathMax = sizeof(sockaddr_un::sun_path) - 1;

// Removes the socket file of a daemon that is gone.
Result<void> clear_stale(net::io_context& loop, const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) {
    return fail(Errc::Usage, path + " exists and is not a socket; remove it or set another path");
  }
  net::local::stream_protocol::socket probe(loop);
  beast::error_code error;
  probe.connect(net::local::stream_protocol::endpoint(path), error);
  if (!error) {
    return fail(Errc::Conflict, "another process answers on " + path +
                                    "; stop it first, or set another socket path");
  }
  if (error != net::error::connection_refused) {
    return fail(Errc::Io, "cannot tell whether " + path + " is in use (" + error.message() +
                              "); remove it if no daemon runs");
  }
  if (::unlink(path.c_str()) != 0) {
    return fail(Errc::Io, "cannot remove the stale socket " + path +
                              "; check the permissions of its directory");
  }
  return {};
}

std::uint64_t inode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

}  // namespace

Listener::Listener(net::io_context& loop, std::shared_ptr<ApiShared> shared, bool over_tcp)
    : acceptor_(loop), pause_(loop), shared_(std::move(shared)), over_tcp_(over_tcp) {}

Result<void> Listener::listen_on(const net::generic::stream_protocol::endpoint& where,
                                 const std::string& name, unsigned mode) {
  beast::error_code error;
  acceptor_.open(where.protocol(), error);
  if (!error && over_tcp_) acceptor_.set_option(net::socket_base::reuse_address(true), error);
  // On Linux the file is made with the mode of the unbound socket: there is no moment in which
  // others could connect.
  if (!error && !over_tcp_) ::fchmod(acceptor_.native_handle(), mode);
  if (!error) acceptor_.bind(where, error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (!error) return {};
  beast::error_code ignored;
  acceptor_.close(ignored);
  if (error == net::error::address_in_use) {
    return fail(Errc::Conflict, name + " is in use; stop the other process or set another address");
  }
  return fail(Errc::Io, "cannot listen on " + name + " (" + error.message() +
                            "); check that it exists and that we may use it");
}

Result<void> Listener::bind_unix(const std::string& path, unsigned mode) {
  if (path.size() > kSocketPathMax) {
    return fail(Errc::Usage, "the socket path is longer than " + std::to_string(kSocketPathMax) +
                                 " bytes; choose a shorter one");
  }
  TRY(clear_stale(static_cast<net::io_context&>(acceptor_.get_executor().context()), path));
  TRY(listen_on(net::local::stream_protocol::endpoint(path), path, mode));
  socket_path_ = path;
  socket_inode_ = inode_of(path);
  // The umask has taken bits away; the mode that was asked for is the mode that is set.
  if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0) {
    return fail(Errc::Io, "cannot set the permissions of " + path);
  }
  return {};
}

Result<void> Listener::bind_tcp(const std::string& address, std::uint16_t port) {
  beast::error_code error;
  const auto ip = net::ip::make_address(address, error);
  if (error || !ip.is_loopback()) {
    return fail(Errc::Usage, "the TCP address must be a loopback address such as 127.0.0.1 or ::1");
  }
  TRY(listen_on(net::ip::tcp::endpoint(ip, port), address + " port " + std::to_string(port), 0));
  net::ip::tcp::endpoint bound;
  const auto local = acceptor_.local_endpoint(error);
  bound.resize(local.size());
  std::memcpy(bound.data(), local.data(), local.size());
  port_ = bound.port();
  return {};
}

void Listener::close() {
  beast::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  if (!socket_path_.empty() && inode_of(socket_path_) == socket_inode_) {
    ::unlink(socket_path_.c_str());
  }
  socket_path_.clear();
}

void Listener::accept() {
  const ApiLimits& limits = shared_->options.limits;
  const std::size_t most = limits.connections_max + limits.connections_reserve;
  if (shared_->closed || accepting_ || connections_ >= most) return;
  accepting_ = true;
  acceptor_.async_accept([self = shared_from_this()](beast::error_code error, ApiSocket socket) {
    self->accepting_ = false;
    self->on_accept(error, std::move(socket));
  });
}

void Listener::on_accept(const beast::error_code& error, ApiSocket socket) {
  if (shared_->closed || error == net::error::operation_aborted) return;
  if (error) {  // descriptors or memory are short: the peer waits in the backlog
    pause_.expires_after(kOutOfDescriptorsPause);
    pause_.async_wait([self = shared_from_this()](beast::error_code) { self->accept(); });
    return;
  }
  if (++connections_ > shared_->options.limits.connections_max) make_room();
  std::make_shared<Session>(std::move(socket), shared_, over_tcp_, [self = shared_from_this()] {
    self->ended();
  })->start();
  accept();
}

// Its end is told a moment later; until then the newcomer has a place of the reserve.
void Listener::make_room() {
  Session* silent = nullptr;
  for (Session* session : shared_->sessions) {
    if (session->over_tcp() != over_tcp_ || !session->waits_since()) continue;
    if (silent == nullptr || *session->waits_since() < *silent->waits_since()) silent = session;
  }
  if (silent != nullptr) silent->cancel();
}

void Listener::ended() {
  --connections_;
  if (!shared_->closed) accept();
}

}  // namespace frontierd
