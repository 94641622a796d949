// What a simulated daemon lives through, spelled out: a made-up world, which of its sites are
// seeded and when, and every fault with its moment. A trial makes one up from a seed; a shrinker
// cuts one; a scenario script may hold one. Plain values, and the two halves of living through
// them.
#pragma once

#include <string>
#include <vector>

#include "sim/faults.h"
#include "sim/simulator.h"
#include "sim/world_maker.h"

namespace frontierd::sim {

struct Life {
  WorldPlan world;
  Millis ends{0};                  // when everything heals, from the start
  std::vector<std::string> sites;  // host keys: only these are seeded; empty: all of the world's
  std::vector<PlannedFault> faults;
};

// Every URL must be at rest so long after all faults have healed: 45 days, more where a giant site
// needs it at the tightest quota.
Millis rest_bound(const Life& life);

// Fills the simulator's world and plans the seeds and the faults. The policy is of make_policy().
void begin(Simulator& simulator, const Life& life);
// No faults and no vices from here on, and nothing is fetched again: every URL must come to rest,
// and the store must hold what the referee knows. Returns how long that took.
Millis come_to_rest(Simulator& simulator, const Life& life);

// "0.5", "20": without what adds nothing.
std::string to_number(double value);
// A script that lives it again, `story` above it.
std::string to_scenario(const Life& life, const std::string& story);

}  // namespace frontierd::sim
