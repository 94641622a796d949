#include "daemon/log_pipe.h"

#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace frontierd {

LogPipe::LogPipe(int fd) : fd_(fd) {
  struct stat kind {};
  socket_ = ::fstat(fd, &kind) == 0 && S_ISSOCK(kind.st_mode);
}

bool LogPipe::ready() {
  if (!push()) return false;
  pollfd one{fd_, POLLOUT, 0};
  return ::poll(&one, 1, 0) == 1;
}

void LogPipe::write(std::string_view line) {
  begun_ += line;
  push();
}

// A pipe that polls as writable takes PIPE_BUF bytes without waiting (pipe(7)).
bool LogPipe::push() {
  while (!begun_.empty()) {
    pollfd one{fd_, POLLOUT, 0};
    if (::poll(&one, 1, 0) != 1) return false;
    const std::size_t piece = std::min<std::size_t>(begun_.size(), PIPE_BUF);
    const ssize_t done = socket_ ? ::send(fd_, begun_.data(), piece, MSG_DONTWAIT | MSG_NOSIGNAL)
                                 : ::write(fd_, begun_.data(), piece);
    if (done < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (done < 0) {  // nobody is there, or no room on a disk: gone
      begun_.clear();
      drop();
      return true;
    }
    begun_.erase(0, static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace frontierd
