#include "daemon/notify.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace frontierd {
namespace {

constexpr Millis kPatience = Seconds{5};  // for what is said once

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

// Connected to $NOTIFY_SOCKET, a path or (with @) an abstract name; -1: nobody listens.
int open_socket() {
  const char* name = std::getenv("NOTIFY_SOCKET");
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  const std::size_t length = name == nullptr ? 0 : std::strlen(name);
  if (length < 2 || length >= sizeof where.sun_path) return -1;
  std::memcpy(where.sun_path, name, length);
  if (name[0] == '@') where.sun_path[0] = 0;
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&where), size) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

std::string extension(Millis by) {
  return "EXTEND_TIMEOUT_USEC=" + std::to_string(by.count() * 1'000);
}

}  // namespace

Notify::Notify() : socket_(open_socket()) {}

Notify::~Notify() {
  if (socket_ >= 0) close(socket_);
}

void Notify::send(const std::string& message, Millis patience) const {
  if (socket_ < 0) return;
  if (::send(socket_, message.data(), message.size(), MSG_NOSIGNAL) >= 0) return;
  pollfd wanted{socket_, POLLOUT, 0};
  if (patience == Millis{0} || poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return;
  (void)!::send(socket_, message.data(), message.size(), MSG_NOSIGNAL);
}

void Notify::ready(const std::string& status) {
  send("READY=1\nSTATUS=" + one_line(status), kPatience);
}
void Notify::status(const std::string& status) {
  send("STATUS=" + one_line(status));
}
void Notify::reloading(Millis boot_time) {
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(boot_time.count() * 1'000), kPatience);
}
void Notify::stopping(const std::string& status) {
  send("STOPPING=1\nSTATUS=" + one_line(status), kPatience);
}
void Notify::extend(Millis by) {
  send(extension(by), kPatience);
}
void Notify::busy(const std::string& status, Millis by) {
  send("STATUS=" + one_line(status) + "\n" + extension(by) + "\nWATCHDOG=1");
}
void Notify::alive(const std::string& status) {
  send("WATCHDOG=1\nSTATUS=" + one_line(status));
}

}  // namespace frontierd
