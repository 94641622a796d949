#include "base/clock_doubt.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

using std::chrono::hours;

const Instant kReleased = *parse_iso("2026-11-01T00:00:00Z");
const Instant kNow = kReleased + hours{24 * 40};

std::string doubt(ClockFacts facts) {
  return clock_doubt(facts).value_or("");
}
ClockFacts facts(Instant wall, Instant ours, std::optional<Millis> peers = std::nullopt) {
  return {wall, ours, kReleased, peers};
}

TEST(ClockDoubt, NothingIsSaidOfAClockThatAllWitnessesBear) {
  EXPECT_EQ(doubt(facts(kNow, kNow)), "");
  EXPECT_EQ(doubt(facts(kNow, kNow + Seconds{50}, Seconds{-200})), "");
}

TEST(ClockDoubt, AnHourBeforeTheReleaseOrALifetimeAfterItCannotBe) {
  for (const char* wrong : {"1970-01-01T00:00:07Z", "2020-05-05T00:00:00Z", "2099-01-01T00:00:00Z"}) {
    const Instant at = *parse_iso(wrong);
    EXPECT_FALSE(is_plausible(at, kReleased)) << wrong;
    EXPECT_NE(doubt(facts(at, at)).find("cannot be"), std::string::npos) << wrong;
  }
  EXPECT_TRUE(is_plausible(kReleased - hours{12}, kReleased));
}

TEST(ClockDoubt, ATimeThatWentAnotherWayThanTheMachinesIsSaidWithAWayToMendIt) {
  const std::string behind = doubt(facts(kNow, kNow - hours{24}));
  EXPECT_NE(behind.find("1d behind this machine's clock"), std::string::npos) << behind;
  EXPECT_NE(behind.find("--set-clock"), std::string::npos) << behind;
  const std::string ahead = doubt(facts(kNow, *parse_iso("2099-01-01T00:00:00Z")));
  EXPECT_NE(ahead.find("ahead of this machine's clock"), std::string::npos) << ahead;
}

TEST(ClockDoubt, MostHostsTogetherAreBelievedAgainstThisMachine) {
  const std::string said = doubt(facts(kNow, kNow, hours{72}));
  EXPECT_NE(said.find("3d behind theirs"), std::string::npos) << said;
}

}  // namespace
}  // namespace frontierd
