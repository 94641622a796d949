#include "sim/trial.h"

#include <algorithm>

namespace frontierd::sim {
namespace {

constexpr Millis kDay = std::chrono::hours{24};

Millis span_of(const TrialSetup& setup) {
  return Millis{static_cast<std::int64_t>(setup.days * static_cast<double>(kDay.count()))};
}

bool has(const std::vector<FaultKind>& kinds, FaultKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

Life life_of(const TrialSetup& setup) {
  Life life;
  life.world.seed = setup.seed;
  life.world.hosts = setup.hosts;
  life.world.pages_per_host = setup.pages_per_host;
  life.world.span = life.ends = span_of(setup);
  life.world.vices = has(setup.faults, FaultKind::Vices);
  life.faults = plan_faults(setup.seed, life.world.span, setup.faults);
  return life;
}

TrialReport run_trial(const TrialSetup& setup) {
  return live(setup, life_of(setup));
}

TrialReport live(const TrialSetup& setup, const Life& life) {
  SimulatorSetup sim_setup;
  sim_setup.seed = life.world.seed;
  sim_setup.policy = std::make_shared<const Policy>(make_policy(life.world));
  sim_setup.disk = setup.disk;
  if (setup.tamper) setup.tamper(sim_setup);
  Simulator simulator(std::move(sim_setup));
  if (setup.trace) {
    simulator.log().set_sink(
        [&](const Event& event) { setup.trace(to_line(event, simulator.start())); });
  }
  begin(simulator, life);

  TrialReport report;
  report.setup = setup;
  report.start = simulator.start();
  simulator.run_until(simulator.start() + life.ends);
  report.rest_took = come_to_rest(simulator, life);
  report.breaches = simulator.referee().breaches();
  report.breach_count = simulator.referee().breach_count();
  report.event_hash = simulator.log().hash();
  report.events = simulator.log().count();
  report.simulated = simulator.now() - simulator.start();
  report.tally = simulator.referee().ledger().tally();
  report.figures = simulator.figures();
  report.fairness = simulator.referee().fairness();
  return report;
}

std::string command_of(const TrialSetup& setup) {
  std::string faults;
  for (const FaultKind kind : setup.faults) {
    faults += (faults.empty() ? "" : ",") + std::string(to_string(kind));
  }
  if (faults.empty()) faults = "none";
  if (setup.faults.size() == all_faults().size()) faults = "all";
  return "frontiersim --seed " + std::to_string(setup.seed) + " --days " + to_number(setup.days) +
         " --hosts " + std::to_string(setup.hosts) + " --pages " + to_number(setup.pages_per_host) +
         " --faults " + faults;
}

}  // namespace frontierd::sim
