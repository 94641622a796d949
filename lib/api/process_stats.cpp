#include "api/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace frontierd {
namespace {

// Fields of /proc/self/stat after the command name, which may hold spaces: proc(5) counts from 1,
// the state is field 3.
constexpr int kFirstField = 3;
constexpr int kThreadsField = 20;
constexpr int kStartField = 22;
constexpr int kVirtualField = 23;
constexpr int kResidentField = 24;

double boot_time() {
  std::ifstream file("/proc/stat");
  std::string name;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    double value = 0;
    if (words >> name >> value && name == "btime") return value;
  }
  return 0;
}

void read_stat(ProcessStats& out) {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int number = kFirstField; fields >> field && number <= kResidentField; ++number) {
    if (number == kThreadsField) out.threads = std::stoull(field);
    if (number == kVirtualField) out.virtual_bytes = std::stoull(field);
    if (number == kStartField) {
      static const double booted_at = boot_time();
      out.start_time_seconds =
          booted_at + std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    if (number == kResidentField) {
      out.resident_bytes = std::stoull(field) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    }
  }
}

// Version 2 of control groups: "0::/system.slice/frontierd.service". A parent's limit holds, too.
double cgroup_memory_max() {
  double least = std::numeric_limits<double>::infinity();
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.rfind("0::/", 0) != 0) continue;
    for (std::filesystem::path path = line.substr(3); path.has_relative_path();
         path = path.parent_path()) {
      std::ifstream file("/sys/fs/cgroup" + path.string() + "/memory.max");
      double limit = 0;
      if (file >> limit) least = std::min(least, limit);  // "max" is no number
    }
  }
  return least;
}

double memory_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return cgroup_memory_max();
  }
  return std::min(cgroup_memory_max(), static_cast<double>(limit.rlim_cur));
}

}  // namespace

ProcessStats read_process_stats() {
  ProcessStats out;
  read_stat(out);
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    out.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                      static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) out.max_fds = limit.rlim_cur;
  out.memory_max_bytes = memory_max();
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++out.open_fds;
  }
  return out;
}

}  // namespace frontierd
