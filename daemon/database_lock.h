// One daemon per database, however its name is spelt: a lock by flock(2) on the state directory's
// frontierd.lock, with the pid of its holder in it, and one on the database file itself, which a
// symbolic link or a second mount leads to as well. Both last as long as the process.
//
// A database with a second hard link is refused: SQLite finds the log by the name of the file, and
// what is in one name's log is not in the other's (https://www.sqlite.org/howtocorrupt.html, 2.4).
#pragma once

#include <filesystem>

#include "base/result.h"
#include "daemon/lock_file.h"

namespace frontierd {

class DatabaseLock {
 public:
  // Makes an empty database file, 0640 whatever the umask, where there is none.
  static Result<DatabaseLock> take(const std::filesystem::path& state);

 private:
  DatabaseLock(LockFile directory, LockFile database)
      : directory_(std::move(directory)), database_(std::move(database)) {}
  LockFile directory_;
  LockFile database_;
};

}  // namespace frontierd
