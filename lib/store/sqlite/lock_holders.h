// Who holds a lock on a file, from /proc/locks: for the words of a message, never for a decision. It
// opens nothing, since closing a descriptor of a database would drop SQLite's own locks. Blocks for
// one read of /proc. Thread-safe.
#pragma once

#include <string>

namespace frontierd {

enum class HeldLock {
  Whole,  // flock(2) on the file itself
  Write,  // SQLite's lock of the one writer, of a database in WAL mode
  Read,   // SQLite's locks of those who read from its log
};

// "pid 812 (sqlite3)", "pids 812 (sqlite3), 900 (backup)"; empty where none is to be seen. This
// process does not count. `path` is the database's.
std::string lock_holders(const std::string& path, HeldLock lock);

}  // namespace frontierd
