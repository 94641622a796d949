// What the referee has found: breaches of promises, and how long ready hosts waited. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.h"

namespace frontierd::sim {

struct Breach {
  int promise = 0;  // its number in the list of promises
  Instant at = kLongAgo;
  std::string what;
};

// Waiting times of the requests sent, as a picture: seconds between "may be asked" and "is asked".
struct FairnessFigures {
  static constexpr std::size_t kBins = 16;  // bin n: below 2^n seconds
  std::uint64_t bins[kBins] = {};
  Millis longest{0};
  std::string longest_host;
};

}  // namespace frontierd::sim
