// Memory for hosts is bounded: who needs no place soon makes room, whoever stands before him.
#include <gtest/gtest.h>

#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::string kBusy = "https://busy.example";
const std::string kResting = "https://resting.example";
const std::string kWaiting = "https://waiting.example";

Policy narrow(int hosts) {
  Policy policy;
  policy.frontier.hosts_in_memory = hosts;
  policy.pace.group_by_address = false;
  return policy;
}

// The one that is due last has a flight in the air: room is made behind it.
TEST(Room, AHostThatIsBusyDoesNotKeepTheOthersFromMakingRoom) {
  Policy policy = narrow(2);
  policy.pace.flights = 2;
  ScriptedCrawl crawl(policy);
  Reply spent = page();
  spent.headers = {{"RateLimit", "\"c\";r=0;t=7200"}};
  Reply endless = page();
  endless.takes = std::chrono::hours{3};
  crawl.web.replies[kBusy + "/1"] = {endless};
  crawl.web.replies[kBusy + "/2"] = {spent};
  crawl.web.replies[kResting + "/1"] = {status(429, {{"Retry-After", "3600"}})};
  crawl.seed({kBusy + "/1", kBusy + "/2", kBusy + "/3", kResting + "/1", kResting + "/2"});
  crawl.run("10s");
  ASSERT_GT(crawl.host(kBusy).entry.state.rest_until, crawl.host(kResting).entry.state.rest_until);
  ASSERT_EQ(crawl.web.away(), 1u);
  crawl.seed({kWaiting + "/1"});
  crawl.run("60s");
  EXPECT_EQ(crawl.url(kWaiting + "/1").state, UrlState::Done);
}

TEST(Room, HostsThatArePausedMakeRoom) {
  ScriptedCrawl crawl(narrow(2));
  crawl.seed({kBusy + "/1", kBusy + "/2", kBusy + "/3", kResting + "/1", kResting + "/2",
              kResting + "/3"});
  crawl.run("2s");
  for (const std::string& key : {kBusy, kResting}) {
    const HostId id = crawl.host(key).entry.id;
    ASSERT_TRUE(crawl.store.set_wishes(id, {true, {}, {}, "for now"}));
    ASSERT_TRUE(crawl.store.commit());
    ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  }
  crawl.seed({kWaiting + "/1"});
  crawl.run("60s");
  EXPECT_EQ(crawl.url(kWaiting + "/1").state, UrlState::Done);
  // It is not forgotten for it.
  const HostId id = crawl.host(kBusy).entry.id;
  ASSERT_TRUE(crawl.store.set_wishes(id, {}));
  ASSERT_TRUE(crawl.store.commit());
  ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  crawl.run("60s");
  EXPECT_EQ(crawl.url(kBusy + "/3").state, UrlState::Done);
}

}  // namespace
}  // namespace frontierd
