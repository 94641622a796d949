// Many hosts whose robots.txt leads to one: what that host has of it.
#include <gtest/gtest.h>

#include <functional>

#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::string kVictim = "https://v.example";
constexpr int kLeaders = 150;

std::string leader(int n) {
  return "https://l" + std::to_string(n) + ".example";
}

std::size_t asked(const ScriptedCrawl& crawl, const std::function<bool(const std::string&)>& which) {
  std::size_t count = 0;
  for (const Seen& seen : crawl.web.seen) count += which(seen.url) ? 1 : 0;
  return count;
}

bool is_victims_page(const std::string& url) {
  return url.starts_with(kVictim + "/page");
}

// The victim's pages in a minute, while `leads_to(n)` is where the robots.txt of leader n leads.
struct Minute {
  std::size_t pages = 0;
  std::size_t robots = 0;  // requests for the victim's own robots.txt
  std::size_t others = 0;  // all that is neither
  int leaders_served = 0;
};
Minute minute(const std::function<std::string(int)>& leads_to, int leaders = kLeaders) {
  Policy policy;
  policy.pace.group_by_address = false;
  ScriptedCrawl crawl(policy);
  std::vector<std::string> urls;
  for (int n = 0; n < leaders; ++n) {
    crawl.web.replies[leader(n) + "/robots.txt"] = {status(301, {{"Location", leads_to(n)}})};
    urls.push_back(leader(n) + "/");
  }
  for (int n = 0; n < 200; ++n) urls.push_back(kVictim + "/page" + std::to_string(n));
  crawl.seed(urls);
  crawl.run("60s");
  Minute out;
  out.pages = asked(crawl, is_victims_page);
  out.robots = asked(crawl, [](const auto& url) { return url == kVictim + "/robots.txt"; });
  out.others = asked(crawl, [](const auto& url) { return url.starts_with(kVictim); }) - out.pages -
               out.robots;
  for (int n = 0; n < leaders; ++n) {
    out.leaders_served += crawl.url(leader(n) + "/").state == UrlState::Done ? 1 : 0;
  }
  return out;
}

TEST(RobotsErrands, OneRequestServesAllWhoLeadToIt) {
  const Minute alone = minute(nullptr, 0);
  const Minute out = minute([](int) { return kVictim + "/robots.txt"; });
  EXPECT_EQ(out.robots, 1u);
  EXPECT_EQ(out.others, 0u);
  EXPECT_GE(out.pages, alone.pages * 9 / 10);
  EXPECT_EQ(out.leaders_served, kLeaders);
}

TEST(RobotsErrands, OneRequestServesAllWhoLeadToAnotherFileThere) {
  const Minute alone = minute(nullptr, 0);
  const Minute out = minute([](int) { return kVictim + "/for-all.txt"; });
  EXPECT_EQ(out.others, 1u);
  EXPECT_GE(out.pages, alone.pages * 9 / 10);
}

// Where nothing can be shared, it is little and the rest is refused, with words.
TEST(RobotsErrands, ManyDifferentUrlsTakeLittleFromTheirHost) {
  const Minute alone = minute(nullptr, 0);
  const Minute out = minute([](int n) { return kVictim + "/?search=" + std::to_string(n); });
  EXPECT_GE(out.others, 2u) << "somebody is served";
  EXPECT_GE(out.pages, alone.pages * 8 / 10);
}

