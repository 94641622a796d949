#include "frontier/shares.h"

#include <gtest/gtest.h>

#include <vector>

namespace frontierd {
namespace {

constexpr Instant kNow = from_unix_ms(1'800'000'000'000);
constexpr int kFlights = 100;
using Of = ShareBar::Of;

ShareClaim claim_of(std::uint64_t domain, std::uint64_t address, int speed, bool met = true) {
  ShareClaim claim;
  claim.domain = domain;
  claim.address = address;
  claim.speed = speed;
  claim.met = met;
  return claim;
}

ShareClaim grouped(std::uint64_t domain, int speed, int group_flights) {
  ShareClaim claim = claim_of(domain, 0, speed);
  claim.group = 7;
  claim.group_flights = group_flights;
  return claim;
}

ShareClaim large(std::uint64_t domain, std::uint64_t mib) {
  ShareClaim claim = claim_of(domain, domain, 0);
  claim.bytes = mib << 20;
  return claim;
}

class SharesTest : public ::testing::Test {
 protected:
  SharesTest() { shares.set(policy, kFlights); }

  // As many as it gets of hosts that are made in turn, up to `count`.
  template <class Make>
  int take_all(int count, Make make) {
    int taken = 0;
    for (int n = 0; n < count; ++n) {
      const ShareClaim claim = make(n);
      if (shares.bar(claim, now)) continue;
      shares.take(claim);
      ++taken;
    }
    return taken;
  }
  // Others are about: prompt hosts of two domains at two addresses.
  void others_ask() {
    (void)shares.bar(claim_of(9'001, 9'001, 0), now);
    (void)shares.bar(claim_of(9'002, 9'002, 0), now);
  }
  std::optional<Of> barred(const ShareClaim& claim) {
    const auto bar = shares.bar(claim, now);
    return bar ? std::optional(bar->of) : std::nullopt;
  }

  SharePolicy policy;
  Shares shares;
  Instant now = kNow;
};

TEST_F(SharesTest, ADomainThatIsNotPromptHoldsItsPartAndNoMore) {
  others_ask();
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(1, std::uint64_t(100 + n), 1); }), 25);
  EXPECT_EQ(barred(claim_of(1, 999, 1)), Of::Domain);
  EXPECT_EQ(barred(claim_of(2, 999, 1)), std::nullopt);
}

TEST_F(SharesTest, AnAddressThatIsNotPromptHoldsItsPartAndNoMore) {
  others_ask();
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(std::uint64_t(100 + n), 1, 1); }), 25);
  EXPECT_EQ(barred(claim_of(999, 1, 1)), Of::Address);
  EXPECT_EQ(barred(claim_of(999, 2, 1)), std::nullopt);
}

TEST_F(SharesTest, PromptHostsOfOneDomainGoBeyondItsPartWhileAReserveIsLeft) {
  others_ask();
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(1, std::uint64_t(100 + n), 0); }), 80);
  EXPECT_EQ(barred(claim_of(1, 999, 0)), Of::Domain);
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(2, std::uint64_t(500 + n), 0); }), 25);
}

TEST_F(SharesTest, ADomainThatIsAloneMayHoldMost) {
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(1, std::uint64_t(100 + n), 5); }), 80);
}

TEST_F(SharesTest, TheSlowerTheHostsTheLessTheyHoldTogether) {
  // n·(1-reserve)^k, whoever they are.
  const std::vector<int> most{100, 80, 64, 51, 40, 32};
  for (int speed = 1; speed < kSpeeds; ++speed) {
    Shares fresh;
    fresh.set(policy, kFlights);
    std::swap(shares, fresh);
    others_ask();
    for (int faster = 1; faster < speed; ++faster) {
      (void)shares.bar(claim_of(9'003, 9'003, faster), now);
    }
    const auto one = [speed](int n) {
      return claim_of(std::uint64_t(100 + n), std::uint64_t(100 + n), speed);
    };
    EXPECT_EQ(take_all(200, one), most[static_cast<std::size_t>(speed)]) << speed;
    EXPECT_EQ(barred(one(999)), Of::Speed);
    EXPECT_EQ(take_all(200, [](int n) { return claim_of(std::uint64_t(500 + n), 0, 0); }), 200)
        << "the count of all flights is the caller's";
  }
}

