// A group is what its address sees, and what the operator says of it holds from that moment.
#include <gtest/gtest.h>

#include <algorithm>

#include "frontier/groups.h"
#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

std::string host(int n) {
  return "https://h" + std::to_string(n) + ".example";
}

void seed_hosts(ScriptedCrawl& crawl, int hosts, int pages) {
  for (int n = 0; n < hosts; ++n) {
    for (int i = 0; i < pages; ++i) crawl.seed({host(n) + "/" + std::to_string(i)});
  }
}

// Requests that `address` sees at once, and the least time between two of their starts.
struct AsSeen {
  int at_once = 0;
  Millis gap{1'000'000};
  std::size_t requests = 0;
};
AsSeen seen_by(const ScriptedCrawl& crawl, const std::string& address, Millis takes) {
  AsSeen out;
  std::vector<Instant> starts;
  for (const Seen& one : crawl.web.seen) {
    if (one.address == address) starts.push_back(one.at);
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto flying = std::count_if(starts.begin(), starts.begin() + static_cast<long>(i) + 1,
                                      [&](Instant start) { return start + takes > starts[i]; });
    out.at_once = std::max(out.at_once, static_cast<int>(flying));
    if (i > 0) out.gap = std::min(out.gap, starts[i] - starts[i - 1]);
  }
  out.requests = starts.size();
  return out;
}

TEST(AddressGroup, ARotatingAnswerIsOneGroup) {
  Policy policy;
  policy.pace.group_flights = 2;
  policy.pace.group_gap = lasting("500ms");
  ScriptedCrawl crawl(policy);
  crawl.web.answers_last = lasting("2s");
  seed_hosts(crawl, 12, 30);
  for (int turn = 0; turn < 30; ++turn) {
    for (int n = 0; n < 12; ++n) {
      auto& addresses = crawl.web.addresses[host(n)];
      addresses = {"192.0.2.7", "192.0.2.9", "2001:db8::1"};
      std::rotate(addresses.begin(), addresses.begin() + (turn + n) % 2, addresses.begin() + 2);
    }
    crawl.run("2s");
  }
  const AsSeen all = seen_by(crawl, "192.0.2.7", lasting("100ms"));
  EXPECT_EQ(all.requests, crawl.web.seen.size()) << "one of the set is asked, and no other";
  EXPECT_LE(all.at_once, 2);
  EXPECT_GE(all.gap, lasting("500ms"));
  EXPECT_GE(all.requests, 100u);
}

TEST(AddressGroup, OneAnswerAtATimeIsCountedWhereItLeads) {
  Policy policy;
  policy.pace.group_flights = 2;
  policy.pace.group_gap = lasting("500ms");
  ScriptedCrawl crawl(policy);
  crawl.web.answers_last = lasting("2s");
  seed_hosts(crawl, 12, 30);
  for (int turn = 0; turn < 30; ++turn) {
    for (int n = 0; n < 12; ++n) {
      crawl.web.addresses[host(n)] = {(turn + n) % 2 == 0 ? "192.0.2.7" : "192.0.2.9"};
    }
    crawl.run("2s");
  }
  for (const char* address : {"192.0.2.7", "192.0.2.9"}) {
    const AsSeen there = seen_by(crawl, address, lasting("100ms"));
    EXPECT_LE(there.at_once, 2) << address;
    EXPECT_GE(there.gap, lasting("500ms")) << address;
    EXPECT_GE(there.requests, 40u) << address;
  }
}

TEST(AddressGroup, AnAddressInIpv6ClothesIsTheSame) {
  Policy policy;
  policy.pace.group_gap = lasting("500ms");
  ScriptedCrawl crawl(policy);
  crawl.web.addresses[host(0)] = {"192.0.2.7"};
  crawl.web.addresses[host(1)] = {"::ffff:192.0.2.7"};
  seed_hosts(crawl, 2, 20);
  crawl.run("20s");
  for (std::size_t i = 1; i < crawl.web.seen.size(); ++i) {
    EXPECT_GE(crawl.web.seen[i].at - crawl.web.seen[i - 1].at, lasting("500ms"));
  }
}

TEST(AddressGroup, AnAddressThatDoesNotAnswerIsLeftForTheNextWithoutBlame) {
  ScriptedCrawl crawl;
  crawl.web.addresses[host(0)] = {"192.0.2.9", "192.0.2.7", "2001:db8::1"};
  crawl.web.dead_addresses = {"192.0.2.7", "192.0.2.9"};
  seed_hosts(crawl, 1, 3);
  crawl.run("30s");
  EXPECT_EQ(crawl.url(host(0) + "/2").state, UrlState::Done);
  EXPECT_EQ(crawl.url(host(0) + "/0").attempts, 0);
  EXPECT_EQ(crawl.host(host(0)).entry.state.incidents, 0);
  EXPECT_EQ(seen_by(crawl, "192.0.2.7", Millis{0}).requests, 1u);
  EXPECT_EQ(seen_by(crawl, "192.0.2.9", Millis{0}).requests, 1u);
  EXPECT_EQ(seen_by(crawl, "2001:db8::1", Millis{0}).requests, 4u);
}

