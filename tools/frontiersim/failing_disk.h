// The simulator's disk as a SQLite file on a PowerDisk. A killed process leaves its page cache to
// the next one; a power cut loses, tears and reorders what was not synced. Besides, it ails: each
// time it is opened, one of its later operations is chosen that is the last before a power cut, or
// fails for want of room or with an I/O error, whole or half done.
#pragma once

#include <memory>

#include "frontiersim/power_disk.h"
#include "sim/disk.h"

namespace frontierd {

struct FailingOptions {
  std::uint64_t seed = 1;
  PowerHabits habits{};
  bool ails = true;            // false: the power fails when it is told to, and nothing else
  DiskTally* tally = nullptr;  // where its figures are left at the end
};

// One at a time; see power_vfs.h.
std::unique_ptr<sim::Disk> failing_disk(const FailingOptions& options);

}  // namespace frontierd
