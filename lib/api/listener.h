// A listening socket of the admin API, Unix or TCP: binds, accepts within the connection limit
// (over it, the connection ends that is silent longest), and leaves the rest in the kernel's
// backlog. Internal to lib/api; loop thread only.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "api/session.h"

namespace frontierd {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(net::io_context& loop, std::shared_ptr<ApiShared> shared, bool over_tcp);

  Result<void> bind_unix(const std::string& path, unsigned mode);
  Result<void> bind_tcp(const std::string& address, std::uint16_t port);
  void start() { accept(); }
  void close();
  std::uint16_t port() const { return port_; }

 private:
  Result<void> listen_on(const net::generic::stream_protocol::endpoint& where,
                         const std::string& name, unsigned mode);
  void accept();
  void on_accept(const beast::error_code& error, ApiSocket socket);
  void make_room();
  void ended();

  net::basic_socket_acceptor<net::generic::stream_protocol> acceptor_;
  net::steady_timer pause_;
  std::shared_ptr<ApiShared> shared_;
  bool over_tcp_;
  bool accepting_ = false;
  std::size_t connections_ = 0;
  std::string socket_path_;
  std::uint64_t socket_inode_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace frontierd
