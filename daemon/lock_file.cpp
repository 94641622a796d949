#include "daemon/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace frontierd {
namespace {

std::string holder_of(int fd) {
  char text[32] = {};
  const ssize_t read = pread(fd, text, sizeof text - 1, 0);
  return read > 0 ? std::string(trim(std::string_view(text, static_cast<std::size_t>(read))))
                  : "unknown";
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    return fail(Errc::Io, path + " cannot be opened: " + std::strerror(errno) +
                              ". Check that the state directory is there, writable and not full.");
  }
  LockFile lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::Conflict,
                "another frontierd works on this state directory, with pid " + holder_of(fd) +
                    ". Stop it first, or give this one a state directory of its own (" + path +
                    ").");
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    return fail(Errc::Io,
                path + " cannot be written: " + std::strerror(errno) + ". Is the disk full?");
  }
  return lock;
}

LockFile::~LockFile() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace frontierd
