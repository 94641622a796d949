#include "rules/peer_clock.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

constexpr Instant kNoon = from_unix_ms(1'800'000'000'000);
constexpr Millis kHour = std::chrono::hours{1};

TEST(PeerClock, SaysNothingBeforeManySitesWereHeard) {
  PeerClock clock;
  for (std::uint32_t site = 0; site + 1 < PeerClock::kSitesMin; ++site) {
    clock.heard(site, kNoon + kHour, kNoon);
  }
  clock.heard(0, kNoon + kHour, kNoon);  // the same site again is no second witness
  EXPECT_EQ(clock.ahead(kNoon), std::nullopt);
  clock.heard(99, kNoon + kHour, kNoon);
  EXPECT_EQ(clock.ahead(kNoon), kHour);
}

TEST(PeerClock, AFewThatAreWrongChangeNothing) {
  PeerClock clock;
  for (std::uint32_t site = 0; site < 12; ++site) {
    clock.heard(site, kNoon + (site < 3 ? kHour * 9'000 : Seconds{site}), kNoon);
  }
  ASSERT_TRUE(clock.ahead(kNoon).has_value());
  EXPECT_LT(*clock.ahead(kNoon), Seconds{60});
}

TEST(PeerClock, ScatteredVoicesAreNoWitness) {
  PeerClock clock;
  for (std::uint32_t site = 0; site < 20; ++site) clock.heard(site, kNoon + kHour * site, kNoon);
  EXPECT_EQ(clock.ahead(kNoon), std::nullopt);
}

TEST(PeerClock, WhatWasHeardLongAgoIsForgotten) {
  PeerClock clock;
  for (std::uint32_t site = 0; site < 20; ++site) clock.heard(site, kNoon + kHour, kNoon);
  EXPECT_TRUE(clock.ahead(kNoon).has_value());
  EXPECT_EQ(clock.ahead(kNoon + 2 * kHour), std::nullopt);
}

}  // namespace
}  // namespace frontierd
