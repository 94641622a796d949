#include "contract/store_contract.h"

namespace frontierd {
namespace {

UrlSelection of_url(const std::string& url) {
  return {url, {}, {}, {}};
}
UrlSelection of_host(const std::string& key) {
  return {{}, key, {}, {}};
}
UrlSelection of_reason(DropReason because) {
  return {{}, {}, because, {}};
}
UrlSelection of_class(OutcomeClass cls) {
  return {{}, {}, {}, cls};
}

TEST_P(StoreContract, AQueueIsGivenUpInPartsAndSparesWhatIsInFlight) {
  for (int i = 0; i < 10; ++i) admit(candidate("https://a.example/" + std::to_string(i)));
  admit(candidate("https://b.example/"));
  const HostId host = host_of("https://a.example/");
  lease("https://a.example/", 1);
  const auto drop = [&](const QueuePlace& from) {
    return ok(store().drop_queue(host, from, DropReason::HostExhausted, "gave up", 6, kNoon));
  };
  const DroppedPart first = drop({});
  EXPECT_EQ(first.dropped, 6u);
  ASSERT_TRUE(first.rest.has_value());
  EXPECT_EQ(drop(*first.rest), (DroppedPart{3, std::nullopt}));
  EXPECT_EQ(drop({}), (DroppedPart{0, std::nullopt}));
  EXPECT_EQ(tally(), (Tally{1, 1, 0, 9, 2}));
  const UrlRecord record = look("https://a.example/9");
  EXPECT_EQ(record.dropped_because, DropReason::HostExhausted);
  EXPECT_EQ(record.why, "gave up");
}

TEST_P(StoreContract, GivingUpAQueuePassesByWhatIsDoneAndVisitedAgain) {
  for (const char* name : {"1", "2", "3"})
    admit(candidate(std::string("https://a.example/") + name));
  for (const Lease& one : lease("https://a.example/", 2)) {
    settle(landing(one, OutcomeClass::Fetched, Done{kNoon - Seconds{5}}));
  }
  const HostId host = host_of("https://a.example/");
  HostState spent;
  spent.exhausted = true;
  spent.why = "503 for a week";
  ok(store().set_host_state(host, spent));
  EXPECT_TRUE(ok(store().host(host))->has_queue);
  // As many places are looked at as may be, not as many URLs dropped.
  auto part = ok(store().drop_queue(host, {}, DropReason::HostExhausted, "given up", 2, kNoon));
  EXPECT_EQ(part.dropped, 0u);
  ASSERT_TRUE(part.rest.has_value());
  part = ok(store().drop_queue(host, *part.rest, DropReason::HostExhausted, "given up", 2, kNoon));
  EXPECT_EQ(part, (DroppedPart{1, std::nullopt}));
  EXPECT_EQ(look("https://a.example/1").revisit_at, kNoon - Seconds{5});
  EXPECT_EQ(tally(), (Tally{0, 0, 2, 1, 1}));
  // Nothing is left to drop, so it is no business of the schedule's ...
  EXPECT_FALSE(ok(store().host(host))->has_queue);
  commit();
  EXPECT_FALSE(ok(inspector().host("https://a.example"))->entry.has_queue);
  // ... until it is given a new start.
  const Retried again = ok(store().retry(of_reason(DropReason::HostExhausted), 10, kNoon));
  EXPECT_EQ(again, (Retried{1, 1, 0}));
  EXPECT_TRUE(ok(store().host(host))->has_queue);
  EXPECT_EQ(lease("https://a.example/", 3).size(), 3u);
}

TEST_P(StoreContract, AHostOfWhichNothingWasDroppedGetsANewStartForTheSameReason) {
  for (const char* host : {"a", "b"}) {
    const std::string url = std::string("https://") + host + ".example/1";
    admit(candidate(url));
    settle(landing(lease_one(url), OutcomeClass::Fetched, Done{kNoon + Seconds{5}}));
    HostState spent;
    spent.exhausted = true;
    spent.rest_cls = *host == 'a' ? OutcomeClass::BotWalled : OutcomeClass::Overloaded;
    ok(store().set_host_state(host_of(url), spent));
  }
  EXPECT_EQ(ok(store().retry(of_reason(DropReason::Walled), 10, kNoon)), (Retried{0, 1, 0}));
  EXPECT_FALSE(ok(store().host(host_of("https://a.example/")))->state.exhausted);
  EXPECT_TRUE(ok(store().host(host_of("https://b.example/")))->state.exhausted);
}

TEST_P(StoreContract, WhatIsDoneStaysDoneWhenAVisitOfItComesToNothing) {
  admit(candidate("https://a.example/1"));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Fetched, Done{kNoon}));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Overloaded,
                 Retry{kNoon + Seconds{9}, true, false, "503"}),
         kNoon + Seconds{1});
  const UrlRecord record = look("https://a.example/1");
  EXPECT_EQ(record.state, UrlState::Done);
  EXPECT_EQ(record.revisit_at, kNoon + Seconds{9});
  EXPECT_EQ(record.changed_at, kNoon);
  EXPECT_EQ(record.attempts, 1);
  EXPECT_EQ(record.last_class, OutcomeClass::Overloaded);
  EXPECT_EQ(tally(), (Tally{0, 0, 1, 0, 1}));
}

