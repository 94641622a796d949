#include "originlab/link.h"

#include <boost/asio/write.hpp>

namespace frontierd::originlab {
namespace {

constexpr std::size_t kReadSize = 8 * 1024;

}  // namespace

Link::Link(Tcp::socket socket, boost::asio::ssl::context* tls) : socket_(std::move(socket)) {
  ErrorCode ignored;
  socket_.set_option(Tcp::no_delay(true), ignored);
  if (tls != nullptr) {
    tls_ = std::make_unique<boost::asio::ssl::stream<Tcp::socket&>>(socket_, *tls);
  }
}

void Link::handshake(std::function<void(ErrorCode)> then) {
  if (!tls_) return then({});
  tls_->async_handshake(boost::asio::ssl::stream_base::server, std::move(then));
}

void Link::read(std::string& to, std::function<void(ErrorCode)> then) {
  chunk_.resize(kReadSize);
  auto done = [this, &to, then = std::move(then)](ErrorCode error, std::size_t size) {
    to.append(chunk_, 0, size);
    then(error);
  };
  if (tls_) {
    tls_->async_read_some(boost::asio::buffer(chunk_), std::move(done));
  } else {
    socket_.async_read_some(boost::asio::buffer(chunk_), std::move(done));
  }
}

void Link::write(std::string bytes, std::function<void(ErrorCode)> then) {
  out_ = std::move(bytes);
  auto done = [then = std::move(then)](ErrorCode error, std::size_t) { then(error); };
  if (tls_) {
    boost::asio::async_write(*tls_, boost::asio::buffer(out_), std::move(done));
  } else {
    boost::asio::async_write(socket_, boost::asio::buffer(out_), std::move(done));
  }
}

void Link::watch(std::function<void()> gone) {
  if (watching_ || !socket_.is_open()) return;
  watching_ = true;
  socket_.async_wait(Tcp::socket::wait_read, [this, gone = std::move(gone)](ErrorCode error) {
    watching_ = false;
    if (error || !socket_.is_open()) return;
    char byte;
    ErrorCode peeked;
    socket_.non_blocking(true, peeked);
    const std::size_t size =
        socket_.receive(boost::asio::buffer(&byte, 1), Tcp::socket::message_peek, peeked);
    if (peeked == boost::asio::error::would_block) return;
    if (peeked || size == 0) gone();
  });
}

void Link::finish(std::function<void()> then) {
  if (tls_) {
    tls_->async_shutdown([then = std::move(then)](ErrorCode) { then(); });
    return;
  }
  ErrorCode ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  then();
}

void Link::close() {
  ErrorCode ignored;
  socket_.close(ignored);
}

void Link::reset() {
  ErrorCode ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace frontierd::originlab
