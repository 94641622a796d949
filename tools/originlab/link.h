// One accepted socket, plain or TLS, with the few verbs the lab needs. Handlers run on the event
// loop and keep what they capture alive. Single-threaded.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <memory>
#include <string>

namespace frontierd::originlab {

using Tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class Link {
 public:
  Link(Tcp::socket socket, boost::asio::ssl::context* tls);

  void handshake(std::function<void(ErrorCode)> then);
  // Appends what arrives to `to`.
  void read(std::string& to, std::function<void(ErrorCode)> then);
  // All of `bytes`.
  void write(std::string bytes, std::function<void(ErrorCode)> then);
  // Calls `gone` if the peer leaves; it may be called late, or never. At most one watch at a time.
  void watch(std::function<void()> gone);
  // No more bytes from us; the peer may still read what is under way.
  void finish(std::function<void()> then);
  void close();
  // A TCP reset instead of an orderly end.
  void reset();

  Tcp::socket& socket() { return socket_; }

 private:
  Tcp::socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<Tcp::socket&>> tls_;
  std::string chunk_;
  std::string out_;
  bool watching_ = false;
};

}  // namespace frontierd::originlab
