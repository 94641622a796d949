// A host is given up: its queue goes a part at a time, whatever its length; nobody else waits for
// it; and what was had already is kept.
#include <gtest/gtest.h>

#include "frontier/explain.h"
#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::string kA = "https://a.example";
const std::string kB = "https://b.example";
constexpr int kMany = 20'000;

std::vector<std::string> pages(const std::string& host, int count) {
  std::vector<std::string> urls;
  for (int n = 1; n <= count; ++n) urls.push_back(host + "/" + std::to_string(n));
  return urls;
}

// The first incident is the last.
Policy impatient() {
  Policy policy;
  policy.retry.incidents_max = 1;
  policy.retry.give_up_after = Millis{0};
  policy.pace.group_by_address = false;
  return policy;
}

// Up to the first part that is dropped, and not to its end.
void run_into_it(ScriptedCrawl& crawl, const std::string& host) {
  while (crawl.host(host).dropped == 0) crawl.run("1ms");
}

Explanation explained(ScriptedCrawl& crawl, const std::string& url, const std::string& host) {
  const HostRecord record = crawl.host(host);
  HostNow now{crawl.dispatcher().moment(record.entry, crawl.now()).wait, {}, 0};
  FrontierNow frontier;
  frontier.now = crawl.now();
  return explain_url(crawl.url(url), {}, record, now, frontier);
}

TEST(GiveUp, AQueueOfAnyLengthIsDroppedAPartATurnAndToldOnce) {
  ScriptedCrawl crawl(impatient());
  crawl.web.replies[kA + "/1"] = {status(503)};
  crawl.seed(pages(kA, kMany));
  crawl.seed(pages(kB, 30));
  crawl.run("90s");
  ASSERT_EQ(crawl.journal.gave_ups.size(), 1u);
  EXPECT_EQ(crawl.journal.gave_ups[0].urls, static_cast<std::size_t>(kMany));
  EXPECT_EQ(crawl.journal.gave_ups[0].because, DropReason::HostExhausted);
  EXPECT_LE(crawl.store.most_looked_at, GivenUpHosts::kPartMax);
  EXPECT_EQ(crawl.host(kA).dropped, static_cast<std::uint64_t>(kMany));
  EXPECT_GE(crawl.host(kB).done, 16u);
  EXPECT_EQ(crawl.times_of(kA + "/2").size(), 0u);
}

// What is dropped cannot be given back.
TEST(GiveUp, NothingIsDroppedWhileTheTroubleMayTurnOutToBeOurs) {
  Policy policy = impatient();
  policy.frontier.many_hosts = 3;
  ScriptedCrawl crawl(policy);
  const std::vector<std::string> names{"a.test", "b.test", "c.test"};
  for (const std::string& name : names) {
    crawl.web.replies["https://" + name + "/robots.txt"] = {failing(Transport::ConnectTimeout),
                                                            status(404)};
    crawl.seed(pages("https://" + name, 5));
    crawl.run("15s");
  }
  crawl.run("10m");
  for (const std::string& name : names) {
    EXPECT_EQ(crawl.host("https://" + name).dropped, 0u) << name;
    EXPECT_EQ(crawl.host("https://" + name).done, 5u) << name;
  }
}

