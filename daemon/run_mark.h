// A file in the state directory that is there while the daemon runs: who finds it at the start
// knows that the process before ended without a word (killed, a fault of ours, out of memory, the
// power), and counts a crash against what was in hand. An end by error, on a full disk or after a
// failed write, takes it away like any orderly end: to remove a file needs no room, and no
// database.
//
// It is not synced: after a loss of power it may be missing, and then nobody is blamed.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace frontierd {

class RunMark {
 public:
  explicit RunMark(std::filesystem::path file) : file_(std::move(file)) {}
  bool is_set() const;
  Result<void> set() const;
  void clear() const;  // no-op if it is not there

 private:
  std::filesystem::path file_;
};

}  // namespace frontierd
