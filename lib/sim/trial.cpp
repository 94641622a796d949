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

// No faults and no vices from here on, and nothing is fetched again: the crawl must come to an end.
void heal(Simulator& simulator) {
  simulator.cancel_plans_after_requests();
  simulator.world().heal();
  Process& process = simulator.process();
  process.store().fill(false);
  process.store().disarm();
  if (process.up()) process.dispatcher().pause(false);
  Policy policy = simulator.policy();
  policy.retry.revisit_after = Millis{0};
  simulator.set_policy(std::make_shared<const Policy>(std::move(policy)));
  simulator.referee().held();
}

void come_to_rest(Simulator& simulator, TrialReport& report) {
  const Instant healed = simulator.now();
  if (!simulator.rest_within(kRestBound)) {
    const Tally& tally = simulator.referee().ledger().tally();
    simulator.referee().breach(0, std::to_string(tally.queued) + " URLs are queued and " +
                                      std::to_string(tally.leased) + " leased " +
                                      to_words(kRestBound) + " after everything healed");
  }
  report.rest_took = simulator.now() - healed;
  simulator.referee().compare(simulator.disk().store(), simulator.disk().inspector(), true);
}

}  // namespace

TrialReport run_trial(const TrialSetup& setup) {
  WorldPlan plan;
  plan.seed = setup.seed;
  plan.hosts = setup.hosts;
  plan.pages_per_host = setup.pages_per_host;
  plan.span = span_of(setup);
  plan.vices = has(setup.faults, FaultKind::Vices);

  SimulatorSetup sim_setup;
  sim_setup.seed = setup.seed;
  sim_setup.policy = std::make_shared<const Policy>(make_policy(plan));
  sim_setup.disk = setup.disk;
  if (setup.tamper) setup.tamper(sim_setup);
  Simulator simulator(std::move(sim_setup));
  if (setup.trace) {
    simulator.log().set_sink(
        [&](const Event& event) { setup.trace(to_line(event, simulator.start())); });
  }
  for (SeedBatch& batch : make_world(plan, simulator.world())) {
    simulator.plan(simulator.start() + batch.at,
                   [&simulator, urls = std::move(batch.urls)] { simulator.seed(urls); });
  }
  arrange(simulator, plan_faults(setup.seed, plan.span, setup.faults));

  TrialReport report;
  report.setup = setup;
  report.start = simulator.start();
  simulator.run_until(simulator.start() + plan.span);
  heal(simulator);
  come_to_rest(simulator, report);
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

TrialSetup shrink(const TrialSetup& failing, int budget) {
  TrialSetup best = failing;
  best.trace = nullptr;
  const auto fails = [&budget](const TrialSetup& setup) {
    return budget-- > 0 && !run_trial(setup).passed();
  };
  // Kinds of fault first: they cost nothing to leave out and tell the most.
  for (const FaultKind kind : failing.faults) {
    TrialSetup smaller = best;
    std::erase(smaller.faults, kind);
    if (fails(smaller)) best = smaller;
  }
  for (bool smaller_fails = true; smaller_fails && budget > 0;) {
    smaller_fails = false;
    TrialSetup smaller = best;
    smaller.hosts = std::max(1, best.hosts / 2);
    if (smaller.hosts < best.hosts && fails(smaller)) {
      best = smaller;
      smaller_fails = true;
    }
    smaller = best;
    smaller.days = best.days / 2;
    if (smaller.days >= 0.25 && fails(smaller)) {
      best = smaller;
      smaller_fails = true;
    }
    smaller = best;
    smaller.pages_per_host = best.pages_per_host / 2;
    if (smaller.pages_per_host >= 1 && fails(smaller)) {
      best = smaller;
      smaller_fails = true;
    }
  }
  best.trace = failing.trace;
  return best;
}

std::string command_of(const TrialSetup& setup) {
  std::string days = std::to_string(setup.days);
  days.erase(days.find_last_not_of('0') + 1);
  if (days.ends_with('.')) days.pop_back();
  std::string pages = std::to_string(setup.pages_per_host);
  pages.erase(pages.find_last_not_of('0') + 1);
  if (pages.ends_with('.')) pages.pop_back();
  std::string faults;
  for (const FaultKind kind : setup.faults) {
    faults += (faults.empty() ? "" : ",") + std::string(to_string(kind));
  }
  if (faults.empty()) faults = "none";
  if (setup.faults.size() == all_faults().size()) faults = "all";
  return "frontiersim --seed " + std::to_string(setup.seed) + " --days " + days + " --hosts " +
         std::to_string(setup.hosts) + " --pages " + pages + " --faults " + faults;
}

}  // namespace frontierd::sim