TEST(RobotsErrands, WhoIsNotFollowedWaitsAndTheRecordSaysWhy) {
  struct Case {
    std::string location, words;
  };
  for (const Case& one : {Case{"ftp://x.example/", "is no URL that we ask for"},
                          Case{"/robots.txt", "it leads in a circle"},
                          Case{"#", "it leads in a circle"},
                          Case{"https://u:p@x.example/robots.txt", "is no URL that we ask for"},
                          Case{"https://x.example/" + std::string(9'000, 'a'), "longer than"},
                          Case{"", "which leads nowhere"}}) {
    ScriptedCrawl crawl;
    crawl.web.replies[leader(0) + "/robots.txt"] = {status(302, {{"Location", one.location}})};
    crawl.seed({leader(0) + "/private"});
    crawl.run("1h");
    EXPECT_TRUE(crawl.times_of(leader(0) + "/private").empty()) << one.location;
    EXPECT_GE(crawl.times_of(leader(0) + "/robots.txt").size(), 3u) << "it is asked again";
    const HostRecord host = crawl.host(leader(0));
    ASSERT_TRUE(host.robots) << one.location;
    EXPECT_NE(host.robots->why.find(one.words), std::string::npos) << host.robots->why;
    const Wait wait = crawl.dispatcher().moment(host.entry, crawl.now()).wait;
    EXPECT_EQ(wait.reason, WaitReason::Robots) << one.location;
    EXPECT_EQ(wait.until, host.robots->expires_at);
  }
}

TEST(RobotsErrands, AHostThatStopsAnsweringFailsThoseWhoWaitForItWithWords) {
  Policy policy;
  policy.pace.gap = Seconds{30};
  ScriptedCrawl crawl(policy);
  crawl.web.replies[kVictim + "/1"] = {status(429, {{"Retry-After", "3600"}}), page()};
  crawl.web.replies[leader(0) + "/robots.txt"] = {
      status(301, {{"Location", kVictim + "/rules.txt"}})};
  crawl.seed({kVictim + "/1", leader(0) + "/a"});
  crawl.run("10m");
  EXPECT_TRUE(crawl.times_of(leader(0) + "/a").empty());
  const HostRecord host = crawl.host(leader(0));
  ASSERT_TRUE(host.robots);
  EXPECT_NE(host.robots->why.find("rests until"), std::string::npos) << host.robots->why;
  crawl.run("2h");
  EXPECT_EQ(crawl.times_of(leader(0) + "/a").size(), 1u) << "and it goes on once that is over";
}

TEST(RobotsErrands, TwoThatLeadToEachOtherEndWithoutAnAnswer) {
  ScriptedCrawl crawl;
  crawl.web.replies[leader(0) + "/robots.txt"] = {
      status(301, {{"Location", leader(1) + "/robots.txt"}})};
  crawl.web.replies[leader(1) + "/robots.txt"] = {
      status(301, {{"Location", leader(0) + "/robots.txt"}})};
  crawl.seed({leader(0) + "/a", leader(1) + "/a"});
  crawl.run("10m");
  EXPECT_LE(crawl.web.seen.size(), 20u);
  EXPECT_LE(crawl.ticks, 2'000) << "it sleeps meanwhile";
  for (const int n : {0, 1}) {
    EXPECT_TRUE(crawl.times_of(leader(n) + "/a").empty());
    EXPECT_TRUE(crawl.host(leader(n)).robots->unreachable_since);
  }
}

// A host given up in the same round brings back one that was offered already, for an errand: it
// must not be offered a second time.
TEST(RobotsErrands, AHostIsOfferedOnceInARound) {
  Policy policy;
  policy.robots.unreachable_max = lasting("1h");
  policy.robots.unreachable_retry = policy.robots.fresh_min = lasting("50m");
  policy.pace.group_by_address = false;
  ScriptedCrawl crawl(policy);
  const std::string x = "https://x.example", o = "https://o.example", z = "https://z.example";
  crawl.web.replies[x + "/robots.txt"] = {status(302, {{"Location", "/robots.txt"}})};
  crawl.web.replies[o + "/robots.txt"] = {status(302, {{"Location", x + "/for-all.txt"}})};
  crawl.web.replies[z + "/robots.txt"] = {status(302, {{"Location", o + "/for-all.txt"}})};
  crawl.seed({x + "/1"});
  crawl.run("99m");  // next asked in a minute, and given up then
  crawl.seed({x + "/2"});
  const auto until = crawl.host(x).robots->expires_at;
  crawl.run(std::to_string((until - crawl.now()).count() + 50) + "ms");  // it is being asked
  ASSERT_EQ(crawl.web.away(), 1u);
  crawl.dispatcher().pause(true);
  crawl.run("10s");
  ASSERT_TRUE(crawl.host(x).entry.state.exhausted);
  crawl.web.seen.clear();
  crawl.dispatcher().pause(false);
  crawl.seed({o + "/1", z + "/1"});
  crawl.run("1m");
  EXPECT_LE(crawl.times_of(o + "/for-all.txt").size(), 1u);
}

TEST(RobotsErrands, OurOwnFailureLeavesNothingOnRecordButAWaitWithItsWords) {
  ScriptedCrawl crawl;
  const std::string host = "https://a.example";
  crawl.web.replies[host + "/robots.txt"] = {failing(Transport::LocalFailure), robots("")};
  crawl.seed({host + "/1"});
  crawl.run("1m");
  EXPECT_FALSE(crawl.host(host).robots.has_value());
  EXPECT_EQ(crawl.host(host).entry.state.incidents, 0);
  const HostMoment moment = crawl.dispatcher().moment(crawl.host(host).entry, crawl.now());
  EXPECT_EQ(moment.wait.reason, WaitReason::Robots);
  EXPECT_NE(moment.wait.who.find("we failed"), std::string::npos) << moment.wait.who;
  EXPECT_EQ(crawl.times_of(host + "/robots.txt").size(), 1u);
  EXPECT_TRUE(crawl.times_of(host + "/1").empty());
  crawl.run("10m");
  EXPECT_EQ(crawl.times_of(host + "/robots.txt").size(), 2u);
  EXPECT_EQ(crawl.times_of(host + "/1").size(), 1u);
}

TEST(RobotsErrands, NothingLeadsToAPortOfAnotherService) {
  ScriptedCrawl crawl;
  crawl.web.replies["https://a.example/1"] = {
      status(301, {{"Location", "https://a.example:22/x"}})};
  crawl.web.replies["https://b.example/robots.txt"] = {
      status(301, {{"Location", "http://b.example:6379/robots.txt"}})};
  crawl.seed({"https://a.example/1", "https://b.example/1"});
  crawl.run("1m");
  for (const std::string& url : crawl.urls_seen())
    EXPECT_EQ(url.find(".example:"), std::string::npos) << url;
  EXPECT_EQ(crawl.url("https://a.example/1").dropped_because, DropReason::OutOfScope);
  EXPECT_NE(crawl.url("https://a.example/1").why.find("port 22"), std::string::npos);
  EXPECT_TRUE(crawl.times_of("https://b.example/1").empty());  // their rules were not looked at
}

}  // namespace
}  // namespace frontierd
