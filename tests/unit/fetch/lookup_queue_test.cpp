#include "fetch/lookup_queue.h"

#include <gtest/gtest.h>

#include <vector>

namespace frontierd {
namespace {

std::vector<std::string> take(LookupQueue& queue, std::size_t most = 1'000) {
  std::vector<std::string> names;
  while (names.size() < most) {
    const auto turn = queue.next();
    if (!turn) break;
    names.push_back(turn->name);
  }
  return names;
}

std::string host(int n, const std::string& domain) {
  return "h" + std::to_string(n) + "." + domain;
}

TEST(LookupQueue, ADomainHasAnEighthOfTheLookUpsAtOnce) {
  LookupQueue queue(64, 1'000);
  for (int n = 0; n < 100; ++n) queue.push({host(n, "hangs.example"), false});
  EXPECT_EQ(take(queue).size(), 8u);
  queue.push({"other.example", false});
  EXPECT_EQ(take(queue), std::vector<std::string>{"other.example"});
  queue.ended({host(0, "hangs.example"), false});
  EXPECT_EQ(take(queue), std::vector<std::string>{host(8, "hangs.example")});
}

TEST(LookupQueue, DomainsTakeTurns) {
  LookupQueue queue(64, 1'000);
  for (int n = 0; n < 5; ++n) queue.push({host(n, "a.example"), false});
  for (int n = 0; n < 2; ++n) queue.push({host(n, "b.example"), false});
  EXPECT_EQ(take(queue, 4), (std::vector<std::string>{host(0, "a.example"), host(0, "b.example"),
                                                      host(1, "a.example"), host(1, "b.example")}));
}

TEST(LookupQueue, NamesAnsweredBeforeKeepAQuarterAndGoFirst) {
  LookupQueue queue(64, 1'000);
  for (int n = 0; n < 100; ++n) queue.push({"new" + std::to_string(n) + ".example", false});
  for (int n = 0; n < 10; ++n) queue.push({"known" + std::to_string(n) + ".example", true});
  const auto first = take(queue, 10);
  for (const std::string& name : first) EXPECT_TRUE(name.starts_with("known")) << name;
  EXPECT_EQ(take(queue).size(), 48u) << "three quarters for new ones";
  for (int n = 10; n < 30; ++n) queue.push({"known" + std::to_string(n) + ".example", true});
  EXPECT_EQ(take(queue).size(), 6u);
  EXPECT_EQ(queue.in_flight(), 64u);
}

TEST(LookupQueue, ADomainThatFillsTheQueueLeavesRoomToOthers) {
  LookupQueue queue(8, 80);
  int pushed = 0;
  while (queue.has_room(host(pushed, "hangs.example"))) {
    queue.push({host(pushed++, "hangs.example"), false});
  }
  EXPECT_EQ(pushed, 60);
  EXPECT_TRUE(queue.has_room("other.example"));
}

TEST(LookupQueue, EachIsAskedForOnceWhateverTheOrderOfTheirEnds) {
  LookupQueue queue(4, 1'000);
  std::vector<LookupQueue::Turn> away;
  std::size_t ended = 0;
  for (int n = 0; n < 200; ++n) {
    queue.push({host(n, "d" + std::to_string(n % 7) + ".example"), n % 3 == 0});
  }
  while (queue.waiting() > 0 || !away.empty()) {
    while (const auto turn = queue.next()) away.push_back(*turn);
    ASSERT_FALSE(away.empty());
    ASSERT_LE(away.size(), 4u);
    queue.ended(away[ended % away.size()]);
    away.erase(away.begin() + static_cast<std::ptrdiff_t>(ended % away.size()));
    ++ended;
  }
  EXPECT_EQ(ended, 200u);
  EXPECT_EQ(queue.in_flight(), 0u);
}

}  // namespace
}  // namespace frontierd
