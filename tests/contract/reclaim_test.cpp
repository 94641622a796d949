#include "contract/store_contract.h"

namespace frontierd {
namespace {

TEST_P(StoreContract, AfterACrashEveryFlightIsGivenBackWithNothingBurnt) {
  admit(candidate("https://a.example/1"));
  admit(candidate("https://b.example/1"));
  lease("https://a.example/", 1);
  lease("https://b.example/", 1);
  commit();
  crash();
  EXPECT_EQ(tally().leased, 2u);
  const auto hosts = ok(store().reclaim(kNoon, true, true, 5));
  EXPECT_EQ(hosts, (std::vector{host_of("https://a.example/"), host_of("https://b.example/")}));
  EXPECT_EQ(tally(), (Tally{2, 0, 0, 0, 2}));
  const UrlRecord record = look("https://a.example/1");
  EXPECT_EQ(record.attempts, 0);
  EXPECT_EQ(record.tries, 0);
  EXPECT_EQ(record.crashes, 1);
}

TEST_P(StoreContract, OnlyFlightsPastTheirTermAreReclaimedFromALivingHolder) {
  admit(candidate("https://a.example/1"));
  admit(candidate("https://a.example/2"));
  lease("https://a.example/", 1, kNoon);
  lease("https://a.example/", 1, kNoon + Seconds{30});
  EXPECT_TRUE(ok(store().reclaim(kNoon + Seconds{59}, false, false, 5)).empty());
  EXPECT_EQ(ok(store().reclaim(kNoon + Seconds{60}, false, false, 5)).size(), 1u);
  EXPECT_EQ(tally(), (Tally{1, 1, 0, 0, 1}));
  EXPECT_EQ(look("https://a.example/1").crashes, 0);
}

TEST_P(StoreContract, AUrlThatAloneWasInFlightInTheLastCrashesIsQuarantined) {
  admit(candidate("https://a.example/bomb"));
  Instant now = kNoon;
  for (int crashes = 1; crashes <= 3; ++crashes) {
    now += std::chrono::hours{2};
    EXPECT_EQ(lease("https://a.example/", 1, now).size(), 1u);
    commit();
    crash();
    ok(store().reclaim(now, true, true, 3));
    commit();
  }
  const UrlRecord record = look("https://a.example/bomb");
  EXPECT_EQ(record.state, UrlState::Dropped);
  EXPECT_EQ(record.dropped_because, DropReason::Quarantined);
  EXPECT_EQ(record.crashes, 3);
  EXPECT_NE(record.why.find("3 crashes"), std::string::npos);
  EXPECT_EQ(tally(), (Tally{0, 0, 0, 1, 1}));
}

TEST_P(StoreContract, NoUrlIsQuarantinedWhileAnotherMayBeToBlame) {
  admit(candidate("https://a.example/bomb"));
  admit(candidate("https://b.example/slow"));
  Instant now = kNoon;
  for (int crashes = 1; crashes <= 4; ++crashes) {
    now += std::chrono::hours{2};
    lease("https://a.example/", 1, now);
    lease("https://b.example/", 1, now);
    commit();
    crash();
    ok(store().reclaim(now, true, true, 3));
  }
  EXPECT_EQ(tally(), (Tally{2, 0, 0, 0, 2}));
  // Suspects are asked again one after the other, so that the next crash tells them apart.
  const Instant bomb = look("https://a.example/bomb").not_before;
  EXPECT_GT(bomb, now);
  EXPECT_GT(look("https://b.example/slow").not_before, bomb);
  EXPECT_NE(look("https://b.example/slow").why.find("apart"), std::string::npos);
  lease("https://a.example/", 1, bomb);
  commit();
  crash();
  ok(store().reclaim(bomb, true, true, 3));
  EXPECT_EQ(look("https://a.example/bomb").state, UrlState::Dropped);
  EXPECT_EQ(look("https://b.example/slow").crashes, 0);  // that crash had another cause
}

TEST_P(StoreContract, ALandingForgetsTheCrashes) {
  admit(candidate("https://a.example/1"));
  lease("https://a.example/", 1);
  commit();
  crash();
  ok(store().reclaim(kNoon, true, true, 3));
  const Lease back = lease_one("https://a.example/");
  Settlement stopped = landing(back, OutcomeClass::Fetched, Retry{kNoon, false, false, "stopped"});
  stopped.record_attempt = false;
  settle(stopped);
  EXPECT_EQ(look("https://a.example/1").crashes, 1);
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Unreachable,
                 Retry{kNoon, true, false, "reset"}));
  EXPECT_EQ(look("https://a.example/1").crashes, 0);
}

TEST_P(StoreContract, AnEndByErrorIsNoCrash) {
  admit(candidate("https://a.example/1"));
  for (int ends = 0; ends < 5; ++ends) {
    lease("https://a.example/", 1);
    commit();
    crash();
    ok(store().reclaim(kNoon, true, false, 3));
    commit();
  }
  const UrlRecord record = look("https://a.example/1");
  EXPECT_EQ(record.state, UrlState::Queued);
  EXPECT_EQ(record.crashes, 0);
  EXPECT_EQ(record.not_before, kNoon);
}

TEST_P(StoreContract, AnErrandOfADeadHolderSimplyEnds) {
  const HostId host = host_of("https://a.example/");
  const std::vector<LeaseRequest> errand{{host, Purpose::Probe, "https://a.example/robots.txt"}};
  const auto leases = ok(store().lease(errand, kNoon, Seconds{60})).leases;
  commit();
  crash();
  EXPECT_EQ(ok(store().reclaim(kNoon, true, true, 1)), std::vector{host});
  EXPECT_EQ(settle(landing(leases[0], OutcomeClass::Fetched, Done{})), 0u);
  EXPECT_TRUE(ok(store().reclaim(kNoon, true, true, 1)).empty());
}

TEST_P(StoreContract, ARevisitInFlightIsDueAgainAfterACrash) {
  admit(candidate("https://a.example/1"));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Fetched, Done{kNoon + Seconds{5}}));
  lease("https://a.example/", 1, kNoon + Seconds{5});
  commit();
  crash();
  ok(store().reclaim(kNoon + Seconds{6}, true, true, 9));
  EXPECT_EQ(tally(), (Tally{0, 0, 1, 0, 1}));
  EXPECT_EQ(lease("https://a.example/", 1, kNoon + Seconds{6}).size(), 1u);
}

}  // namespace
}  // namespace frontierd
