#include "frontier/groups.h"

#include <gtest/gtest.h>

#include <vector>

namespace frontierd {
namespace {

constexpr Instant kNow = from_unix_ms(1'800'000'000'000);

std::vector<int> turns(Groups& groups, int count) {
  std::vector<int> order;
  Instant now = kNow;
  for (int n = 0; n < count; ++n) {
    const HostId host = groups.pop_due(now);
    if (host == HostId::None) break;
    order.push_back(static_cast<int>(raw(host)));
    groups.started("g", {8, Millis{50}}, now);
    groups.landed("g", now);
    now += Millis{50};
  }
  return order;
}

TEST(Groups, PromptHostsHaveSevenTurnsOfEightWhileOthersWait) {
  Groups groups;
  for (int host = 1; host <= 20; ++host)
    groups.park("g", {8, Millis{50}}, HostId{host}, host <= 15);
  EXPECT_EQ(turns(groups, 30), (std::vector<int>{1,  2,  3,  4,  5,  6,  7,  16, 8,  9,
                                                 10, 11, 12, 13, 14, 17, 15, 18, 19, 20}));
}

TEST(Groups, WhoIsNotPromptHasEveryTurnThatNobodyElseWants) {
  Groups groups;
  for (int host = 1; host <= 3; ++host) groups.park("g", {8, Millis{50}}, HostId{host}, false);
  EXPECT_EQ(turns(groups, 30), (std::vector<int>{1, 2, 3}));
}

}  // namespace
}  // namespace frontierd
