#include "store/sqlite/file_identity.h"

#include <sys/stat.h>

#include <cerrno>

namespace frontierd {

FileIdentity::FileIdentity(const std::string& path) {
  if (path.empty()) return;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat now {};
    const std::string name = path + suffix;
    if (stat(name.c_str(), &now) == 0) files_.push_back({name, now.st_dev, now.st_ino});
  }
}

std::optional<std::string> FileIdentity::gone() const {
  for (const Known& known : files_) {
    struct stat now {};
    if (stat(known.path.c_str(), &now) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return known.path + " was deleted or moved away";
      continue;  // it cannot be looked at just now, which says nothing
    }
    if (now.st_dev != known.device || now.st_ino != known.inode) {
      return known.path + " was replaced by another file";
    }
    if (now.st_size == 0 && &known == &files_.front()) return known.path + " was emptied";
  }
  return std::nullopt;
}

}  // namespace frontierd
