// What people are told of a wait is a lie: the referee must find each of them out.
#include <gtest/gtest.h>

#include "lies.h"

namespace frontierd {
namespace {

// Who asks why a URL waits is told `instead` whenever the truth is `of`.
Tamper told(WaitReason of, WaitReason instead, Millis until = Seconds{1}) {
  return [=](sim::SimulatorSetup& setup) {
    setup.wait_double = [=](const Wait& wait, Instant now) {
      return wait.reason == of ? Wait(instead, now + until, wait.who) : wait;
    };
  };
}

Occasion said(const std::string& words, int hosts = 40) {
  return {.hosts = hosts, .words = words};
}

TEST(WaitMutants, ATurnToldOfWhatWaitsForRobotsIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::Robots, WaitReason::Turn), said("robots.txt is not")));
}
TEST(WaitMutants, ATurnToldOfARestIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::Rest, WaitReason::Turn), said("it rests")));
}
TEST(WaitMutants, ATurnToldOfAGapIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::Turn), said("its turn came")));
}
TEST(WaitMutants, ARestThatIsNoneIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::Rest), said("it has no rest")));
}
TEST(WaitMutants, AFreshRobotsThatIsWaitedForIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::Robots), said("is fresh")));
}
TEST(WaitMutants, AGapLongerThanAnyIsCaught) {
  EXPECT_TRUE(is_caught(
      8, told(WaitReason::Rest, WaitReason::HostGap, std::chrono::hours{9}), said("too long")));
}
TEST(WaitMutants, AnOwnTimeThatHasComeIsCaught) {
  EXPECT_TRUE(
      is_caught(8, told(WaitReason::HostGap, WaitReason::Nothing), said("its turn came")));
}
TEST(WaitMutants, ALookUpThatNobodyMakesIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::NameLookup), said("looks it up")));
}
TEST(WaitMutants, FlightsOfAHostThatHasNoneAreCaught) {
  EXPECT_TRUE(
      is_caught(8, told(WaitReason::HostGap, WaitReason::HostFlights), said("of its own fly")));
}
TEST(WaitMutants, AFullHouseThatIsEmptyIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::Flights), said("fly")));
}
TEST(WaitMutants, APauseThatNobodyAskedForIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::HostPaused), said("lets it go")));
}
TEST(WaitMutants, AHostThatIsNotGivenUpIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::GivenUp), said("given up")));
}
TEST(WaitMutants, ADiskThatIsNotFullIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::DiskReserve), said("never")));
}
TEST(WaitMutants, AGroupThatHoldsNobodyIsCaught) {
  EXPECT_TRUE(is_caught(8, told(WaitReason::HostGap, WaitReason::Group), said("no group")));
}

}  // namespace
}  // namespace frontierd