TEST_F(SharesTest, SlowHostsHoldMostWhereNobodyFasterHasAskedForTenMinutes) {
  others_ask();
  now += std::chrono::minutes{11};
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(std::uint64_t(100 + n), 0, 5); }), 80);
}

TEST_F(SharesTest, BeyondItsPartADomainGetsNothingOnceMostIsTaken) {
  others_ask();
  EXPECT_EQ(take_all(30, [](int n) { return claim_of(1, std::uint64_t(100 + n), 0); }), 30);
  EXPECT_EQ(barred(claim_of(1, 999, 1)), std::nullopt) << "none of them is slow";
  take_all(50, [](int n) { return claim_of(std::uint64_t(300 + n), std::uint64_t(300 + n), 0); });
  EXPECT_EQ(barred(claim_of(1, 999, 1)), Of::Domain);
  EXPECT_EQ(barred(claim_of(1, 999, 0)), Of::Domain);
}

TEST_F(SharesTest, AFlightThatDripsCountsAsSlowAsItHasBecome) {
  others_ask();
  std::vector<ShareClaim> away;
  for (int n = 0; n < 60; ++n) {
    away.push_back(claim_of(std::uint64_t(100 + n), std::uint64_t(100 + n), 0));
    ASSERT_FALSE(shares.bar(away.back(), now));
    shares.take(away.back());
  }
  EXPECT_EQ(barred(claim_of(1, 1, 3, false)), std::nullopt);
  for (ShareClaim& claim : away) shares.age(claim, Seconds{20});
  EXPECT_EQ(barred(claim_of(1, 1, 3, false)), Of::Speed);
  EXPECT_EQ(barred(claim_of(1, 1, 1)), std::nullopt);
  for (const ShareClaim& claim : away) shares.give(claim, Millis{0}, now);
  EXPECT_EQ(barred(claim_of(1, 1, 5)), std::nullopt);
}

TEST_F(SharesTest, WithinAGroupTheSlowOnesLeaveAPartToTheOthers) {
  (void)shares.bar(grouped(9, 0, 8), now);
  EXPECT_EQ(take_all(50, [](int n) { return grouped(std::uint64_t(100 + n), 5, 8); }), 2);
  EXPECT_EQ(barred(grouped(999, 5, 8)), Of::GroupSpeed);
  EXPECT_EQ(take_all(4, [](int n) { return grouped(std::uint64_t(500 + n), 1, 8); }), 4);
}

TEST_F(SharesTest, WithinAGroupADomainHoldsItsPart) {
  (void)shares.bar(grouped(9, 0, 8), now);
  EXPECT_EQ(take_all(50, [](int) { return grouped(1, 1, 8); }), 2);
  EXPECT_EQ(barred(grouped(1, 1, 8)), Of::GroupDomain);
  EXPECT_EQ(barred(grouped(2, 1, 8)), std::nullopt);
}

TEST_F(SharesTest, AGroupOfOneDomainUsesWhatTheOperatorGaveIt) {
  EXPECT_EQ(take_all(50, [](int) { return grouped(1, 0, 2); }), 2);
}

TEST_F(SharesTest, ASingleSlotIsSharedInTime) {
  const ShareClaim slow = grouped(1, 5, 1);
  const ShareClaim prompt = grouped(2, 0, 1);
  ASSERT_FALSE(shares.bar(prompt, now));
  ASSERT_FALSE(shares.bar(slow, now));
  shares.take(slow);
  now += Seconds{60};
  shares.give(slow, Seconds{60}, now);
  EXPECT_EQ(barred(prompt), std::nullopt);
  const auto bar = shares.bar(slow, now);
  ASSERT_TRUE(bar);
  EXPECT_EQ(bar->until, now + Seconds{240});
  shares.park(*bar, slow, HostId{5});
  EXPECT_EQ(shares.pop_open(now), HostId::None);
  EXPECT_EQ(shares.next_at(), bar->until);
  EXPECT_EQ(shares.pop_open(bar->until), HostId{5});
}

