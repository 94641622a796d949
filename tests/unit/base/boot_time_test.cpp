#include "base/boot_time.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

using std::chrono::hours;

constexpr Instant kNoon = from_unix_ms(1'800'000'000'000);

MachineTime machine(std::string boot, Instant wall, Millis since_boot) {
  return {std::move(boot), wall, since_boot};
}

TEST(BootTime, StartsFromTheWallClockWhereNothingIsKnown) {
  const BootTime time(machine("a", kNoon, hours{5}), std::nullopt);
  EXPECT_EQ(time.at(hours{6}), kNoon + hours{1});
}

TEST(BootTime, WithinOneBootNoStepOfTheWallClockChangesIt) {
  const BootTime first(machine("a", kNoon, hours{1}), std::nullopt);
  const std::string anchor = first.anchor(machine("a", kNoon + hours{1}, hours{2}));
  const BootTime second(machine("a", kNoon - hours{20}, hours{3}), anchor);
  EXPECT_EQ(second.at(hours{3}), kNoon + hours{2});
}

TEST(BootTime, AfterARebootItGoesOnByWhatTheWallClockHasGoneOn) {
  const BootTime first(machine("a", kNoon, hours{1}), std::nullopt);
  const std::string anchor = first.anchor(machine("a", kNoon + hours{1}, hours{2}));
  const BootTime second(machine("b", kNoon + hours{4}, Seconds{30}), anchor);
  EXPECT_EQ(second.at(Seconds{30}), kNoon + hours{4});
}

// A clock that ran a day behind and is right again must not end every wait a day early.
TEST(BootTime, AWallClockThatIsSetRightShortensNoWait) {
  const BootTime behind(machine("a", kNoon - hours{24}, Seconds{10}), std::nullopt);
  const std::string anchor = behind.anchor(machine("a", kNoon + hours{1}, hours{1}));
  const BootTime right(machine("b", kNoon + hours{3}, Seconds{20}), anchor);
  EXPECT_EQ(right.at(Seconds{20}) - behind.at(hours{1}), hours{2});
}

TEST(BootTime, AfterARebootWithAnEarlierWallClockItNeverGoesBack) {
  const BootTime first(machine("a", kNoon, hours{1}), std::nullopt);
  const std::string anchor = first.anchor(machine("a", kNoon, hours{1}));
  const BootTime second(machine("b", kNoon - hours{9}, Seconds{1}), anchor);
  EXPECT_EQ(second.at(Seconds{1}), kNoon);
}

TEST(BootTime, NonsenseAndABootWithoutANameAreNoAnchor) {
  for (const std::string text : {"", "nonsense", "a 1 2", "a x 2 3", "a 1 2 3 4"}) {
    EXPECT_EQ(BootTime(machine("a", kNoon, hours{1}), text).at(hours{1}), kNoon) << text;
  }
  const BootTime nameless(machine("", kNoon, hours{2}), std::nullopt);
  const std::string anchor = nameless.anchor(machine("", kNoon, hours{2}));
  EXPECT_EQ(BootTime(machine("", kNoon + hours{1}, hours{9}), anchor).at(hours{9}),
            kNoon + hours{1});
}

}  // namespace
}  // namespace frontierd
