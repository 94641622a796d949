#include "daemon/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "store/sqlite/lock_holders.h"

namespace frontierd {
namespace {

constexpr mode_t kMode = 0640;

std::string holder_of(int fd) {
  char text[32] = {};
  const ssize_t read = pread(fd, text, sizeof text - 1, 0);
  return read > 0 ? std::string(trim(std::string_view(text, static_cast<std::size_t>(read))))
                  : "unknown";
}

// Opens or makes it; its mode is 0640 whatever the umask.
Result<int> open_file(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (fd >= 0) {
    fchmod(fd, kMode);
  } else if (errno == EEXIST) {
    fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, kMode);
  }
  if (fd >= 0) return fd;
  return fail(Errc::Io, path + " cannot be opened: " + std::strerror(errno) +
                            ". Check that the state directory is there, writable and not full.");
}

}  // namespace

Result<LockFile> LockFile::take_database(const std::string& path) {
  TRY_ASSIGN(const int fd, open_file(path));
  LockFile lock(fd);
  struct stat found {};
  if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
    return fail(Errc::Usage, path + " is no regular file; move it away, or name another `state`");
  }
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = lock_holders(path, HeldLock::Whole);
    return fail(Errc::Conflict, "another frontierd works on this database, under this name or "
                                "another: " + (holder.empty() ? "its pid is hidden" : holder) +
                                    ". Stop it first, or give this one a state directory of its "
                                    "own (" + path + ").");
  }
  if (found.st_nlink > 1) {
    return fail(Errc::Conflict,
                path + " has " + std::to_string(found.st_nlink) +
                    " names (hard links), and each has a log of its own: what is in one is missing "
                    "in the other. Remove the other name; copy a database with `sqlite3 " + path +
                    " '.backup COPY'`.");
  }
  return lock;
}

Result<LockFile> LockFile::take(const std::string& path) {
  TRY_ASSIGN(const int fd, open_file(path));
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
