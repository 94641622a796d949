#include "daemon/run_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace frontierd {

bool RunMark::is_set() const {
  std::error_code error;
  return std::filesystem::exists(file_, error);
}

Result<void> RunMark::set() const {
  const int fd = open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    return fail(Errc::Io, file_.string() + " cannot be made: " + std::strerror(errno) +
                              ". Is there room, and may the daemon write there?");
  }
  close(fd);
  return {};
}

void RunMark::clear() const {
  std::error_code error;
  std::filesystem::remove(file_, error);
}

}  // namespace frontierd