TEST_P(StoreContract, ASelectionThatNamesNothingIsRefusedAndHarmless) {
  const auto refused = store().retry({}, 10, kNoon);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::Usage);
  EXPECT_FALSE(store().drop({}, 10, kNoon).has_value());
  admit(candidate("https://a.example/still-works"));
  EXPECT_EQ(tally().queued, 1u);
}

TEST_P(StoreContract, RetryMakesAWaitingUrlDueAtOnceAndForgetsItsAttempts) {
  admit(candidate("https://a.example/1"));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Unreachable,
                 Retry{kNoon + Seconds{500}, true, true, "reset"}));
  EXPECT_EQ(ok(store().retry(of_url("https://a.example/1"), 10, kNoon + Seconds{1})).urls, 1u);
  const UrlRecord record = look("https://a.example/1");
  EXPECT_EQ(record.not_before, kNoon + Seconds{1});
  EXPECT_EQ(record.attempts, 0);
  EXPECT_EQ(record.tries, 1);
  EXPECT_EQ(ok(store().retry(of_url("https://a.example/1"), 10, kNoon + Seconds{1})).urls, 0u);
}

TEST_P(StoreContract, RetryByReasonBringsBackOnlyThoseDroppedForIt) {
  for (const char* name : {"gone1", "gone2", "refused"}) {
    admit(candidate(std::string("https://a.example/") + name));
  }
  const auto leases = lease("https://a.example/", 3);
  settle(landing(leases[0], OutcomeClass::Gone, Drop{DropReason::Gone, "404"}));
  settle(landing(leases[1], OutcomeClass::Gone, Drop{DropReason::Gone, "404"}));
  settle(landing(leases[2], OutcomeClass::Refused, Drop{DropReason::Refused, "401"}));
  EXPECT_EQ(ok(store().retry(of_reason(DropReason::Gone), 1, kNoon)).urls, 1u);
  EXPECT_EQ(ok(store().retry(of_reason(DropReason::Gone), 10, kNoon)).urls, 1u);
  EXPECT_EQ(ok(store().retry(of_reason(DropReason::Gone), 10, kNoon)).urls, 0u);
  EXPECT_EQ(tally(), (Tally{2, 0, 0, 1, 1}));
  commit();
  EXPECT_EQ(ok(inspector().drops_by_reason()).size(), 1u);
}

TEST_P(StoreContract, RetryAndDropByClassReachWhatWasLastSeenSo) {
  for (const char* host : {"a", "b", "c"}) {
    admit(candidate(std::string("https://") + host + ".example/1"));
  }
  settle(landing(lease_one("https://a.example/"), OutcomeClass::BotWalled,
                 Retry{kNoon + Seconds{900}, false, false, "wall"}));
  settle(landing(lease_one("https://b.example/"), OutcomeClass::BotWalled,
                 Drop{DropReason::Walled, "wall"}));
  EXPECT_EQ(ok(store().retry(of_class(OutcomeClass::BotWalled), 10, kNoon)).urls, 2u);
  EXPECT_EQ(tally().queued, 3u);
  EXPECT_EQ(ok(store().drop(of_class(OutcomeClass::BotWalled), 10, kNoon)), 2u);
  EXPECT_EQ(look("https://b.example/1").dropped_because, DropReason::Operator);
  EXPECT_EQ(look("https://c.example/1").state, UrlState::Queued);
}

