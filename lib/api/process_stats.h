// What the kernel says about this process, for the process_* metrics.
#pragma once

#include <cstdint>

namespace frontierd {

struct ProcessStats {
  double cpu_seconds = 0;         // user and system
  double start_time_seconds = 0;  // Unix time
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  double memory_max_bytes = 0;  // the cgroup's limit or RLIMIT_DATA, whichever is less; or infinity
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
  std::uint64_t threads = 0;
};

// Zeroes where /proc cannot be read.
ProcessStats read_process_stats();

}  // namespace frontierd