TEST_F(SharesTest, ASlowHostAloneHasASingleSlotToItself) {
  const ShareClaim slow = grouped(1, 5, 1);
  ASSERT_FALSE(shares.bar(slow, now));
  shares.take(slow);
  shares.give(slow, Seconds{60}, now);
  EXPECT_EQ(barred(slow), std::nullopt);
}

TEST_F(SharesTest, LargeBodiesHaveSharesInBytes) {
  others_ask();
  policy.bytes = 100u << 20;
  shares.set(policy, kFlights);
  EXPECT_EQ(take_all(20, [](int) { return large(1, 10); }), 2) << "25 MiB for a domain";
  EXPECT_EQ(barred(large(1, 10)), Of::DomainBytes);
  EXPECT_EQ(take_all(20, [](int n) { return large(std::uint64_t(100 + n), 10); }), 6)
      << "80 MiB for all";
  EXPECT_EQ(barred(large(999, 10)), Of::Bytes);
  EXPECT_EQ(barred(claim_of(999, 999, 0)), std::nullopt) << "small ones go on";
}

TEST_F(SharesTest, ABodyLargerThanEveryShareStillComesAlone) {
  others_ask();
  policy.bytes = 10u << 20;
  shares.set(policy, kFlights);
  EXPECT_EQ(take_all(5, [](int n) { return large(std::uint64_t(100 + n), 30); }), 1);
}

TEST_F(SharesTest, WhereRoomForBodiesIsShortOnlyHostsKnownForSmallOnesGo) {
  shares.tight(true);
  EXPECT_EQ(barred(large(1, 10)), Of::BodyRoom);
  EXPECT_EQ(barred(claim_of(2, 2, 3, false)), Of::BodyRoom);
  EXPECT_EQ(barred(claim_of(3, 3, 0)), std::nullopt);
}

TEST_F(SharesTest, WhoWaitsComesBackWhenItsShareHasRoomAndInOrder) {
  others_ask();
  std::vector<ShareClaim> away;
  for (int n = 0; n < 25; ++n) {
    away.push_back(claim_of(1, std::uint64_t(100 + n), 5));
    if (!shares.bar(away.back(), now)) shares.take(away.back());
  }
  for (int host = 1; host <= 3; ++host) {
    const ShareClaim claim = claim_of(1, std::uint64_t(200 + host), 5);
    const auto bar = shares.bar(claim, now);
    ASSERT_TRUE(bar);
    shares.park(*bar, claim, HostId{host});
  }
  EXPECT_EQ(shares.pop_open(now), HostId::None);
  shares.give(away[0], Millis{0}, now);
  const HostId first = shares.pop_open(now);
  EXPECT_EQ(first, HostId{1});
  shares.take(claim_of(1, 201, 5));
  EXPECT_EQ(shares.pop_open(now), HostId::None);
  shares.give(away[1], Millis{0}, now);
  shares.give(away[2], Millis{0}, now);
  EXPECT_EQ(shares.pop_open(now), HostId{2});
  EXPECT_EQ(shares.pop_open(now), HostId{3});
  EXPECT_EQ(shares.parked(), 0u);
}

TEST_F(SharesTest, APromptHostBeyondItsDomainsPartComesBackWhenAllHoldLess) {
  others_ask();
  EXPECT_EQ(take_all(40, [](int n) { return claim_of(1, std::uint64_t(100 + n), 0); }), 40);
  std::vector<ShareClaim> others;
  for (int n = 0; n < 50; ++n) {
    others.push_back(claim_of(std::uint64_t(300 + n), std::uint64_t(300 + n), 0));
    shares.take(others.back());
  }
  const ShareClaim claim = claim_of(1, 999, 0);
  const auto bar = shares.bar(claim, now);
  ASSERT_TRUE(bar);
  shares.park(*bar, claim, HostId{5});
  for (int n = 0; n < 10; ++n) {
    shares.give(others[static_cast<std::size_t>(n)], Millis{0}, now);
    EXPECT_EQ(shares.pop_open(now), HostId::None) << n;
  }
  shares.give(others[10], Millis{0}, now);
  EXPECT_EQ(shares.pop_open(now), HostId{5});
}

