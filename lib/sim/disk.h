// What outlives a process: a store, and what is left of it after a crash. Two implementations: the
// memory store here, SQLite in tools/frontiersim.
#pragma once

#include <memory>

#include "frontier/inspect.h"
#include "frontier/store.h"

namespace frontierd::sim {

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Store& store() = 0;
  virtual Inspector& inspector() = 0;
  // The process died: what was not committed is gone, and the store is opened anew.
  virtual Result<void> crash() = 0;
};

std::unique_ptr<Disk> memory_disk();

}  // namespace frontierd::sim
