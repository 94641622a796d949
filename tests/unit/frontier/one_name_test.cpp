// One name has one pace, whatever its scheme and port; and a group holds from the moment it is set.
#include <gtest/gtest.h>

#include <algorithm>

#include "frontier/name_paces.h"
#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::vector<std::string> kSpellings{"https://a.example", "http://a.example",
                                          "https://a.example:8443", "http://a.example:8080"};

void seed_all(ScriptedCrawl& crawl, int pages) {
  for (const std::string& host : kSpellings) {
    for (int n = 1; n <= pages; ++n) crawl.seed({host + "/" + std::to_string(n)});
  }
}

Millis least_gap(const ScriptedCrawl& crawl) {
  Millis least{1'000'000};
  for (std::size_t i = 1; i < crawl.web.seen.size(); ++i) {
    least = std::min(least, crawl.web.seen[i].at - crawl.web.seen[i - 1].at);
  }
  return least;
}

int most_at_once(const ScriptedCrawl& crawl) {
  int most = 0;
  for (const Seen& one : crawl.web.seen) most = std::max(most, one.away);
  return most;
}

Policy by_name_alone() {
  Policy policy;
  policy.pace.group_by_address = false;
  return policy;
}

TEST(OneName, SchemesAndPortsShareTheGapFromTheEndOfTheLastRequest) {
  ScriptedCrawl crawl(by_name_alone());
  seed_all(crawl, 3);
  crawl.run("60s");
  EXPECT_EQ(crawl.web.seen.size(), 4u * 4u);
  EXPECT_GE(least_gap(crawl), lasting("1100ms"));
  EXPECT_LE(least_gap(crawl), lasting("1200ms"));
  EXPECT_EQ(most_at_once(crawl), 1);
}

// It would wait for as long as the rest lasts, and nobody could say why.
TEST(OneName, WhoseRobotsLeadToANameThatRestsIsAnswered) {
  const std::string there = "http://a.example:8080/robots.txt";
  for (const bool before_the_rest : {true, false}) {
    ScriptedCrawl crawl(by_name_alone());
    crawl.web.replies["https://a.example/1"] = {status(429, {{"Retry-After", "7200"}})};
    crawl.web.replies["https://x.example/robots.txt"] = {status(301, {{"Location", there}})};
    crawl.seed({"https://a.example/1"});
    crawl.run(before_the_rest ? "1s" : "5s");
    crawl.seed({"https://x.example/1"});
    crawl.run("1m");
    const auto& robots = crawl.host("https://x.example").robots;
    ASSERT_TRUE(robots.has_value()) << before_the_rest;
    EXPECT_NE(robots->why.find("rests"), std::string::npos) << robots->why;
    EXPECT_EQ(crawl.times_of(there).size(), 0u);
  }
}

TEST(OneName, SchemesAndPortsTakeTurns) {
  ScriptedCrawl crawl(by_name_alone());
  seed_all(crawl, 20);
  crawl.run("60s");
  for (const std::string& host : kSpellings) {
    const auto asked = std::count_if(crawl.web.seen.begin(), crawl.web.seen.end(),
                                     [&](const auto& s) { return s.url.starts_with(host + "/"); });
    EXPECT_GE(asked, 12) << host;
  }
}

TEST(OneName, FlightsCountForAllOfIt) {
  Policy policy = by_name_alone();
  policy.pace.flights = 3;
  policy.pace.gap = policy.pace.gap_min = Millis{0};
  policy.pace.latency_factor = 0;
  policy.hosts.push_back({"*", {}, 3, "", {}});
  ScriptedCrawl crawl(policy);
  for (const std::string& host : kSpellings) {
    for (int n = 0; n < 20; ++n) {
      crawl.web.replies[host + "/" + std::to_string(n)] = {slow(page(), lasting("5s"))};
      crawl.seed({host + "/" + std::to_string(n)});
    }
  }
  crawl.run("60s");
  EXPECT_EQ(most_at_once(crawl), 3);
}

TEST(OneName, TheStrictestGapOfAnyHolds) {
  ScriptedCrawl crawl(by_name_alone());
  crawl.web.replies["http://a.example/robots.txt"] = {
      robots("User-agent: *\nCrawl-delay: 5\nDisallow:\n")};
  crawl.seed({"http://a.example/1", "http://a.example/2", "http://a.example/3"});
  crawl.run("2s");
  crawl.web.seen.clear();
  seed_all(crawl, 5);
  crawl.run("20s");
  ASSERT_GE(crawl.web.seen.size(), 3u);
  EXPECT_GE(least_gap(crawl), lasting("5s"));
}

TEST(OneName, AnOperatorMayPartIt) {
  Policy policy = by_name_alone();
  policy.hosts.push_back({"a.example", {}, {}, "", true});
  ScriptedCrawl crawl(policy);
  seed_all(crawl, 3);
  crawl.run("6s");
  EXPECT_EQ(crawl.web.seen.size(), 4u * 4u);
  EXPECT_GE(most_at_once(crawl), 4);
}