TEST_F(SharesTest, WhoWaitsForOneShareAndFindsAnotherShutWaitsThere) {
  others_ask();
  std::vector<ShareClaim> slow;
  for (int n = 0; n < 25; ++n) {
    slow.push_back(claim_of(1, std::uint64_t(100 + n), 5));
    shares.take(slow.back());
  }
  const ShareClaim claim = claim_of(1, 50, 5);
  const auto bar = shares.bar(claim, now);
  ASSERT_TRUE(bar);
  EXPECT_EQ(bar->of, Of::Domain);
  shares.park(*bar, claim, HostId{5});
  std::vector<ShareClaim> others;
  for (int n = 0; n < 40; ++n) {
    others.push_back(claim_of(std::uint64_t(300 + n), std::uint64_t(300 + n), 5));
    shares.take(others.back());
  }
  shares.give(slow[0], Millis{0}, now);
  EXPECT_EQ(shares.pop_open(now), HostId::None) << "too many slow ones now";
  for (const ShareClaim& other : others) shares.give(other, Millis{0}, now);
  EXPECT_EQ(shares.pop_open(now), HostId{5});
}

TEST_F(SharesTest, AChangedPolicyHoldsAtOnce) {
  others_ask();
  EXPECT_EQ(take_all(200, [](int n) { return claim_of(1, std::uint64_t(100 + n), 1); }), 25);
  const ShareClaim claim = claim_of(1, 999, 1);
  shares.park(*shares.bar(claim, now), claim, HostId{5});
  policy.domain = 0.5;
  shares.set(policy, kFlights);
  EXPECT_EQ(shares.pop_open(now), HostId{5});
}

TEST(Usual, OneSlowFlightCountsAtOnceAndPromptOnesEarnItBack) {
  const SharePolicy policy;
  Usual usual;
  std::vector<int> speeds;
  const auto learn = [&](Millis took) {
    usual.learn(policy, took, 0);
    speeds.push_back(speed_of(policy, usual.takes));
  };
  learn(Millis{100});
  learn(Millis{100});
  learn(Seconds{300});
  for (int n = 0; n < 6; ++n) learn(Millis{100});
  EXPECT_EQ(speeds, (std::vector<int>{1, 0, 5, 5, 5, 3, 1, 0, 0}));
}

TEST(ShareKeys, AnIPv6AddressCountsAsItsNetwork) {
  EXPECT_EQ(share_key_of_address("2001:db8:1:2::5"), share_key_of_address("2001:db8:1:2:3:4:5:6"));
  EXPECT_NE(share_key_of_address("2001:db8:1:2::5"), share_key_of_address("2001:db8:1:3::5"));
  EXPECT_EQ(share_key_of_address("2001:db8::1"), share_key_of_address("2001:db8::2"));
  EXPECT_NE(share_key_of_address("192.0.2.1"), share_key_of_address("192.0.2.2"));
  EXPECT_EQ(share_key_of_address(""), 0u);
}

TEST(ShareWords, TheyNameTheHolderAndWhatItHolds) {
  ShareBar bar{ShareBar::Of::Domain, 1, 64, 64, 60};
  const Wait wait = share_wait(bar, "www.example.net", kNow);
  EXPECT_EQ(wait.reason, WaitReason::DomainShare);
  EXPECT_EQ(wait_words(wait, kNow),
            "its domain holds all it may hold of us: example.net: 64 of 64 flights, 60 of them "
            "slow");
}

}  // namespace
}  // namespace frontierd
