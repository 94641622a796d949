// A scenario on stage: the simulator with its story so far. Internal to lib/sim; scenario_verbs.cpp
// does what the lines say, scenario_expect.cpp compares.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/life.h"
#include "sim/scenario.h"
#include "sim/scenario_words.h"

namespace frontierd::sim {

// An event, kept.
struct Told {
  Instant at = kLongAgo;
  EventKind kind = EventKind::Fetch;
  std::string subject;
  std::string detail;
  Instant until = kLongAgo;
  std::int64_t number = 0;
  std::string egress;  // of a fetch
};

class Stage {
 public:
  Stage(const Scenario& scenario, const ScenarioOptions& options);
  ScenarioOutcome run();

 private:
  using Words = std::vector<std::string>;
  using Fault = std::optional<std::string>;  // what is wrong, or nothing

  // scenario_verbs.cpp
  Fault act(const Words& words);
  Fault act_on_world(const Words& words, bool& known);
  Fault act_on_daemon(const Words& words, bool& known);
  Fault set_policy(const Words& words);
  Fault add_group(const Words& words);
  Fault add_rule(const Words& words);
  Fault add_mirror(const Words& words);
  Fault add_egress(const Words& words);
  Fault set_host(const Words& words);
  Fault set_page(const Words& words);
  Fault seed(const Words& words);
  Fault run_for(const Words& words);
  Fault operate(const Words& words);
  Fault wish(const Words& words);
  Fault break_store(const Words& words);
  Simulator& sim();  // made when it is first needed: the policy must be known by then

  // scenario_life.cpp
  Fault set_life(const Words& words);
  Fault set_world_plan(const Words& words);
  Fault rest();

  // scenario_expect.cpp
  std::size_t expect(std::size_t line);  // returns the first line behind the block
  Fault check(const Words& words);
  Fault check_event(const TimeSpan& when, const Words& words);
  Fault check_next_fetch(const TimeSpan& when, const Words& words);
  Fault check_url(const Words& words);
  Fault check_host(const Words& words);
  Fault check_count(const Words& words);
  Fault check_tally(const Words& words);
  Fault check_no_more_fetches();
  Fault match_event(const Told& told, const Words& words) const;
  Millis age(Instant at) const { return at - sim_->start(); }
  std::string shown(Instant at) const;
  void fail(int line, std::string what);

  const Scenario& scenario_;
  const ScenarioOptions& options_;
  Policy policy_;
  std::optional<Life> life_;  // of a made-up world
  std::unique_ptr<Simulator> sim_;
  std::vector<Told> told_;
  std::size_t told_before_ = 0;  // events up to here were expected earlier
  std::size_t next_fetch_ = 0;   // the first fetch that no line has named yet
  bool some_ = false;            // other fetches may lie between
  std::size_t breaches_seen_ = 0;
  ScenarioOutcome outcome_;
};

}  // namespace frontierd::sim
