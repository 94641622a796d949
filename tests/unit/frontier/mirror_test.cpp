#include <gtest/gtest.h>

#include <algorithm>

#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::string kA = "https://a.example";
const std::string kB = "https://b.example";

Policy mirrored() {
  Policy policy;
  policy.mirrors = {{kA, kB}};
  return policy;
}

// A host whose first page is refused for half an hour.
ScriptedCrawl& refuse(ScriptedCrawl& crawl, Reply reply = status(503, {{"Retry-After", "1800"}})) {
  crawl.web.replies[kA + "/1"] = {std::move(reply), page()};
  crawl.seed({kA + "/1", kA + "/2?q=1"});
  return crawl;
}

TEST(Mirrors, PagesOfAHostAtRestAreFetchedAtTheMirrorsPace) {
  ScriptedCrawl crawl(mirrored());
  refuse(crawl).run("30s");
  EXPECT_EQ(crawl.urls_seen(),
            (std::vector<std::string>{kA + "/robots.txt", kA + "/1", kB + "/robots.txt",
                                      kB + "/2?q=1", kB + "/1"}));
  for (std::size_t i = 3; i < crawl.web.seen.size(); ++i) {
    EXPECT_GE(crawl.web.seen[i].at - crawl.web.seen[i - 1].at, lasting("1100ms"));
  }
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
  EXPECT_EQ(crawl.url(kA + "/2?q=1").state, UrlState::Done);
  const auto attempts = crawl.store.attempts(crawl.url(kA + "/1").id, 10);
  ASSERT_EQ(attempts->size(), 2u);
  EXPECT_EQ(attempts->at(0).url, kA + "/1");
  EXPECT_EQ(attempts->at(1).url, kB + "/1");
}

TEST(Mirrors, WithoutOneConfiguredTheHostIsWaitedFor) {
  ScriptedCrawl crawl;
  refuse(crawl).run("25m");
  EXPECT_EQ(crawl.web.seen.size(), 2u);
}

TEST(Mirrors, SeedsOfAHostThatRestsAlreadyGoThereToo) {
  ScriptedCrawl crawl(mirrored());
  refuse(crawl).run("30s");
  crawl.seed({kA + "/3"});
  crawl.run("10s");
  EXPECT_EQ(crawl.times_of(kB + "/3").size(), 1u);
  EXPECT_EQ(crawl.url(kA + "/3").state, UrlState::Done);
}

TEST(Mirrors, TheMirrorsOwnPagesComeFirst) {
  ScriptedCrawl crawl(mirrored());
  crawl.seed({kB + "/own1", kB + "/own2", kB + "/own3", kB + "/own4"});
  refuse(crawl).run("30s");
  const auto seen = crawl.urls_seen();
  const auto last = std::find(seen.begin(), seen.end(), kB + "/own4");
  const auto first = std::find(seen.begin(), seen.end(), kB + "/2?q=1");
  EXPECT_LT(last, first);
  EXPECT_NE(first, seen.end());
}

TEST(Mirrors, ATroubleOfTheMirrorIsChargedToTheMirrorAlone) {
  ScriptedCrawl crawl(mirrored());
  crawl.web.replies[kB + "/2?q=1"] = {status(503, {{"Retry-After", "3600"}})};
  refuse(crawl).run("20m");
  EXPECT_TRUE(crawl.times_of(kB + "/1").empty());
  EXPECT_EQ(crawl.store.host(kA).value()->entry.state.incidents, 1);
  const HostState mirror = crawl.store.host(kB).value()->entry.state;
  EXPECT_EQ(mirror.incidents, 1);
  EXPECT_GT(mirror.rest_until, crawl.now());
  EXPECT_EQ(crawl.url(kA + "/2?q=1").attempts, 0);
  crawl.run("60m");
  EXPECT_EQ(crawl.url(kA + "/2?q=1").state, UrlState::Done);
  EXPECT_EQ(crawl.times_of(kB + "/2?q=1").size(), 1u);  // once a rest
}

TEST(Mirrors, AHostThatPausesOrLimitsOrWallsUsHasNoMirror) {
  ScriptedCrawl limited(mirrored());
  refuse(limited, status(429, {{"Retry-After", "1800"}})).run("25m");
  EXPECT_EQ(limited.web.seen.size(), 2u);

  ScriptedCrawl paused(mirrored());
  refuse(paused).run("1500ms");
  HostWishes wishes;
  wishes.paused = true;
  const HostId id = paused.store.host(kA).value()->entry.id;
  ASSERT_TRUE(paused.store.set_wishes(id, wishes));
  ASSERT_TRUE(paused.dispatcher().refresh(id, paused.now()));
  paused.run("25m");
  EXPECT_TRUE(paused.times_of(kB + "/1").empty());
  EXPECT_TRUE(paused.times_of(kB + "/2?q=1").empty());
}

TEST(Mirrors, TheMirrorsGroupAndAddressHoldForItsFlights) {
  Policy policy = mirrored();
  policy.pace.group_gap = lasting("4s");
  ScriptedCrawl crawl(policy);
  crawl.web.addresses[kB] = crawl.web.addresses["https://c.example"] = {"192.0.2.77"};
  crawl.seed({"https://c.example/1", "https://c.example/2", "https://c.example/3"});
  refuse(crawl).run("60s");
  std::vector<Instant> group;
  for (const Seen& request : crawl.web.seen) {
    if (!request.url.starts_with(kA)) group.push_back(request.at);
  }
  ASSERT_EQ(group.size(), 7u);
  for (std::size_t i = 1; i < group.size(); ++i) {
    EXPECT_GE(group[i] - group[i - 1], lasting("4s"));
  }
}

TEST(Mirrors, ManyHostsMayShareOneAndAllGetTheirTurn) {
  Policy policy;
  policy.mirrors = {{kA, kB}, {"https://c.example", kB}};
  ScriptedCrawl crawl(policy);
  for (const std::string& host : {kA, std::string("https://c.example")}) {
    crawl.web.replies[host + "/1"] = {status(503, {{"Retry-After", "1800"}})};
    crawl.seed({host + "/1", host + "/2", host + "/3"});
  }
  crawl.run("60s");
  EXPECT_EQ(crawl.store.tally()->done, 6u);
}

TEST(Mirrors, ALandingAfterTheEndOfTheRestFindsItsQueue) {
  ScriptedCrawl crawl(mirrored());
  Reply slow = status(404);
  slow.takes = lasting("120s");
  crawl.web.replies[kB + "/1"] = {slow};
  crawl.web.replies[kA + "/1"] = {status(503, {{"Retry-After", "60"}}), page()};
  crawl.seed({kA + "/1"});
  crawl.run("10m");
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
  EXPECT_EQ(crawl.url(kA + "/1").attempts, 0);
}

TEST(Mirrors, AMirrorTakenOutOfTheConfigurationIsAskedNoMore) {
  ScriptedCrawl crawl(mirrored());
  refuse(crawl).run("1500ms");
  crawl.dispatcher().set_policy(std::make_shared<const Policy>(),
                                std::make_shared<const SignatureTable>(SignatureTable::built_in()),
                                crawl.now());
  ASSERT_TRUE(crawl.dispatcher().refresh(HostId::None, crawl.now()));
  crawl.run("10m");
  EXPECT_TRUE(crawl.times_of(kB + "/1").empty());
}

}  // namespace
}  // namespace frontierd
