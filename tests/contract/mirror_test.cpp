#include "contract/store_contract.h"

namespace frontierd {
namespace {

constexpr auto kHost = "https://a.example/";
constexpr auto kUrl = "https://a.example/1";
constexpr auto kThere = "https://b.example/1";

class MirrorContract : public StoreContract {
 protected:
  // The page of a.example, as the flight of b.example.
  Lease mirrored() {
    Lease lease = lease_one(kHost);
    const HostEntry mirror = ok(store().host_by_key("https://b.example", kNoon));
    lease.stands_for = StandsFor{lease.url, lease.host, kNoon + Seconds{60}};
    lease.url = kThere;
    lease.host = mirror.id;
    lease.host_key = mirror.key;
    return lease;
  }
};

TEST_P(MirrorContract, APageHadFromAMirrorIsDoneInTheQueueOfItsOwnHost) {
  admit(candidate(kUrl));
  EXPECT_EQ(settle(landing(mirrored(), OutcomeClass::Fetched, Done{})), 1u);
  EXPECT_EQ(look(kUrl).state, UrlState::Done);
  const auto own = ok(inspector().host("https://a.example"));
  EXPECT_EQ(own->done, 1u);
  EXPECT_EQ(own->queued, 0u);
  EXPECT_EQ(ok(inspector().host("https://b.example"))->done, 0u);
  EXPECT_EQ(ok(inspector().url(kThere)), std::nullopt);
  crash();
  EXPECT_EQ(ok(inspector().host("https://a.example"))->done, 1u);
}

TEST_P(MirrorContract, WhatWasLearntIsTheMirrors) {
  admit(candidate(kUrl));
  Settlement refused = landing(mirrored(), OutcomeClass::Overloaded,
                               Retry{kNoon + Seconds{60}, false, false, "waits for its own host"});
  refused.host = HostState{};
  refused.host->rest_until = kNoon + Seconds{90};
  refused.incident = Incident{};
  refused.incident->why = "503";
  settle(refused);
  commit();
  const auto own = ok(inspector().host("https://a.example"));
  const auto mirror = ok(inspector().host("https://b.example"));
  EXPECT_EQ(own->entry.state, HostState{});
  EXPECT_EQ(own->queued, 1u);
  EXPECT_EQ(mirror->entry.state.rest_until, kNoon + Seconds{90});
  EXPECT_EQ(ok(inspector().incidents(mirror->entry.id, 10)).size(), 1u);
  EXPECT_TRUE(ok(inspector().incidents(own->entry.id, 10)).empty());
  EXPECT_EQ(look(kUrl).not_before, kNoon + Seconds{60});
}

TEST_P(MirrorContract, TheAttemptTellsTheUrlThatWasAskedFor) {
  admit(candidate(kUrl));
  settle(landing(lease_one(kHost), OutcomeClass::Overloaded, Retry{kNoon, false, false, "rests"}));
  settle(landing(mirrored(), OutcomeClass::Fetched, Done{}));
  const auto attempts = ok(inspector().attempts(look(kUrl).id, 10));
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].url, kUrl);
  EXPECT_EQ(attempts[1].url, kThere);
  EXPECT_EQ(attempts[1].number, 2);
  EXPECT_EQ(attempts[1].purpose, Purpose::Page);
}

TEST_P(MirrorContract, ACrashGivesItBackToItsOwnHost) {
  admit(candidate(kUrl));
  commit();
  const Lease lost = mirrored();
  commit();
  crash();
  const auto hosts = ok(store().reclaim(kNoon, true, true, 5));
  EXPECT_EQ(hosts, std::vector<HostId>{host_of(kUrl)});
  EXPECT_EQ(look(kUrl).state, UrlState::Queued);
  EXPECT_EQ(look(kUrl).crashes, 1);
  EXPECT_EQ(settle(landing(lost, OutcomeClass::Fetched, Done{})), 0u);
}

std::string kind_name(const ::testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::Memory ? "Memory" : "Sqlite";
}

INSTANTIATE_TEST_SUITE_P(Stores, MirrorContract, ::testing::Values(Kind::Memory, Kind::Sqlite),
                         kind_name);

}  // namespace
}  // namespace frontierd
