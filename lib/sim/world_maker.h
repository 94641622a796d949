// A web made up from a seed: sites with habits in the proportions of the real one, their pages, and
// when each page becomes known to us. The same seed makes the same web. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "rules/policy.h"
#include "sim/world.h"

namespace frontierd::sim {

struct WorldPlan {
  std::uint64_t seed = 1;
  int hosts = 200;
  double pages_per_host = 30;
  bool vices = true;  // false: every site is well-behaved
  Millis span = std::chrono::hours{24 * 30};
};

// A few sites are so many times the usual size.
inline constexpr double kGiant = 40;

struct SeedBatch {
  Millis at{0};
  std::vector<std::string> urls;
};

// Fills the world; returns the URLs in the order in which they are seeded.
std::vector<SeedBatch> make_world(const WorldPlan& plan, World& world);

// The policy of a run: the defaults, with what a seed may vary.
Policy make_policy(const WorldPlan& plan);

}  // namespace frontierd::sim
