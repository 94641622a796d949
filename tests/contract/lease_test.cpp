#include "contract/store_contract.h"

namespace frontierd {
namespace {

constexpr auto kHost = "https://a.example/";

std::vector<std::string> urls_of(const std::vector<Lease>& leases) {
  std::vector<std::string> urls;
  for (const Lease& lease : leases) urls.push_back(lease.url);
  return urls;
}

TEST_P(StoreContract, WithinAHostPriorityThenTimeThenOrderOfAdmissionDecide) {
  admit(candidate("https://a.example/late"), kNoon - Seconds{1});
  admit(candidate("https://a.example/early"), kNoon - Seconds{9});
  admit(candidate("https://a.example/early2"), kNoon - Seconds{9});
  admit(candidate("https://a.example/first", 0, kNoon));
  EXPECT_EQ(urls_of(lease(kHost, 4)),
            (std::vector<std::string>{"https://a.example/first", "https://a.example/early",
                                      "https://a.example/early2", "https://a.example/late"}));
}

TEST_P(StoreContract, WithinAHostWhatHasWaitedLongestGoesFirst) {
  admit(candidate("https://a.example/tried"), kNoon);
  settle(landing(lease_one(kHost), OutcomeClass::Unreachable,
                 Retry{kNoon + Seconds{10}, true, false, "reset"}));
  admit(candidate("https://a.example/seen"), kNoon);
  settle(landing(lease_one(kHost), OutcomeClass::Fetched, Done{kNoon + Seconds{12}}));
  admit(candidate("https://a.example/before"), kNoon + Seconds{9});
  admit(candidate("https://a.example/between"), kNoon + Seconds{11});
  admit(candidate("https://a.example/after"), kNoon + Seconds{13});
  EXPECT_EQ(urls_of(lease(kHost, 9, kNoon + Seconds{20})),
            (std::vector<std::string>{"https://a.example/before", "https://a.example/tried",
                                      "https://a.example/between", "https://a.example/seen",
                                      "https://a.example/after"}));
}

TEST_P(StoreContract, ANewUrlIsDueFromItsAdmissionOn) {
  admit(candidate("https://a.example/1"), kNoon + Seconds{7});
  admit(candidate("https://a.example/2", 5, kNoon + Seconds{9}), kNoon + Seconds{7});
  EXPECT_EQ(look("https://a.example/1").not_before, kNoon + Seconds{7});
  EXPECT_EQ(look("https://a.example/2").not_before, kNoon + Seconds{9});
  EXPECT_EQ(lease(kHost, 1, kNoon + Seconds{8}).at(0).due_at, kNoon + Seconds{7});
}

TEST_P(StoreContract, AnUrgentUrlThatIsNotDueDoesNotHoldUpOneThatIs) {
  admit(candidate("https://a.example/urgent", 0, kNoon + Seconds{1}));
  admit(candidate("https://a.example/due", 9, kNoon));
  EXPECT_EQ(urls_of(lease(kHost, 2)), std::vector<std::string>{"https://a.example/due"});
  EXPECT_EQ(urls_of(lease(kHost, 2, kNoon + Seconds{1})),
            std::vector<std::string>{"https://a.example/urgent"});
}

TEST_P(StoreContract, AHostWithNothingDueSaysWhenSomethingWillBe) {
  admit(candidate("https://a.example/1", 0, kNoon + Seconds{30}));
  admit(candidate("https://a.example/2", 7, kNoon + Seconds{10}));
  const HostId waiting = host_of(kHost);
  const HostId empty = host_of("https://b.example/");
  const std::vector<LeaseRequest> requests{
      {waiting, {}, {}}, {empty, {}, {}}, {HostId{99}, {}, {}}};
  const auto answer = ok(store().lease(requests, kNoon, Seconds{60}));
  EXPECT_TRUE(answer.leases.empty());
  ASSERT_EQ(answer.idle.size(), 3u);
  EXPECT_EQ(answer.idle[0].host, waiting);
  EXPECT_EQ(answer.idle[0].next_due, kNoon + Seconds{10});
  EXPECT_FALSE(answer.idle[1].next_due.has_value());
  EXPECT_FALSE(answer.idle[2].next_due.has_value());
}

TEST_P(StoreContract, AUrlInFlightIsNotLeasedAgain) {
  admit(candidate("https://a.example/1"));
  EXPECT_EQ(lease(kHost, 3).size(), 1u);
  commit();
  EXPECT_TRUE(lease(kHost, 3).empty());
  EXPECT_EQ(tally(), (Tally{0, 1, 0, 0, 1}));
  EXPECT_FALSE(ok(store().host(host_of(kHost)))->has_queue);
}

TEST_P(StoreContract, LeasesComeInTheOrderOfTheRequests) {
  admit(candidate("https://b.example/1"));
  admit(candidate("https://a.example/1"));
  const std::vector<LeaseRequest> requests{
      {host_of("https://a.example/"), {}, {}},
      {host_of("https://b.example/"), Purpose::Robots, "https://b.example/robots.txt"},
      {host_of("https://b.example/"), {}, {}}};
  const auto leases = ok(store().lease(requests, kNoon, Seconds{60})).leases;
  EXPECT_EQ(urls_of(leases),
            (std::vector<std::string>{"https://a.example/1", "https://b.example/robots.txt",
                                      "https://b.example/1"}));
  EXPECT_EQ(leases[1].purpose, Purpose::Robots);
  EXPECT_EQ(leases[1].url_id, UrlId::None);
  EXPECT_EQ(leases[1].host_key, "https://b.example");
}

TEST_P(StoreContract, ALeaseCarriesWhatTheFlightNeeds) {
  Candidate wanted = candidate("https://a.example/1", 3);
  wanted.redirects = 2;
  const UrlId id = admit(wanted);
  Lease first = lease_one(kHost);
  EXPECT_EQ(first.url_id, id);
  EXPECT_EQ(first.host_key, "https://a.example");
  EXPECT_EQ(first.priority, 3);
  EXPECT_EQ(first.redirects, 2);
  EXPECT_EQ(first.leased_at, kNoon);
  EXPECT_EQ(first.expires_at, kNoon + Seconds{60});
  EXPECT_GT(first.fence, 0u);
  settle(landing(first, OutcomeClass::Fetched, Retry{kNoon, true, true, "again"}));
  const Lease second = lease_one(kHost);
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.attempts, 1);
  EXPECT_EQ(second.tries, 1);
  EXPECT_TRUE(second.past_cache);
  EXPECT_EQ(second.etag, "\"e" + std::to_string(raw(first.id)) + "\"");
  EXPECT_EQ(second.last_modified, "Tue, 03 Nov 2026 10:00:00 GMT");
  EXPECT_EQ(second.copy, archived_copy(first));
  settle(landing(second, OutcomeClass::Unchanged, Done{kNoon}));
  const Lease third = lease_one(kHost);
  EXPECT_FALSE(third.past_cache);
  EXPECT_EQ(third.attempts, 0);
  EXPECT_EQ(third.tries, 2);
  EXPECT_EQ(third.etag, second.etag);
  EXPECT_EQ(third.copy, second.copy);
}

TEST_P(StoreContract, ADonePageIsLeasedAgainWhenItsRevisitIsDueAndNotBefore) {
  admit(candidate("https://a.example/1"));
  settle(landing(lease_one(kHost), OutcomeClass::Fetched, Done{kNoon + Seconds{100}}));
  EXPECT_EQ(look("https://a.example/1").revisit_at, kNoon + Seconds{100});
  EXPECT_EQ(tally(), (Tally{0, 0, 1, 0, 1}));
  EXPECT_TRUE(lease(kHost, 1, kNoon + Seconds{99}).empty());
  const Lease again = lease_one(kHost, kNoon + Seconds{100});
  EXPECT_FALSE(again.etag.empty());
  EXPECT_EQ(tally(), (Tally{0, 1, 0, 0, 1}));
  settle(landing(again, OutcomeClass::Unchanged, Done{}));
  EXPECT_EQ(tally(), (Tally{0, 0, 1, 0, 1}));
  EXPECT_FALSE(look("https://a.example/1").revisit_at.has_value());
}

TEST_P(StoreContract, OnlyHostsWithAQueueAreListedInPages) {
  for (const char* host : {"a", "b", "c", "d"}) {
    admit(candidate(std::string("https://") + host + ".example/1", 5, kNoon + Seconds{7}));
  }
  host_of("https://empty.example/");
  const auto first = ok(store().hosts_with_queue(HostId::None, 3));
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].key, "https://a.example");
  EXPECT_EQ(first[0].next_due, kNoon + Seconds{7});
  EXPECT_TRUE(first[0].has_queue);
  const auto rest = ok(store().hosts_with_queue(first[2].id, 3));
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].key, "https://d.example");
}

TEST_P(StoreContract, ALeaseThatWasNotCommittedNeverHappened) {
  admit(candidate("https://a.example/1"));
  commit();
  const Lease lost = lease_one(kHost);
  crash();
  EXPECT_EQ(tally(), (Tally{1, 0, 0, 0, 1}));
  EXPECT_EQ(settle(landing(lost, OutcomeClass::Fetched, Done{})), 0u);
  EXPECT_EQ(lease(kHost, 1).size(), 1u);
}

}  // namespace
}  // namespace frontierd
