// Nobody starves the others: the dispatcher with its shares, on the scripted web.
#include <gtest/gtest.h>

#include <map>

#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

constexpr int kBad = 60;

std::string bad_host(int n, const std::string& domain) {
  return "https://h" + std::to_string(n) + "." + domain;
}
std::string good_host(int n) {
  return "https://good" + std::to_string(n) + ".example";
}

// Ten good hosts at work, and then those that drip.
class Fairness : public ::testing::Test {
 protected:
  static Policy policy_of(int flights) {
    Policy policy;
    policy.frontier.flights_max = flights;
    policy.pace.group_gap = Millis{0};
    return policy;
  }

  void start_good(ScriptedCrawl& crawl, int pages = 200) {
    for (int n = 0; n < 10; ++n) {
      std::vector<std::string> urls;
      for (int page = 1; page <= pages; ++page) {
        urls.push_back(good_host(n) + "/" + std::to_string(page));
      }
      if (!address.empty()) crawl.web.addresses[good_host(n)] = {address};
      crawl.seed(urls);
    }
    crawl.run("10s");
  }
  void add_dripping(ScriptedCrawl& crawl, const std::string& host) {
    Reply drip = page();
    drip.takes = std::chrono::minutes{5};
    crawl.web.replies[host + "/1"] = {drip};
    if (!address.empty()) crawl.web.addresses[host] = {address};
    crawl.seed({host + "/1", host + "/2"});
  }
  static std::size_t good_pages(ScriptedCrawl& crawl) {
    std::size_t count = 0;
    for (const Seen& seen : crawl.web.seen) {
      count += seen.url.find("good") != std::string::npos ? 1 : 0;
    }
    return count;
  }
  // The pages of the good hosts within a minute, as a share of what they had without the others.
  template <class Add>
  double kept(int flights, Add add) {
    double pages[2];
    for (const bool attacked : {false, true}) {
      ScriptedCrawl crawl(policy_of(flights));
      start_good(crawl);
      if (attacked) add(crawl);
      crawl.run("5s");
      const std::size_t before = good_pages(crawl);
      crawl.run("1m");
      pages[attacked] = static_cast<double>(good_pages(crawl) - before);
    }
    return pages[1] / pages[0];
  }

  std::string address;  // of all; empty: each its own
};

TEST_F(Fairness, ADrippingDomainLeavesTheOthersTheirPace) {
  EXPECT_GE(kept(20,
                 [&](ScriptedCrawl& crawl) {
                   for (int n = 0; n < kBad; ++n) add_dripping(crawl, bad_host(n, "drip.example"));
                 }),
            0.95);
}

TEST_F(Fairness, DrippingHostsOfManyDomainsLeaveTheOthersTheirPace) {
  EXPECT_GE(kept(40,
                 [&](ScriptedCrawl& crawl) {
                   for (int n = 0; n < kBad; ++n) {
                     add_dripping(crawl, bad_host(n, "d" + std::to_string(n) + ".example"));
                   }
                 }),
            0.95);
}

TEST_F(Fairness, DrippingNeighboursAtOneAddressLeaveTheOthersTheirPace) {
  address = "192.0.2.77";
  EXPECT_GE(kept(100,
                 [&](ScriptedCrawl& crawl) {
                   for (int n = 0; n < kBad; ++n) {
                     add_dripping(crawl, bad_host(n, "d" + std::to_string(n) + ".example"));
                   }
                 }),
            0.8);
}