TEST_P(StoreContract, RetryOfAHostReachesDroppedAndWaitingAndGivesItANewStart) {
  admit(candidate("https://a.example/waits", 5, kNoon + Seconds{50}));
  admit(candidate("https://a.example/gone"));
  settle(
      landing(lease_one("https://a.example/"), OutcomeClass::Gone, Drop{DropReason::Gone, "404"}));
  const HostId host = host_of("https://a.example/");
  HostState state;
  state.exhausted = true;
  state.incidents = 12;
  state.breaker = Breaker::Open;
  state.rest_until = kNoon + Seconds{9'000};
  ok(store().set_host_state(host, state));
  EXPECT_EQ(ok(store().retry(of_host("https://a.example"), 100, kNoon)).urls, 2u);
  EXPECT_EQ(tally(), (Tally{2, 0, 0, 0, 1}));
  const HostState after = ok(store().host(host))->state;
  EXPECT_FALSE(after.exhausted);
  EXPECT_EQ(after.incidents, 0);
  EXPECT_EQ(after.breaker, Breaker::Open);
  EXPECT_EQ(after.rest_until, kNoon);
}

TEST_P(StoreContract, RetryOfADoneUrlFetchesItAgain) {
  admit(candidate("https://a.example/1"));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Fetched, Done{}));
  EXPECT_EQ(ok(store().retry(of_host("https://a.example"), 10, kNoon)).urls, 0u);
  EXPECT_EQ(ok(store().retry(of_class(OutcomeClass::Fetched), 10, kNoon)).urls, 0u);
  EXPECT_EQ(ok(store().retry(of_url("https://a.example/1"), 10, kNoon + Seconds{7})).urls, 1u);
  const UrlRecord record = look("https://a.example/1");
  EXPECT_EQ(record.state, UrlState::Done);
  EXPECT_EQ(record.revisit_at, kNoon + Seconds{7});
  EXPECT_EQ(record.changed_at, kNoon);
  EXPECT_EQ(lease("https://a.example/", 1, kNoon + Seconds{7}).size(), 1u);
  EXPECT_EQ(ok(store().retry(of_url("https://a.example/1"), 10, kNoon)).urls, 0u);  // it flies
}

