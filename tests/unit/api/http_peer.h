// A plain blocking client for the server tests: sends bytes, reads answers. No HTTP library, so
// that what is on the wire is what the test says.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>

namespace frontierd {

class HttpPeer {
 public:
  explicit HttpPeer(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, path.data(), path.size());
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
    timeval limit{100, 0};  // a hang, even under a sanitizer
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  ~HttpPeer() { ::close(fd_); }
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Everything until the peer closes.
  std::string read_all() {
    std::string out;
    char block[65536];
    for (ssize_t got; (got = ::recv(fd_, block, sizeof block, 0)) > 0;) {
      out.append(block, static_cast<std::size_t>(got));
    }
    return out;
  }
  // Until `end` has been seen.
  std::string read_until(std::string_view end) {
    std::string out;
    char block[65536];
    while (out.find(end) == std::string::npos) {
      const ssize_t got = ::recv(fd_, block, sizeof block, 0);
      if (got <= 0) break;
      out.append(block, static_cast<std::size_t>(got));
    }
    return out;
  }

 private:
  int fd_;
  bool connected_ = false;
};

// The body of a chunked answer, joined.
inline std::string unchunked(std::string_view answer) {
  std::string out;
  std::size_t at = answer.find("\r\n\r\n");
  if (at == std::string_view::npos) return out;
  at += 4;
  while (at < answer.size()) {
    const std::size_t size = std::stoul(std::string(answer.substr(at, 16)), nullptr, 16);
    if (size == 0) break;
    at = answer.find("\r\n", at) + 2;
    out += answer.substr(at, size);
    at += size + 2;
  }
  return out;
}

}  // namespace frontierd
