// What the benchmarks share: reading a list, wall and CPU time, one line of result.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace frontierd::bench {

inline int usage(const char* line) {
  std::fprintf(stderr, "usage: %s\n", line);
  return 2;
}

inline std::vector<std::string> read_lines(const char* path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

class Usage {
 public:
  Usage() : wall_(std::chrono::steady_clock::now()), cpu_(cpu()) {}

  // "name pages=20000 failures=0 wall_s=0.81 cpu_s=0.79 us_per_page=39.6 rss_mb=22"
  void print(const char* name, std::uint64_t pages, std::uint64_t failures) const {
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count();
    const double spent = cpu() - cpu_;
    rusage self{};
    getrusage(RUSAGE_SELF, &self);
    std::printf("%s pages=%llu failures=%llu wall_s=%.3f cpu_s=%.3f us_per_page=%.1f rss_mb=%ld\n",
                name, static_cast<unsigned long long>(pages),
                static_cast<unsigned long long>(failures), wall, spent,
                spent * 1e6 / static_cast<double>(pages == 0 ? 1 : pages), self.ru_maxrss / 1'024);
  }

 private:
  static double cpu() {
    rusage self{};
    getrusage(RUSAGE_SELF, &self);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(self.ru_utime) + seconds(self.ru_stime);
  }

  std::chrono::steady_clock::time_point wall_;
  double cpu_;
};

}  // namespace frontierd::bench