TEST_P(StoreContract, RetryOfAHostEndsItsRestAndForgetsNoIncident) {
  const HostId host = host_of("https://a.example/");
  HostState resting;
  resting.breaker = Breaker::Open;
  resting.incidents = 3;
  resting.rest_until = kNoon + Seconds{9'000};
  resting.rest_cls = OutcomeClass::Maintenance;
  resting.why = "maintenance";
  ok(store().set_host_state(host, resting));
  admit(candidate("https://a.example/1", 5, kNoon + Seconds{50}));
  // Of one of its URLs: the host rests on.
  EXPECT_EQ(ok(store().retry(of_url("https://a.example/1"), 9, kNoon)), (Retried{1, 0, 0}));
  EXPECT_EQ(ok(store().host(host))->state.rest_until, resting.rest_until);
  EXPECT_EQ(ok(store().retry(of_host("https://a.example"), 9, kNoon)), (Retried{0, 0, 1}));
  const HostState after = ok(store().host(host))->state;
  EXPECT_EQ(after.rest_until, kNoon);
  EXPECT_EQ(after.breaker, Breaker::Open);
  EXPECT_EQ(after.incidents, 3);
  EXPECT_NE(after.why.find("maintenance"), std::string::npos);
  EXPECT_EQ(ok(store().retry(of_host("https://a.example"), 9, kNoon)), Retried{});
}

TEST_P(StoreContract, DropSparesTheFinishedAndTheFlying) {
  admit(candidate("https://a.example/done"));
  settle(landing(lease_one("https://a.example/"), OutcomeClass::Fetched, Done{}));
  admit(candidate("https://a.example/flying"));
  lease("https://a.example/", 1);
  admit(candidate("https://a.example/queued"));
  EXPECT_EQ(ok(store().drop(of_host("https://a.example"), 100, kNoon)), 1u);
  EXPECT_EQ(tally(), (Tally{0, 1, 1, 1, 1}));
  EXPECT_EQ(ok(store().drop(of_url("https://a.example/flying"), 100, kNoon)), 0u);
  EXPECT_EQ(ok(store().drop(of_url("https://nowhere.example/"), 100, kNoon)), 0u);
}

TEST_P(StoreContract, LearningNeverTouchesTheOperatorsWishes) {
  const HostId host = host_of("https://a.example/");
  const HostWishes wishes{true, Millis{250}, 4, "call before 6 pm"};
  ok(store().set_wishes(host, wishes));
  HostState state;
  state.incidents = 3;
  ok(store().set_host_state(host, state));
  commit();
  crash();
  const auto entry = ok(store().host(host));
  EXPECT_EQ(entry->wishes, wishes);
  EXPECT_EQ(entry->state.incidents, 3);
  ok(store().set_wishes(host, {}));
  EXPECT_EQ(ok(store().host(host))->wishes, HostWishes{});
  EXPECT_EQ(ok(store().host(host))->state.incidents, 3);
}

TEST_P(StoreContract, AHostThatDoesNotExistIsNotFoundAndNothingBreaks) {
  EXPECT_EQ(store().set_wishes(HostId{77}, {}).error().code, Errc::NotFound);
  EXPECT_EQ(store().set_host_state(HostId{77}, {}).error().code, Errc::NotFound);
  EXPECT_FALSE(ok(store().host(HostId{77})).has_value());
  EXPECT_EQ(ok(store().drop_queue(HostId{77}, {}, DropReason::Walled, "", 5, kNoon)),
            DroppedPart{});
  commit();
}

TEST_P(StoreContract, NotesAreKeptByName) {
  EXPECT_FALSE(ok(store().note("clock")).has_value());
  ok(store().set_note("clock", "1"));
  ok(store().set_note("clock", "2"));
  commit();
  ok(store().set_note("clock", "3"));
  ok(store().set_note("other", "x"));
  crash();
  EXPECT_EQ(ok(store().note("clock")), "2");
  EXPECT_FALSE(ok(store().note("other")).has_value());
}

TEST_P(StoreContract, HostsAreFoundByWhatTheyAreIn) {
  const HostId walled = host_of("https://walled.example/");
  const HostId paused = host_of("https://paused.example/");
  const HostId spent = host_of("https://spent.example/");
  HostState state;
  state.breaker = Breaker::Open;
  state.rest_cls = OutcomeClass::BotWalled;
  ok(store().set_host_state(walled, state));
  ok(store().set_wishes(paused, {true, {}, {}, ""}));
  state = {};
  state.exhausted = true;
  ok(store().set_host_state(spent, state));
  commit();
  const auto ids = [&](const HostFilter& filter) {
    std::vector<HostId> found;
    for (const HostEntry& entry : ok(inspector().hosts(filter, HostId::None, 9))) {
      found.push_back(entry.id);
    }
    return found;
  };
  EXPECT_EQ(ids({}), (std::vector{walled, paused, spent}));
  EXPECT_EQ(ids({OutcomeClass::BotWalled, false, false, false, ""}), std::vector{walled});
  EXPECT_TRUE(ids({OutcomeClass::Overloaded, false, false, false, ""}).empty());
  EXPECT_EQ(ids({{}, true, false, false, ""}), std::vector{walled});
  EXPECT_EQ(ids({{}, false, true, false, ""}), std::vector{paused});
  EXPECT_EQ(ids({{}, false, false, true, ""}), std::vector{spent});
  EXPECT_EQ(ids({{}, false, false, false, "ause"}), std::vector{paused});
}

}  // namespace
}  // namespace frontierd
