// Twenty worlds with all their faults, small enough for every build; the nightly command runs more:
// frontiersim --seed N --runs 1000 --days 30 --hosts 2000 --faults all
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/report.h"
#include "sim/scenario.h"
#include "sim/shrink.h"
#include "sim/world_maker.h"

namespace frontierd {
namespace {

sim::TrialSetup a_trial(std::uint64_t seed) {
  sim::TrialSetup setup;
  setup.seed = seed;
  setup.days = 3;
  setup.hosts = 40;
  setup.pages_per_host = 12;
  return setup;
}

// All twenty together must meet every habit, and every fault with requests on their way: what never
// shows proves nothing.
class Seeds : public testing::TestWithParam<int> {
 protected:
  static void add(const sim::Figures& figures) {
    ++worlds;
    for (int i = 0; i < sim::kHabits; ++i) habits[i] += figures.wire.by_habit[i];
    for (int i = 0; i < sim::kFaultKinds; ++i) faults[i] += figures.faults[i].in_flight;
    crashes_in_flight += figures.crashes_in_flight;
  }
  static void TearDownTestSuite() {
    if (worlds < 20) return;
    for (int i = 1; i < sim::kHabits; ++i) {
      EXPECT_GT(habits[i], 0u) << to_string(static_cast<sim::Habit>(i)) << " is never met";
    }
    for (const sim::FaultKind kind : sim::all_faults()) {
      if (kind == sim::FaultKind::Vices) continue;
      EXPECT_GT(faults[static_cast<std::size_t>(kind)], 2u)
          << to_string(kind) << " meets no request";
    }
    EXPECT_GT(crashes_in_flight, 20u);
  }

  static inline int worlds = 0;
  static inline std::uint64_t habits[sim::kHabits] = {};
  static inline std::uint64_t faults[sim::kFaultKinds] = {};
  static inline std::uint64_t crashes_in_flight = 0;
};

TEST_P(Seeds, KeepsEveryPromiseAndComesToRest) {
  const auto report = sim::run_trial(a_trial(static_cast<std::uint64_t>(GetParam())));
  add(report.figures);
  EXPECT_TRUE(report.passed()) << sim::report_text(report, 0)
                               << "run it again: " << sim::command_of(report.setup);
  EXPECT_GT(report.figures.pages, 100u);
  EXPECT_GT(report.figures.crashes, 0u);
  EXPECT_EQ(report.tally.queued + report.tally.leased, 0u);
}

// Every other host of the same world, faults and all, has the next one for a mirror.
std::vector<MirrorRule> mirrors_of(const sim::TrialSetup& setup) {
  sim::WorldPlan plan;
  plan.seed = setup.seed;
  plan.hosts = setup.hosts;
  sim::World world(kLongAgo, setup.seed);
  (void)sim::make_world(plan, world);
  std::vector<std::string> keys;
  for (const auto& [key, origin] : world.origins()) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  std::vector<MirrorRule> mirrors;
  for (std::size_t i = 0; i + 1 < keys.size(); i += 2) mirrors.push_back({keys[i], keys[i + 1]});
  return mirrors;
}

TEST(Mirrors, KeepEveryPromiseInWorldsOfTroubles) {
  std::uint64_t stood_in = 0;
  for (std::uint64_t seed = 31; seed < 36; ++seed) {
    sim::TrialSetup setup = a_trial(seed);
    setup.tamper = [&setup](sim::SimulatorSetup& simulator) {
      Policy policy = *simulator.policy;
      policy.mirrors = mirrors_of(setup);
      simulator.policy = std::make_shared<const Policy>(std::move(policy));
    };
    setup.trace = [&](const std::string& line) {
      if (line.find("its mirror") != std::string::npos) ++stood_in;
    };
    const auto report = sim::run_trial(setup);
    EXPECT_TRUE(report.passed()) << sim::report_text(report, 0) << "seed " << seed;
    EXPECT_EQ(report.tally.queued + report.tally.leased, 0u);
  }
  EXPECT_GT(stood_in, 0u);  // pages that a mirror had leave no such line; those that waited do
}

INSTANTIATE_TEST_SUITE_P(TwoDozen, Seeds, testing::Range(1, 25));

TEST(Determinism, TheSameSeedIsTheSameRun) {
  EXPECT_EQ(sim::run_trial(a_trial(7)).event_hash, sim::run_trial(a_trial(7)).event_hash);
  EXPECT_NE(sim::run_trial(a_trial(7)).event_hash, sim::run_trial(a_trial(8)).event_hash);
}

TEST(Determinism, AWorldWithoutFaultsIsServedWithoutRefusalsOrDeaths) {
  sim::TrialSetup setup = a_trial(3);
  setup.faults.clear();
  const auto report = sim::run_trial(setup);
  EXPECT_TRUE(report.passed()) << sim::report_text(report, 0);
  EXPECT_EQ(report.figures.crashes, 0u);
  EXPECT_EQ(report.tally.dropped, 0u);
  EXPECT_LT(report.fairness.longest, std::chrono::minutes{5});
}

TEST(Shrinking, AFailureIsCutToAScriptOfFewSitesThatStillFails) {
  sim::TrialSetup setup = a_trial(5);
  setup.tamper = [](sim::SimulatorSetup& simulator) {
    Policy hasty = *simulator.policy;
    hasty.pace.gap = Millis{0};
    simulator.policy_double = std::make_shared<const Policy>(hasty);
  };
  const auto report = sim::run_trial(setup);
  ASSERT_FALSE(report.passed());
  const sim::Shrunk small = sim::shrink(report, 60);
  EXPECT_LE(small.runs, 60);
  EXPECT_EQ(small.breach.promise, report.breaches.front().promise);
  EXPECT_LE(small.life.sites.size(), 2u);
  EXPECT_LE(small.life.faults.size(), 2u);
  EXPECT_FALSE(sim::live(setup, small.life).passed());
}

// What the script says is what the shrinker lived.
TEST(Shrinking, ALifeAsAScriptIsTheSameLife) {
  sim::TrialSetup setup = a_trial(6);
  sim::Life life = sim::life_of(setup);
  life.sites = {"https://w3.site3.example", "https://w4.site0.example", "https://w7.site7.example"};
  std::vector<std::string> lived;
  setup.trace = [&](const std::string& line) { lived.push_back(line); };
  EXPECT_TRUE(sim::live(setup, life).passed());
  const auto told = sim::run_scenario(sim::read_scenario("life", sim::to_scenario(life, "a life")));
  EXPECT_TRUE(told.passed()) << told.faults.front().what;
  EXPECT_EQ(told.trace, lived);
  EXPECT_GT(lived.size(), 100u);
}

}  // namespace
}  // namespace frontierd
