// A scenario: a story on a virtual clock that an operator can read and write. Lines set up hosts,
// pages and the policy, let time pass, do something to the daemon or the world, and say what must
// have happened. The referee watches every scenario as well. The language: tests/README.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/simulator.h"

namespace frontierd::sim {

struct ScenarioLine {
  int number = 0;
  std::vector<std::string> words;
  bool indented = false;  // belongs to the `expect` above it
};

struct Scenario {
  std::string name;
  std::string story;  // the first comment
  std::vector<ScenarioLine> lines;
};

// Where a scenario went wrong, for people: "name:12: ...".
struct ScenarioFault {
  int line = 0;
  std::string what;
};

struct ScenarioOutcome {
  std::vector<ScenarioFault> faults;
  std::vector<std::string> trace;  // every event, as lines
  bool passed() const { return faults.empty(); }
};

struct ScenarioOptions {
  std::uint64_t seed = 1;
  std::function<std::unique_ptr<Disk>()> disk;
};

// Faults of reading are reported by run_scenario as well; nothing is thrown.
Scenario read_scenario(std::string name, std::string_view text);
ScenarioOutcome run_scenario(const Scenario& scenario, const ScenarioOptions& options = {});

}  // namespace frontierd::sim
