#include "contract/store_contract.h"

namespace frontierd {
namespace {

constexpr auto kHost = "https://a.example/";
constexpr auto kUrl = "https://a.example/1";

TEST_P(StoreContract, DoneIsTheEndOfAPage) {
  admit(candidate(kUrl));
  const Lease flight = lease_one(kHost);
  EXPECT_EQ(settle(landing(flight, OutcomeClass::Fetched, Done{}), kNoon + Seconds{1}), 1u);
  const UrlRecord record = look(kUrl);
  EXPECT_EQ(record.state, UrlState::Done);
  EXPECT_EQ(record.last_class, OutcomeClass::Fetched);
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.tries, 1);
  EXPECT_EQ(record.changed_at, kNoon + Seconds{1});
  EXPECT_EQ(record.content_type, "text/html");
  EXPECT_EQ(record.body_bytes, 2'048u);
  EXPECT_EQ(record.archive.file, "a-00001.warc.gz");
  EXPECT_EQ(record.archive.offset, 4'096u);
  EXPECT_TRUE(lease(kHost, 1, kNoon + Seconds{9'999}).empty());
}

TEST_P(StoreContract, RetryWaitsAndBurnsAnAttemptOnlyWhenToldTo) {
  admit(candidate(kUrl));
  settle(landing(lease_one(kHost), OutcomeClass::Overloaded,
                 Retry{kNoon + Seconds{30}, false, false, "the host rests"}));
  UrlRecord record = look(kUrl);
  EXPECT_EQ(record.state, UrlState::Queued);
  EXPECT_EQ(record.not_before, kNoon + Seconds{30});
  EXPECT_EQ(record.attempts, 0);
  EXPECT_EQ(record.tries, 1);
  EXPECT_EQ(record.why, "the host rests");
  EXPECT_TRUE(lease(kHost, 1, kNoon + Seconds{29}).empty());
  settle(landing(lease_one(kHost, kNoon + Seconds{30}), OutcomeClass::Unreachable,
                 Retry{kNoon + Seconds{60}, true, false, "reset"}));
  record = look(kUrl);
  EXPECT_EQ(record.attempts, 1);
  EXPECT_EQ(record.tries, 2);
}

TEST_P(StoreContract, DropKeepsItsReason) {
  admit(candidate(kUrl));
  settle(landing(lease_one(kHost), OutcomeClass::Gone, Drop{DropReason::Gone, "404 Not Found"}));
  const UrlRecord record = look(kUrl);
  EXPECT_EQ(record.state, UrlState::Dropped);
  EXPECT_EQ(record.dropped_because, DropReason::Gone);
  EXPECT_EQ(record.why, "404 Not Found");
  using Drops = std::vector<std::pair<std::string, std::uint64_t>>;
  EXPECT_EQ(ok(inspector().drops_by_reason()), (Drops{{"gone", 1}}));
}

TEST_P(StoreContract, FollowEndsTheUrlAndItsTargetIsAdmittedLikeAnyOther) {
  admit(candidate(kUrl));
  const Lease flight = lease_one(kHost);
  Candidate target = candidate("https://b.example/new", 5, kNoon + Seconds{3});
  target.via = kUrl;
  admit(target);
  settle(landing(flight, OutcomeClass::Moved, Follow{target.url, kNoon + Seconds{3}}));
  EXPECT_EQ(look(kUrl).state, UrlState::Done);
  EXPECT_EQ(look("https://b.example/new").via, kUrl);
  EXPECT_EQ(look("https://b.example/new").not_before, kNoon + Seconds{3});
  EXPECT_EQ(tally(), (Tally{1, 0, 1, 0, 2}));
}

TEST_P(StoreContract, EveryAttemptIsKeptInOrderWithItsEvidence) {
  const UrlId id = admit(candidate(kUrl));
  for (int i = 0; i < 3; ++i) {
    Settlement made = landing(lease_one(kHost), OutcomeClass::RateLimited,
                              Retry{kNoon, true, false, "slower"}, kNoon + Seconds{i});
    made.outcome.wait = AskedWait{Seconds{7}, "Retry-After: 7", false};
    settle(made);
  }
  commit();
  const auto all = ok(inspector().attempts(id, 10));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].number, 1);
  EXPECT_EQ(all[2].number, 3);
  EXPECT_EQ(all[2].facts.landed_at, kNoon + Seconds{2});
  EXPECT_EQ(all[2].evidence,
            R"([{"rule":"status","strength":"status","what":"a \"quoted\"\u0009sign \u00ff"}])");
  EXPECT_EQ(all[2].runner_up, "rate_limited (nginx-503)");
  EXPECT_EQ(all[2].asked_wait, Millis{7'000});
  EXPECT_TRUE(all[2].burnt);
  EXPECT_EQ(all[2].verdict, "retry");
  EXPECT_EQ(all[2].not_before, kNoon);
  EXPECT_EQ(all[2].url, kUrl);
  const auto last = ok(inspector().attempts(id, 1));
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].number, 3);
}

TEST_P(StoreContract, ALandingThatIsNotRecordedLeavesNoAttemptBehind) {
  const UrlId id = admit(candidate(kUrl));
  Settlement drained = landing(lease_one(kHost), OutcomeClass::Unreachable,
                               Retry{kNoon + Seconds{1}, false, false, "drained"});
  drained.record_attempt = false;
  EXPECT_EQ(settle(drained), 1u);
  const UrlRecord record = look(kUrl);
  EXPECT_EQ(record.state, UrlState::Queued);
  EXPECT_EQ(record.tries, 0);
  EXPECT_FALSE(record.last_class.has_value());
  EXPECT_EQ(record.why, "drained");
  EXPECT_TRUE(ok(inspector().attempts(id, 10)).empty());
}

TEST_P(StoreContract, TheSameLandingCountsOnce) {
  admit(candidate(kUrl));
  const Settlement made =
      landing(lease_one(kHost), OutcomeClass::Unreachable, Retry{kNoon, true, false, "reset"});
  const std::vector<Settlement> twice{made, made};
  EXPECT_EQ(ok(store().settle(twice, kNoon)), 1u);
  EXPECT_EQ(settle(made), 0u);
  EXPECT_EQ(look(kUrl).attempts, 1);
}

TEST_P(StoreContract, ASettlementUnderAnOlderFenceChangesNothing) {
  admit(candidate(kUrl));
  const Lease old = lease_one(kHost);
  commit();
  crash();
  ok(store().reclaim(kNoon, true, true, 5));
  const Lease current = lease_one(kHost);
  EXPECT_GT(current.fence, old.fence);
  Settlement late = landing(old, OutcomeClass::Gone, Drop{DropReason::Gone, "late"});
  late.incident = Incident{};
  HostState state;
  state.incidents = 9;
  late.host = state;
  EXPECT_EQ(settle(late), 0u);
  EXPECT_EQ(look(kUrl).state, UrlState::Leased);
  EXPECT_EQ(ok(store().host(current.host))->state.incidents, 0);
  EXPECT_TRUE(ok(inspector().incidents(current.host, 9)).empty());
}

TEST_P(StoreContract, WhatWasLearnedOfTheHostComesBackWhole) {
  const HostId id = host_of(kHost);
  admit(candidate(kUrl));
  HostState state;
  state.breaker = Breaker::Open;
  state.rest_until = kNoon + Seconds{90};
  state.rest_cls = OutcomeClass::Overloaded;
  state.why = "503 with Retry-After: 90";
  state.incidents = 2;
  state.walls = 1;
  state.url_troubles = 3;
  state.trouble_since = kNoon - Seconds{5};
  state.incident_at = kNoon;
  state.resume_step = 2;
  state.exhausted = true;
  state.good_gap = Millis{800};
  state.slowed_at = kNoon + Seconds{1};
  state.quota_gap = Millis{1'500};
  state.quota_at = kNoon - Seconds{1};
  state.crawl_delay = Seconds{2};
  state.latency = state.latency_kept = Millis{130};
  state.history.first_at = kNoon - Seconds{500};
  state.history.good_in_a_row = 4;
  state.history.last[0] = {kNoon, OutcomeClass::Overloaded, 17};
  Settlement made = landing(lease_one(kHost), OutcomeClass::Overloaded,
                            Retry{kNoon + Seconds{90}, false, false, "rests"});
  made.host = state;
  made.incident = Incident{kNoon,
                           OutcomeClass::Overloaded,
                           Scope::Host,
                           "nginx",
                           503,
                           kUrl,
                           kNoon + Seconds{90},
                           "503 with Retry-After: 90"};
  settle(made);
  commit();
  crash();
  EXPECT_EQ(ok(store().host(id))->state, state);
  const auto incidents = ok(inspector().incidents(id, 5));
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents[0].rest_until, kNoon + Seconds{90});
  EXPECT_EQ(incidents[0].status, 503);
  EXPECT_EQ(incidents[0].vendor, "nginx");
}

TEST_P(StoreContract, ARobotsErrandWritesTheRecordOfTheHostItIsFor) {
  const HostId asked = host_of("https://a.example/");
  const HostId meant = host_of("https://b.example/");
  const std::vector<LeaseRequest> request{{asked, Purpose::Robots, "https://a.example/robots.txt"}};
  const auto leases = ok(store().lease(request, kNoon, Seconds{60})).leases;
  Settlement made = landing(leases[0], OutcomeClass::Fetched, Done{});
  made.robots = RobotsRecord{RobotsState::Rules,
                             kNoon,
                             kNoon + Seconds{3'600},
                             std::nullopt,
                             std::string("User-agent: *\0Disallow: /", 25),
                             "200",
                             200};
  made.robots_for = meant;
  EXPECT_EQ(settle(made), 1u);
  EXPECT_FALSE(ok(store().robots(asked)).has_value());
  const auto record = ok(store().robots(meant));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->state, RobotsState::Rules);
  EXPECT_EQ(record->body.size(), 25u);
  EXPECT_EQ(record->expires_at, kNoon + Seconds{3'600});
  EXPECT_EQ(ok(store().host(meant))->robots_until, kNoon + Seconds{3'600});
  EXPECT_EQ(tally().leased, 0u);
}

TEST_P(StoreContract, ARobotsRecordLearntElsewhereIsWrittenWithTheCommitOrNotAtAll) {
  const HostId host = host_of("https://a.example/");
  commit();
  RobotsRecord record;
  record.state = RobotsState::Rules;
  record.expires_at = kNoon + Seconds{60};
  record.body = "User-agent: *";
  record.why = "as another host says";
  ok(store().set_robots(host, record));
  crash();
  EXPECT_FALSE(ok(store().robots(host)).has_value());
  ok(store().set_robots(host, record));
  commit();
  crash();
  EXPECT_EQ(ok(store().robots(host))->why, record.why);
  EXPECT_EQ(ok(store().host(host))->robots_until, record.expires_at);
  EXPECT_EQ(store().set_robots(HostId{77}, record).error().code, Errc::NotFound);
}

TEST_P(StoreContract, AnErrandThatFailedIsNeverCalledFetched) {
  const HostId asked = host_of("https://a.example/");
  const std::vector<LeaseRequest> request{{asked, Purpose::Robots, "https://a.example/robots.txt"}};
  const auto leases = ok(store().lease(request, kNoon, Seconds{60})).leases;
  Settlement made = landing(leases[0], OutcomeClass::Overloaded,
                            Retry{kNoon + Seconds{300}, false, false, "robots.txt answered 500"});
  EXPECT_EQ(settle(made), 1u);
  EXPECT_EQ(tally().leased, 0u);
  EXPECT_EQ(tally().queued, 0u);
}

TEST_P(StoreContract, ASettlementThatWasNotCommittedIsForgottenWhole) {
  const UrlId id = admit(candidate(kUrl));
  const Lease flight = lease_one(kHost);
  commit();
  Settlement made = landing(flight, OutcomeClass::Fetched, Done{});
  made.incident = Incident{};
  settle(made);
  crash();
  EXPECT_EQ(tally(), (Tally{0, 1, 0, 0, 1}));
  EXPECT_TRUE(ok(inspector().attempts(id, 9)).empty());
  EXPECT_TRUE(ok(inspector().incidents(flight.host, 9)).empty());
  EXPECT_EQ(look(kUrl).state, UrlState::Leased);
}

}  // namespace
}  // namespace frontierd
