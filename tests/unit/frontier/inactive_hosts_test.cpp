#include "frontier/inactive_hosts.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

constexpr Instant at(int second) {
  return Instant{Seconds{1'000'000 + second}};
}

TEST(InactiveHosts, ComeBackInTheOrderOfTheirDues) {
  InactiveHosts inactive(10);
  inactive.put(HostId{1}, at(30), std::nullopt);
  inactive.put(HostId{2}, at(10), std::nullopt);
  inactive.put(HostId{3}, at(20), std::nullopt);
  EXPECT_EQ(inactive.due(at(9)), std::nullopt);
  EXPECT_EQ(inactive.due(at(10)), HostId{2});
  inactive.erase(HostId{2});
  EXPECT_EQ(inactive.due(at(60)), HostId{3});
}

TEST(InactiveHosts, WhoIsForgottenIsKnownByTheHourFromWhichTheStoreMustBeAsked) {
  InactiveHosts inactive(2);
  inactive.put(HostId{1}, at(30), std::nullopt);
  inactive.put(HostId{2}, at(10), std::nullopt);
  EXPECT_EQ(inactive.complete_until(), kNever);
  inactive.put(HostId{3}, at(20), std::nullopt);
  EXPECT_EQ(inactive.size(), 2u);
  EXPECT_EQ(inactive.complete_until(), at(30));
  inactive.limit(1);
  EXPECT_EQ(inactive.complete_until(), at(20));
  EXPECT_EQ(inactive.due(at(60)), HostId{2});
  inactive.start_over();
  EXPECT_EQ(inactive.complete_until(), kNever);
}

TEST(InactiveHosts, AHastenedHostIsNeverDueLater) {
  InactiveHosts inactive(10);
  inactive.put(HostId{1}, at(30), at(25));
  inactive.hasten(HostId{1}, at(40));
  EXPECT_EQ(inactive.due(at(30)), HostId{1});
  inactive.hasten(HostId{1}, at(5));
  EXPECT_EQ(inactive.due(at(5)), HostId{1});
  EXPECT_EQ(inactive.ready_at(HostId{1}), at(25));
  EXPECT_EQ(inactive.size(), 1u);
}

TEST(InactiveHosts, WhoIsNeverDueIsNotKept) {
  InactiveHosts inactive(10);
  inactive.put(HostId{1}, at(30), std::nullopt);
  inactive.put(HostId{1}, kNever, std::nullopt);
  EXPECT_EQ(inactive.size(), 0u);
}

}  // namespace
}  // namespace frontierd
