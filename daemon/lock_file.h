// A lock by flock(2) on a file, for as long as the value lives.
#pragma once

#include <string>

#include "base/result.h"

namespace frontierd {

class LockFile {
 public:
  // On a file of its own, with the pid of the holder in it. Conflict: another process holds it; the
  // message names its pid.
  static Result<LockFile> take(const std::string& path);
  // On a database, of which nothing is read or written. Conflict: as above, or the file has a second
  // hard link. To be dropped only after every connection to it was closed: closing a descriptor
  // drops SQLite's locks on the same file.
  static Result<LockFile> take_database(const std::string& path);
  LockFile(LockFile&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace frontierd
