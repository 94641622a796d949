#include "rules/suspicion.h"

#include <gtest/gtest.h>

#include <set>

namespace frontierd {
namespace {

TEST(Suspicion, OneSuspectWaitsFourTimesAsLongWithEachCrashUpToAnHour) {
  EXPECT_EQ(suspect_wait(2, 0, 1), Seconds{30});
  EXPECT_EQ(suspect_wait(3, 0, 1), std::chrono::minutes{2});
  EXPECT_EQ(suspect_wait(4, 0, 1), std::chrono::minutes{8});
  EXPECT_EQ(suspect_wait(1'000, 0, 1), std::chrono::hours{1});
}

TEST(Suspicion, SuspectsAreAskedAgainAtTimesOfTheirOwnAndAllWithinTenMinutesMore) {
  for (const std::size_t count : {2u, 20u, 256u}) {
    std::set<Millis> waits;
    for (std::size_t i = 0; i < count; ++i) waits.insert(suspect_wait(4, i, count));
    EXPECT_EQ(waits.size(), count);
    EXPECT_LE(*waits.rbegin(), std::chrono::minutes{18});
  }
}

TEST(Suspicion, OnlyWhoIsAloneInTheMostCrashesIsToBlame) {
  EXPECT_TRUE(is_quarantined(5, 5, 1));
  EXPECT_TRUE(is_quarantined(7, 5, 1));
  EXPECT_FALSE(is_quarantined(5, 5, 2));
  EXPECT_FALSE(is_quarantined(4, 5, 1));
}

}  // namespace
}  // namespace frontierd
