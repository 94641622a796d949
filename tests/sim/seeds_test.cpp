// Twenty worlds with all their faults, small enough for every build; the nightly command runs more:
// frontiersim --seed N --runs 1000 --days 30 --hosts 2000 --faults all
#include <gtest/gtest.h>

#include "sim/report.h"

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

class Seeds : public testing::TestWithParam<int> {};

TEST_P(Seeds, KeepsEveryPromiseAndComesToRest) {
  const auto report = sim::run_trial(a_trial(static_cast<std::uint64_t>(GetParam())));
  EXPECT_TRUE(report.passed()) << sim::report_text(report, 0)
                               << "run it again: " << sim::command_of(report.setup);
  EXPECT_GT(report.figures.pages, 100u);
  EXPECT_GT(report.figures.crashes, 0u);
  EXPECT_EQ(report.tally.queued + report.tally.leased, 0u);
}

INSTANTIATE_TEST_SUITE_P(Twenty, Seeds, testing::Range(1, 21));

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

TEST(Shrinking, WhatIsLeftStillFailsAndIsSmaller) {
  sim::TrialSetup setup = a_trial(5);
  setup.tamper = [](sim::SimulatorSetup& simulator) {
    Policy hasty = *simulator.policy;
    hasty.pace.gap = Millis{0};
    simulator.policy_double = std::make_shared<const Policy>(hasty);
  };
  ASSERT_FALSE(sim::run_trial(setup).passed());
  const auto small = sim::shrink(setup, 30);
  EXPECT_FALSE(sim::run_trial(small).passed());
  EXPECT_LT(small.hosts, setup.hosts);
  EXPECT_LT(small.faults.size(), setup.faults.size());
}

}  // namespace
}  // namespace frontierd
