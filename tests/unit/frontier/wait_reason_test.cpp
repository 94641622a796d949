#include "frontier/wait_reason.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

namespace frontierd {
namespace {

constexpr Instant kNow = from_unix_ms(1'800'000'000'000);

static_assert(!std::is_default_constructible_v<Wait>, "no wait without a reason");

TEST(WaitReason, EachHasANameOfItsOwnThatReadsBack) {
  std::set<std::string_view> names;
  for (int i = 0; i < kWaitReasons; ++i) {
    const auto reason = static_cast<WaitReason>(i);
    EXPECT_TRUE(names.insert(to_string(reason)).second) << to_string(reason);
    EXPECT_EQ(parse_wait_reason(to_string(reason)), reason);
  }
  EXPECT_FALSE(parse_wait_reason("").has_value());
}

TEST(WaitReason, WordsNameWhoHoldsItAndUntilWhen) {
  for (int i = 0; i < kWaitReasons; ++i) {
    const auto reason = static_cast<WaitReason>(i);
    const std::string words = wait_words(Wait(reason, kNow + Seconds{5}, "the-holder"), kNow);
    EXPECT_GE(words.size(), 15u) << to_string(reason);
    EXPECT_EQ(words.find('%'), std::string::npos) << words;
    const std::string bare = wait_words(Wait(reason), kNow);
    EXPECT_EQ(bare.find('%'), std::string::npos) << bare;
    EXPECT_FALSE(bare.ends_with(": ")) << bare;
  }
}

TEST(WaitReason, OnlyItsOwnGapIsPacingAndOnlyATurnIsReady) {
  for (int i = 0; i < kWaitReasons; ++i) {
    const auto reason = static_cast<WaitReason>(i);
    EXPECT_EQ(condition_of(reason) == HostCondition::Pacing, reason == WaitReason::HostGap);
    EXPECT_EQ(condition_of(reason) == HostCondition::Ready, reason == WaitReason::Turn);
  }
}

}  // namespace
}  // namespace frontierd
