// One daemon per state directory: a lock file held by flock(2) for the life of the process, with
// the pid of its holder in it.
#pragma once

#include <string>

#include "base/result.h"

namespace frontierd {

class LockFile {
 public:
  // Conflict: another process holds it; the message names its pid.
  static Result<LockFile> take(const std::string& path);
  LockFile(LockFile&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace frontierd
