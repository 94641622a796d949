// What outlives a process: a store, and what is left of it after a crash. The memory store is here;
// SQLite, on the machine's disk or on one that fails, in tools/frontiersim.
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
  // The machine's power fails: what only its page cache had may be lost. crash() comes next. The
  // disk may also take the power away by itself, amid a call; that call ends in an error.
  virtual void cut_power() {}
  virtual bool powered() const { return true; }
};

std::unique_ptr<Disk> memory_disk();

}  // namespace frontierd::sim
