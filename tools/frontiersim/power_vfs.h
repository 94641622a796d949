// A PowerDisk as a file system of SQLite. Locks and the WAL's shared memory are as among the
// connections of one process, and end with its era. Everything SQLite asks of chance or of a clock
// comes from the disk, so that one seed is one life. It syncs a directory where SQLite's own unix
// file system does.
//
// SQLite's default while it lives, and then the one before it again: one at a time, and no
// connection outlives it.
#pragma once

#include <memory>

#include "frontiersim/power_disk.h"

namespace frontierd {

class PowerVfs {
 public:
  explicit PowerVfs(PowerDisk& disk);
  ~PowerVfs();
  PowerVfs(const PowerVfs&) = delete;
  PowerVfs& operator=(const PowerVfs&) = delete;

 private:
  struct Registered;
  std::unique_ptr<Registered> registered_;
};

}  // namespace frontierd