TEST(OneName, WhatAnAnswerAskedForHoldsForEverySchemeAndPort) {
  for (const int code : {429, 503}) {
    ScriptedCrawl crawl(by_name_alone());
    crawl.web.replies["http://a.example/1"] = {status(code, {{"Retry-After", "600"}}), page()};
    crawl.seed({"http://a.example/1"});
    crawl.run("10s");
    ASSERT_EQ(crawl.times_of("http://a.example/1").size(), 1u);
    const std::size_t before = crawl.web.seen.size();
    crawl.seed({"https://a.example/2", "http://a.example:8080/3"});
    crawl.run("9m");
    EXPECT_EQ(crawl.web.seen.size(), before) << code;
    const HostRecord sibling = crawl.host("https://a.example");
    const Wait wait = crawl.dispatcher().moment(sibling.entry, crawl.now()).wait;
    EXPECT_EQ(wait.reason, WaitReason::Name);
    EXPECT_NE(wait.who.find("http://a.example"), std::string::npos) << wait.who;
    crawl.run("5m");
    EXPECT_EQ(crawl.url("https://a.example/2").state, UrlState::Done) << code;
  }
}

TEST(OneName, ItsRestOutlivesARestartAndTheHostThatEarnedIt) {
  ScriptedCrawl crawl(by_name_alone());
  crawl.web.replies["http://a.example:8080/1"] = {status(429, {{"Retry-After", "600"}}),
                                                  status(404)};
  crawl.seed({"http://a.example:8080/1"});
  crawl.run("10s");
  UrlSelection all;
  all.host_key = "http://a.example:8080";
  ASSERT_TRUE(crawl.store.drop(all, 10, crawl.now()));  // nothing brings that host into memory
  ASSERT_TRUE(crawl.store.commit());
  crawl.restart(true);
  crawl.seed({"https://a.example/2"});
  const std::size_t before = crawl.web.seen.size();
  crawl.run("9m");
  EXPECT_EQ(crawl.web.seen.size(), before);
  crawl.run("2m");
  EXPECT_EQ(crawl.url("https://a.example/2").state, UrlState::Done);
}

TEST(OneName, WhatNeverAnsweredSpeaksForItselfAlone) {
  for (const Transport transport : {Transport::ConnectRefused, Transport::TlsFailed}) {
    ScriptedCrawl crawl(by_name_alone());
    crawl.web.replies["https://a.example:8443/robots.txt"] = {failing(transport)};
    crawl.seed({"https://a.example:8443/1"});
    crawl.run("5s");
    crawl.seed({"https://a.example/2"});
    crawl.run("10s");
    EXPECT_EQ(crawl.url("https://a.example/2").state, UrlState::Done);
    EXPECT_EQ(crawl.url("https://a.example:8443/1").state, UrlState::Queued);
  }
}

TEST(OneName, WhatIsForgivenOneIsForgivenAll) {
  ScriptedCrawl crawl(by_name_alone());
  crawl.web.replies["http://a.example/1"] = {status(429, {{"Retry-After", "3600"}}), page()};
  crawl.seed({"http://a.example/1"});
  crawl.run("10s");
  crawl.seed({"https://a.example/2"});
  crawl.run("10s");
  HostState fresh = crawl.host("http://a.example").entry.state;
  fresh.breaker = Breaker::Closed;
  fresh.rest_until = kLongAgo;
  fresh.incidents = 0;
  const HostId id = crawl.host("http://a.example").entry.id;
  ASSERT_TRUE(crawl.store.set_host_state(id, fresh));
  ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  crawl.run("30s");
  EXPECT_EQ(crawl.url("https://a.example/2").state, UrlState::Done);
}

// Where the number of hosts of a name is large, none is passed over.
TEST(NamePaces, WhoWaitsIsServedInTurnAndOneAtATime) {
  NamePaces names;
  Pace pace;
  pace.gap = lasting("1s");
  for (int n = 1; n <= 3; ++n) names.join("a", HostId{n}, pace);
  ASSERT_TRUE(names.admits("a", HostId{1}, at("0")));
  names.take_turn("a", HostId{1});
  EXPECT_FALSE(names.admits("a", HostId{2}, at("0"))) << "one has the turn";
  names.park("a", HostId{2});
  names.park("a", HostId{3});
  EXPECT_EQ(names.pop_due(at("1h")), HostId::None);
  names.started("a", HostId{1}, pace, at("0"));
  names.landed("a", HostId{1}, pace, at("2s"));
  EXPECT_EQ(names.next_at(), at("3s"));
  EXPECT_EQ(names.pop_due(at("2900ms")), HostId::None);
  EXPECT_EQ(names.pop_due(at("3s")), HostId{2});
  names.take_turn("a", HostId{2});
  EXPECT_EQ(names.pop_due(at("1h")), HostId::None);
  names.give_turn_back("a", HostId{2});
  EXPECT_EQ(names.pop_due(at("3s")), HostId{3});
}

TEST(NamePaces, AHostIsHeldByItsOwnSlotWhereItsPaceIsTheStrictest) {
  NamePaces names;
  Pace slow, quick;
  slow.gap = lasting("10s");
  quick.gap = lasting("1s");
  names.join("a", HostId{1}, slow);
  names.take_turn("a", HostId{1});
  names.started("a", HostId{1}, slow, at("0"));
  names.landed("a", HostId{1}, slow, at("1s"));
  EXPECT_EQ(names.ready_at("a", HostId{1}), kLongAgo);
  names.join("a", HostId{2}, quick);
  EXPECT_EQ(names.ready_at("a", HostId{2}), at("11s"));
  names.take_turn("a", HostId{2});
  names.started("a", HostId{2}, quick, at("11s"));
  names.landed("a", HostId{2}, quick, at("12s"));
  EXPECT_EQ(names.ready_at("a", HostId{2}), at("22s")) << "the strictest of both";
  names.leave("a", HostId{1});
  EXPECT_LE(names.ready_at("a", HostId{2}), at("13s"));
}

}  // namespace
}  // namespace frontierd
