// The life of a SqliteStore on a disk that fails: spells of work, each ended by a fault of the
// disk, a loss of power or a kill, and followed by a reopening. A model in memory says what must be
// there: everything that was acknowledged, and of what was not, the whole of the last commit or
// none of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontiersim/power_disk.h"
#include "frontiersim/power_vfs.h"
#include "power/portrait.h"
#include "power/twin_verbs.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

struct LifeOptions {
  std::uint64_t seed = 1;         // of the work
  std::uint64_t disk_seed = 1;    // of what the disk does to it
  int commits = 6;                // in a spell at most
  std::vector<DiskPlan> plans{};  // what happens in each spell; at its end the power fails
  PowerHabits habits{};
  bool full_sync = true;  // false: synchronous=NORMAL, to show what it loses
};

struct LifeTally {
  std::uint64_t commits = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t reopenings = 0;   // each with all checks
  std::uint64_t seeds = 0;        // acknowledged ones, looked for at the reopenings
  std::uint64_t settlements = 0;  // likewise
  std::uint64_t waits = 0;        // hosts' states and incidents, likewise
  std::uint64_t lost_seeds = 0;
  std::uint64_t lost_settlements = 0;
  std::uint64_t lost_waits = 0;
  std::uint64_t corrupt = 0;
};

class PowerLife {
 public:
  explicit PowerLife(const LifeOptions& options);

  // What went wrong first, in words; nullopt: nothing.
  std::optional<std::string> run();

  const LifeTally& tally() const { return tally_; }
  const DiskTally& disk() const { return disk_.tally(); }
  // In the spell before the last one: what a sweep may count to.
  std::uint64_t operations() const { return operations_; }
  std::uint64_t looks() const { return looks_; }

 private:
  using Fault = std::optional<std::string>;

  Fault boot(const DiskPlan& plan);
  Fault spell();
  Result<void> work();
  Result<void> tidy();
  Fault check();
  Fault check_file();
  Fault check_portrait();
  Fault check_silence();
  Result<std::unique_ptr<SqliteStore>> open();

  LifeOptions options_;
  PowerDisk disk_;
  PowerVfs vfs_{disk_};
  MemoryStore model_;
  TwinVerbs verbs_{model_, options_.seed};
  SqliteOptions store_options_;
  std::unique_ptr<SqliteStore> store_;
  bool committing_ = false;  // the store was asked to, and has not answered
  bool doubtful_ = false;    // ... before the last crash
  std::uint64_t operations_ = 0;
  std::uint64_t looks_ = 0;
  LifeTally tally_;
};

// Two short spells; without a plan, operations() and looks() say how many there are to fail at.
LifeOptions small_life(const DiskPlan& plan, std::uint64_t seed = 5);
// A life with everything drawn from the seed: spells, faults, habits, cache and log sizes.
LifeOptions random_life(std::uint64_t seed);

}  // namespace frontierd
