// A trial: one made-up world, one plan of faults, so many days, and then healing: at the end every
// URL must come to rest. What frontiersim runs, and the tests with fixed seeds. Deterministic.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/life.h"

namespace frontierd::sim {

struct TrialSetup {
  std::uint64_t seed = 1;
  double days = 7;
  int hosts = 200;
  double pages_per_host = 20;
  std::vector<FaultKind> faults = all_faults();

  std::function<std::unique_ptr<Disk>()> disk;    // unset: the memory store
  std::function<void(const std::string&)> trace;  // every event, as a line
  std::function<void(SimulatorSetup&)> tamper;    // for tests of the referee
};

struct TrialReport {
  TrialSetup setup;
  std::vector<Breach> breaches;
  std::uint64_t breach_count = 0;
  std::uint64_t event_hash = 0;
  std::uint64_t events = 0;
  Millis simulated{0};
  Millis rest_took{0};  // from the healing until every URL was at rest
  Instant start = kLongAgo;
  Tally tally;
  Figures figures;
  FairnessFigures fairness;
  bool passed() const { return breach_count == 0; }
};

// What a trial lives through.
Life life_of(const TrialSetup& setup);
TrialReport run_trial(const TrialSetup& setup);
// The same with a life of another's making: the setup gives disk, trace and tampering.
TrialReport live(const TrialSetup& setup, const Life& life);

// The one command that runs this trial again.
std::string command_of(const TrialSetup& setup);

}  // namespace frontierd::sim
