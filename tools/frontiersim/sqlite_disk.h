// The simulator's disk as a SQLite file in a folder of its own, removed at the end. A crash drops
// the store without a commit and opens the file again, as the daemon would.
#pragma once

#include <memory>

#include "sim/disk.h"

namespace frontierd {

std::unique_ptr<sim::Disk> sqlite_disk();

}  // namespace frontierd
