// Whether the files that a store has open are still the ones that their names stand for: by device
// and inode. A database that was deleted or replaced takes every further write into nowhere, without
// an error. Asks the names only and opens nothing (closing any descriptor of a database would drop
// SQLite's locks on it). Thread-safe once made.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace frontierd {

class FileIdentity {
 public:
  FileIdentity() = default;  // of nothing, as of a store in memory
  // The database of this canonical path, its -wal and its -shm file, as far as they are there now.
  explicit FileIdentity(const std::string& path);

  // What has become of one of them, in words: "/x/frontier.db was deleted or moved away"; nullopt:
  // all are where they were.
  std::optional<std::string> gone() const;

 private:
  struct Known {
    std::string path;
    dev_t device = 0;
    ino_t inode = 0;
  };
  std::vector<Known> files_;
};

}  // namespace frontierd