TEST(GiveUp, SeveralHostsShareOnePartAndEachHasItsTurn) {
  ScriptedCrawl crawl(impatient());
  std::vector<std::string> hosts;
  for (int n = 0; n < 5; ++n) {
    hosts.push_back("https://h" + std::to_string(n) + ".example");
    crawl.web.replies[hosts.back() + "/1"] = {status(503)};
    crawl.seed(pages(hosts.back(), 2'000));
  }
  run_into_it(crawl, hosts[0]);
  crawl.run("3ms");
  for (const std::string& host : hosts) {
    EXPECT_GT(crawl.host(host).dropped, 0u) << host;
    EXPECT_LT(crawl.host(host).dropped, 2'000u) << host;
  }
  crawl.run("5s");
  EXPECT_LE(crawl.store.most_looked_at, GivenUpHosts::kPartMax);
  EXPECT_EQ(crawl.journal.gave_ups.size(), 5u);
  for (const std::string& host : hosts) EXPECT_EQ(crawl.host(host).dropped, 2'000u) << host;
}

TEST(GiveUp, ItGoesOnWhereACrashCutItShort) {
  ScriptedCrawl crawl(impatient());
  crawl.web.replies[kA + "/1"] = {status(503)};
  crawl.seed(pages(kA, kMany));
  run_into_it(crawl, kA);
  crawl.store.crash();
  crawl.restart(true);
  const std::uint64_t before = crawl.host(kA).dropped;
  EXPECT_GT(before, 0u);
  EXPECT_LT(before, static_cast<std::uint64_t>(kMany));
  crawl.run("5s");
  EXPECT_EQ(crawl.host(kA).dropped, static_cast<std::uint64_t>(kMany));
  EXPECT_LE(crawl.store.most_looked_at, GivenUpHosts::kPartMax);
}

TEST(GiveUp, WhileItGoesOnUrlAndHostSaySo) {
  ScriptedCrawl crawl(impatient());
  crawl.web.replies[kA + "/1"] = {status(503)};
  crawl.seed(pages(kA, kMany));
  run_into_it(crawl, kA);
  const std::string last = kA + "/" + std::to_string(kMany);
  ASSERT_EQ(crawl.url(last).state, UrlState::Queued);
  const Explanation told = explained(crawl, last, kA);
  EXPECT_EQ(told.waits_for, WaitReason::GivenUp);
  EXPECT_NE(told.summary.find("given up"), std::string::npos) << told.summary;
  EXPECT_NE(told.commands.at(1).run.find("retry --host"), std::string::npos);
}

TEST(GiveUp, ANewStartInTheMiddleKeepsTheRest) {
  ScriptedCrawl crawl(impatient());
  crawl.web.replies[kA + "/1"] = {status(503), page()};
  crawl.seed(pages(kA, kMany));
  run_into_it(crawl, kA);
  const std::uint64_t dropped = crawl.host(kA).dropped;
  ASSERT_TRUE(crawl.store.retry({{}, kA, {}, {}}, 10, crawl.now()));
  ASSERT_TRUE(crawl.store.commit());
  ASSERT_TRUE(crawl.dispatcher().refresh(crawl.host(kA).entry.id, crawl.now()));
  crawl.run("60s");
  EXPECT_EQ(crawl.host(kA).dropped, dropped - 10);
  EXPECT_GT(crawl.host(kA).done, 5u);
  EXPECT_TRUE(crawl.journal.gave_ups.empty());
}

TEST(GiveUp, WhatComesForItLaterIsDroppedWithTheReason) {
  ScriptedCrawl crawl(impatient());
  crawl.web.replies[kA + "/1"] = {status(503)};
  crawl.seed({kA + "/1"});
  crawl.run("70s");
  ASSERT_EQ(crawl.url(kA + "/1").dropped_because, DropReason::HostExhausted);
  crawl.seed({kA + "/2"});
  crawl.run("1s");
  EXPECT_EQ(crawl.url(kA + "/2").dropped_because, DropReason::HostExhausted);
  EXPECT_EQ(crawl.times_of(kA + "/2").size(), 0u);
}

TEST(GiveUp, PagesThatWereHadAreVisitedAgainAfterANewStart) {
  Policy policy = impatient();
  policy.retry.revisit_after = Seconds{60};
  ScriptedCrawl crawl(policy);
  crawl.web.replies[kA + "/2"] = {status(503), page()};
  crawl.seed({kA + "/1"});
  crawl.run("30s");
  crawl.seed({kA + "/2"});
  crawl.run("5h");
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
  EXPECT_EQ(crawl.times_of(kA + "/1").size(), 1u);
  EXPECT_EQ(crawl.host(kA).dropped, 1u);
  const Explanation told = explained(crawl, kA + "/1", kA);
  EXPECT_NE(told.next.find("given up"), std::string::npos) << told.next;
  ASSERT_TRUE(crawl.store.retry({{}, {}, DropReason::HostExhausted, {}}, 10, crawl.now()));
  ASSERT_TRUE(crawl.store.commit());
  ASSERT_TRUE(crawl.dispatcher().refresh(HostId::None, crawl.now()));
  crawl.run("59s");
  EXPECT_EQ(crawl.times_of(kA + "/1").size(), 2u);
}

// The schedule must not look at it again and again.
TEST(GiveUp, AHostWithNothingButVisitsCostsNothing) {
  Policy policy = impatient();
  policy.retry.revisit_after = Seconds{60};
  ScriptedCrawl crawl(policy);
  crawl.web.replies[kA + "/2"] = {status(503)};
  crawl.seed({kA + "/1"});
  crawl.run("30s");
  crawl.seed({kA + "/2"});
  crawl.run("5m");
  crawl.restart(false);
  const int before = crawl.ticks;
  crawl.run("10m");
  EXPECT_LE(crawl.ticks - before, 610);  // it naps a second at a time
  EXPECT_EQ(crawl.dispatcher().schedule().size(), 0u);
}

}  // namespace
}  // namespace frontierd