TEST_F(Fairness, DrippingHostsOfANamedGroupLeaveItsOthersMostOfTheTime) {
  const auto pages_of = [&](bool attacked) {
    Policy policy = policy_of(100);
    policy.groups = {{"all", {"*"}, 1, Millis{0}}};
    ScriptedCrawl crawl(policy);
    start_good(crawl, 2'500);
    if (attacked) {
      for (int n = 0; n < 5; ++n) add_dripping(crawl, bad_host(n, "drip.example"));
    }
    crawl.run("40m");
    return static_cast<double>(good_pages(crawl));
  };
  EXPECT_GE(pages_of(true), 0.7 * pages_of(false));
}

TEST_F(Fairness, WhoWaitsForAShareIsToldWhoHoldsIt) {
  ScriptedCrawl crawl(policy_of(20));
  start_good(crawl);
  for (int n = 0; n < kBad; ++n) add_dripping(crawl, bad_host(n, "drip.example"));
  crawl.run("30s");
  int told = 0;
  for (int n = 0; n < kBad; ++n) {
    const HostEntry entry = crawl.host(bad_host(n, "drip.example")).entry;
    const Wait wait = crawl.dispatcher().moment(entry, crawl.now()).wait;
    if (wait.reason != WaitReason::DomainShare) continue;
    ++told;
    EXPECT_EQ(wait.who.substr(0, 14), "drip.example: ") << wait.who;
  }
  EXPECT_GT(told, kBad / 2);
}

TEST_F(Fairness, OneLivingHostBehindManyThatRefuseIsAskedSoonAndThePauseChargesNobody) {
  ScriptedCrawl crawl;
  std::vector<std::string> dead;
  for (int n = 0; n < 400; ++n) {
    dead.push_back("https://dead" + std::to_string(n) + ".test");
    Reply refused = failing(Transport::ConnectRefused);
    refused.takes = Millis{1};
    crawl.web.replies[dead.back() + "/robots.txt"] = {refused};
    crawl.seed({dead.back() + "/1"});
  }
  crawl.seed({"https://living.test/1"});
  const Instant start = crawl.now();
  crawl.run("9s");
  ASSERT_GT(crawl.dispatcher().our_trouble_until(), crawl.now());
  crawl.run("3m");
  const auto asked = crawl.times_of("https://living.test/robots.txt");
  ASSERT_FALSE(asked.empty());
  EXPECT_LE(asked[0] - start, Seconds{110}) << "four a second";
  EXPECT_EQ(crawl.url("https://living.test/1").state, UrlState::Done);
}

TEST_F(Fairness, APauseOfOurOwnTriesFewHostsEachOnceAndChargesNone) {
  ScriptedCrawl crawl(policy_of(20));
  for (int n = 0; n < 100; ++n) {
    const std::string host = "https://site" + std::to_string(n) + ".test";
    crawl.web.replies[host + "/robots.txt"] = {failing(Transport::ConnectFailed)};
    crawl.seed({host + "/1"});
  }
  crawl.run("5s");
  const Instant until = crawl.dispatcher().our_trouble_until();
  ASSERT_GT(until, crawl.now());
  const std::size_t before = crawl.web.seen.size();
  crawl.run("10s");
  ASSERT_EQ(crawl.dispatcher().our_trouble_until(), until);
  std::map<std::string, int> asked;
  for (std::size_t n = before; n < crawl.web.seen.size(); ++n) ++asked[crawl.web.seen[n].url];
  EXPECT_GE(asked.size(), 20u);
  EXPECT_LE(asked.size(), 41u);
  for (const auto& [url, times] : asked) {
    EXPECT_EQ(times, 1) << url;
    const std::string host = url.substr(0, url.rfind('/'));
    EXPECT_EQ(crawl.host(host).entry.state.incidents, 0) << host;
    EXPECT_FALSE(crawl.host(host).robots.has_value()) << "nothing was learnt of it";
  }
}

TEST_F(Fairness, ALoopAtItsBoundSleeps) {
  ScriptedCrawl crawl(policy_of(4));
  for (int n = 0; n < 8; ++n) {
    add_dripping(crawl, bad_host(n, "d" + std::to_string(n) + ".example"));
  }
  crawl.run("20s");
  const auto next = crawl.dispatcher().tick(crawl.now());
  ASSERT_TRUE(next);
  EXPECT_GE(*next, crawl.now() + Seconds{1});
}

TEST(Saturation, WhileEveryFlightIsTakenTheLoopSleepsAndARaisedBoundHoldsAtOnce) {
  Policy policy;
  policy.robots.obey = false;
  policy.frontier.flights_max = 2;
  ScriptedCrawl crawl(policy);
  std::vector<std::string> urls;
  for (int n = 0; n < 12; ++n) {
    Reply slow = page();
    slow.takes = std::chrono::minutes{30};
    urls.push_back(good_host(n) + "/1");
    crawl.web.replies[urls.back()] = {slow};
  }
  crawl.seed(urls);
  crawl.run("10s");
  ASSERT_EQ(crawl.dispatcher().flights(), 2u);
  const int before = crawl.ticks;
  crawl.run("2m");
  EXPECT_LE(crawl.ticks - before, 130);  // it naps a second at a time, though ten hosts are due
  policy.frontier.flights_max = 8;
  crawl.dispatcher().set_policy(std::make_shared<const Policy>(policy),
                                std::make_shared<const SignatureTable>(SignatureTable::built_in()),
                                crawl.now());
  crawl.run("5s");
  EXPECT_GE(crawl.dispatcher().flights(), 6u);
}

}  // namespace
}  // namespace frontierd