TEST(AddressGroup, WhenAllAreSilentItIsTheHostThatDoesNotAnswer) {
  ScriptedCrawl crawl;
  crawl.web.addresses[host(0)] = {"192.0.2.7", "192.0.2.9"};
  crawl.web.dead_addresses = {"192.0.2.7", "192.0.2.9"};
  seed_hosts(crawl, 1, 1);
  crawl.run("20s");
  EXPECT_EQ(crawl.web.seen.size(), 2u);
  EXPECT_EQ(crawl.host(host(0)).entry.state.incidents, 1);
  EXPECT_EQ(crawl.host(host(0)).entry.state.breaker, Breaker::Open);
}

TEST(LookUp, AFailureThatIsOldCountsNothingAndIsAskedAnew) {
  ScriptedCrawl crawl;
  crawl.web.answers_last = lasting("30s");
  crawl.web.dead_names[host(0)] = Transport::DnsTimeout;
  crawl.seed({host(0) + "/1"});
  (void)crawl.dispatcher().tick(crawl.now());  // asks for the name
  HostWishes paused;
  paused.paused = true;
  const HostId id = crawl.host(host(0)).entry.id;
  ASSERT_TRUE(crawl.store.set_wishes(id, paused));
  ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  crawl.run("2h");
  crawl.web.dead_names.clear();
  ASSERT_TRUE(crawl.store.set_wishes(id, {}));
  ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  crawl.run("20s");
  EXPECT_EQ(crawl.host(host(0)).entry.state.incidents, 0);
  EXPECT_EQ(crawl.url(host(0) + "/1").state, UrlState::Done);
}

GroupRule a_group(const char* gap, int flights = 1) {
  return {"g", {"*.example"}, flights, lasting(gap)};
}

TEST(Reload, ANewGroupHoldsFromThatMoment) {
  Policy policy;
  ScriptedCrawl crawl(policy);
  seed_hosts(crawl, 5, 50);
  crawl.run("10s");
  ASSERT_GE(crawl.web.seen.size(), 20u);
  policy.groups = {a_group("10s")};
  crawl.set_policy(policy);
  const Instant told = crawl.now();
  crawl.web.seen.clear();
  crawl.run("65s");
  ASSERT_GE(crawl.web.seen.size(), 4u);
  EXPECT_GE(crawl.web.seen.front().at, told + lasting("10s"));
  for (std::size_t i = 1; i < crawl.web.seen.size(); ++i) {
    EXPECT_GE(crawl.web.seen[i].at - crawl.web.seen[i - 1].at, lasting("10s"));
  }
}

TEST(Reload, FlightsInTheAirCountInTheNewGroup) {
  Policy policy;
  ScriptedCrawl crawl(policy);
  for (int n = 0; n < 5; ++n) {
    crawl.web.replies[host(n) + "/0"] = {slow(page(), lasting("30s"))};
    crawl.seed({host(n) + "/0", host(n) + "/1"});
  }
  crawl.run("5s");
  ASSERT_EQ(crawl.web.away(), 5u);
  policy.groups = {a_group("0", 2)};
  crawl.set_policy(policy);
  crawl.web.seen.clear();
  crawl.seed({"https://other.example/1"});
  crawl.run("15s");
  EXPECT_TRUE(crawl.web.seen.empty()) << crawl.urls_seen().front();
  crawl.run("60s");
  EXPECT_EQ(crawl.url("https://other.example/1").state, UrlState::Done);
}

TEST(Reload, HostsOfAGroupThatIsGoneAreLookedUpAndGoOnAtOnce) {
  Policy policy;
  policy.groups = {a_group("1h")};
  ScriptedCrawl crawl(policy);
  seed_hosts(crawl, 5, 5);
  crawl.run("10m");
  ASSERT_EQ(crawl.web.seen.size(), 1u);
  EXPECT_EQ(crawl.web.look_ups, 0);
  policy.groups.clear();
  crawl.set_policy(policy);
  crawl.run("20s");
  EXPECT_GE(crawl.web.look_ups, 4);
  EXPECT_EQ(crawl.url(host(4) + "/4").state, UrlState::Done);
}

TEST(Reload, AShorterGapAndMoreFlightsHoldAtOnceForWhoWaits) {
  Policy policy;
  policy.groups = {a_group("1h")};
  ScriptedCrawl crawl(policy);
  seed_hosts(crawl, 5, 1);
  crawl.run("150m");
  const std::size_t before = crawl.web.seen.size();
  policy.groups = {a_group("2s", 8)};
  crawl.set_policy(policy);
  crawl.run("61m");
  EXPECT_GE(crawl.web.seen.size(), before + 7);
}

TEST(Group, OfOneFlightCountsItsGapFromTheEndAsWell) {
  Policy policy;
  policy.groups = {a_group("5s")};
  ScriptedCrawl crawl(policy);
  for (int n = 0; n < 3; ++n) {
    crawl.web.replies[host(n) + "/robots.txt"] = {slow(status(404), lasting("10s"))};
    crawl.seed({host(n) + "/0"});
  }
  crawl.run("40s");
  ASSERT_GE(crawl.web.seen.size(), 2u);
  EXPECT_GE(crawl.web.seen[1].at - crawl.web.seen[0].at, lasting("15s"));
}

}  // namespace
}  // namespace frontierd
