// What is owed to others outlives the process, however it ended.
#include <gtest/gtest.h>

#include "frontier/groups.h"
#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::string kA = "https://a.example";
const std::string kB = "https://b.example";

// The least time between two requests, whichever host they went to.
Millis closest(const std::vector<Seen>& seen) {
  Millis least{INT64_MAX};
  for (std::size_t i = 1; i < seen.size(); ++i)
    least = std::min(least, seen[i].at - seen[i - 1].at);
  return least;
}

std::vector<std::string> pages(const std::string& host, int count) {
  std::vector<std::string> urls;
  for (int n = 1; n <= count; ++n) urls.push_back(host + "/" + std::to_string(n));
  return urls;
}

// Starts again every few seconds, at moments that are no multiple of a gap.
void storm(ScriptedCrawl& crawl, bool crashed) {
  for (int n = 0; n < 10; ++n) {
    crawl.run("6700ms");
    while (crawl.web.away() > 0) crawl.run("10ms");
    crawl.restart(crashed);
  }
}

TEST(Restart, ANamedGroupWaitsItsGapAfterAnyStart) {
  for (const bool crashed : {true, false}) {
    Policy policy;
    policy.pace.gap = Millis{100};
    policy.groups = {{"both", {"*.example"}, 1, Seconds{5}}};
    ScriptedCrawl crawl(policy);
    crawl.seed(pages(kA, 50));
    crawl.seed(pages(kB, 50));
    storm(crawl, crashed);
    EXPECT_GE(crawl.web.seen.size(), 10u);
    EXPECT_GE(closest(crawl.web.seen), Seconds{5}) << crashed;
  }
}

// Its address is learnt after the start, when the pace of the hosts allows a request long since.
TEST(Restart, AnAddressWaitsItsGapAfterAnyStart) {
  Policy policy;
  policy.pace.gap = Millis{100};
  policy.pace.group_gap = Seconds{5};
  ScriptedCrawl crawl(policy);
  crawl.web.addresses = {{kA, {"192.0.2.7"}}, {kB, {"192.0.2.7"}}};
  crawl.seed(pages(kA, 50));
  crawl.seed(pages(kB, 50));
  storm(crawl, false);
  EXPECT_GE(crawl.web.seen.size(), 10u);
  EXPECT_GE(closest(crawl.web.seen), Seconds{5});
}

TEST(Restart, AFirstStartWaitsForNobody) {
  Groups groups;
  EXPECT_TRUE(groups.admits("g", {1, Seconds{5}}, at("0")));
  groups.asked_until(at("0"));
  EXPECT_FALSE(groups.admits("g", {1, Seconds{5}}, at("4s")));
  EXPECT_TRUE(groups.admits("g", {1, Seconds{5}}, at("5s")));
}

TEST(Restart, AParkedHostComesBackWhenTheGapAfterTheStartIsOver) {
  Groups groups;
  groups.asked_until(at("0"));
  groups.park("g", {1, Seconds{5}}, HostId{1}, true);
  EXPECT_EQ(groups.next_at(), at("5s"));
  EXPECT_EQ(groups.pop_due(at("4s")), HostId::None);
  EXPECT_EQ(groups.pop_due(at("5s")), HostId{1});
}

TEST(Restart, TheGapThatLatencyAsksForIsKept) {
  ScriptedCrawl crawl;
  Reply slow = page();
  slow.takes = Seconds{4};
  for (const std::string& url : pages(kA, 40)) crawl.web.replies[url] = {slow};
  crawl.seed(pages(kA, 40));
  crawl.run("60s");
  while (crawl.web.away() > 0) crawl.run("10ms");
  crawl.restart(true);
  const std::size_t before = crawl.web.seen.size();
  crawl.run("30s");
  ASSERT_GT(crawl.web.seen.size(), before + 1);
  for (std::size_t i = before; i < crawl.web.seen.size(); ++i) {
    EXPECT_GE(crawl.web.seen[i].at - crawl.web.seen[i - 1].at, Seconds{4 + 3});  // from the end on
  }
}

}  // namespace
}  // namespace frontierd
