// A Prometheus histogram of seconds with fixed bounds. One thread.
#pragma once

#include <array>
#include <cstdint>

namespace frontierd {

class Histogram {
 public:
  // Seconds; wide enough for a commit on a fast disk and for an hour's recovery.
  static constexpr std::array<double, 14> kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                  0.25,  0.5,    1,     2.5,  10,    60,   600};

  void add(double seconds) {
    std::size_t i = 0;
    while (i < kBounds.size() && seconds > kBounds[i]) ++i;
    ++counts_[i];
    sum_ += seconds;
  }
  std::uint64_t in_bucket(std::size_t i) const { return counts_[i]; }  // kBounds.size(): above all
  double sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

}  // namespace frontierd
