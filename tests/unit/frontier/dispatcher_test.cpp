#include <gtest/gtest.h>

#include "support/scripted_web.h"

namespace frontierd {
namespace {

using namespace tests;

const std::string kA = "https://a.example";

std::vector<std::string> pages(const std::string& host, int count) {
  std::vector<std::string> urls;
  for (int n = 1; n <= count; ++n) urls.push_back(host + "/" + std::to_string(n));
  return urls;
}

TEST(Dispatcher, RobotsComesFirstAndThenOnePagePerGap) {
  ScriptedCrawl crawl;
  crawl.seed(pages(kA, 3));
  crawl.run("10s");
  ASSERT_EQ(crawl.urls_seen(),
            (std::vector<std::string>{kA + "/robots.txt", kA + "/1", kA + "/2", kA + "/3"}));
  for (std::size_t i = 1; i < crawl.web.seen.size(); ++i) {
    const Millis since = crawl.web.seen[i].at - crawl.web.seen[i - 1].at;
    EXPECT_GE(since, lasting("1100ms"));  // the gap, from the end of the one before
    EXPECT_LE(since, lasting("1200ms"));
  }
  EXPECT_EQ(crawl.url(kA + "/3").state, UrlState::Done);
}

TEST(Dispatcher, WhatRobotsBarsIsDroppedWithTheLineAndNeverFetched) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/robots.txt"] = {robots("User-agent: *\nDisallow: /private\n")};
  crawl.seed({kA + "/private/x", kA + "/open"});
  crawl.run("10s");
  EXPECT_TRUE(crawl.times_of(kA + "/private/x").empty());
  EXPECT_EQ(crawl.times_of(kA + "/open").size(), 1u);
  const UrlRecord barred = crawl.url(kA + "/private/x");
  EXPECT_EQ(barred.dropped_because, DropReason::BarredByRobots);
  EXPECT_NE(barred.why.find("line 2"), std::string::npos) << barred.why;
}

TEST(Dispatcher, ARobotsThatCannotBeHadMeansNoPageUntilItCan) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/robots.txt"] = {status(503), status(503), robots("")};
  crawl.seed({kA + "/1"});
  crawl.run("24h");
  const auto asked = crawl.times_of(kA + "/robots.txt");
  ASSERT_GE(asked.size(), 3u);
  ASSERT_EQ(crawl.times_of(kA + "/1").size(), 1u);
  EXPECT_GT(crawl.times_of(kA + "/1")[0], asked[2]);
}

TEST(Dispatcher, ALowerRobotsCacheHoldsFromTheReloadOn) {
  Policy policy;
  policy.robots.fresh_for = policy.robots.fresh_min = std::chrono::hours{1};
  ScriptedCrawl crawl(policy);
  std::string text = "User-agent: *\n";
  for (int n = 0; n < 1'500; ++n) text += "Disallow: /no" + std::to_string(n) + "\n";
  std::vector<std::string> urls;
  for (int n = 0; n < 8; ++n) {
    const std::string host = "https://h" + std::to_string(n) + ".example";
    crawl.web.replies[host + "/robots.txt"] = {robots(text)};
    for (const std::string& url : pages(host, 60)) urls.push_back(url);
  }
  crawl.seed(urls);
  crawl.run("10s");
  constexpr std::uint64_t kBound = 256u << 10;
  EXPECT_GT(crawl.dispatcher().robots().bytes(), kBound) << "the test shows nothing";
  policy.frontier.robots_cache = kBound;
  crawl.dispatcher().set_policy(
      std::make_shared<const Policy>(policy),
      std::make_shared<const SignatureTable>(SignatureTable::built_in()), crawl.now());
  const std::size_t before = crawl.web.seen.size();
  crawl.run("10s");
  EXPECT_LE(crawl.dispatcher().robots().bytes(), kBound);
  EXPECT_GT(crawl.web.seen.size(), before + 8) << "and the crawl goes on";
}

TEST(Dispatcher, RobotsRedirectsAreFollowedAcrossHosts) {
  ScriptedCrawl crawl;
  crawl.web.replies["http://a.example/robots.txt"] = {
      status(301, {{"Location", "https://www.a.example/robots.txt"}})};
  crawl.web.replies["https://www.a.example/robots.txt"] = {
      robots("User-agent: *\nDisallow: /no\n")};
  crawl.seed({"http://a.example/no", "http://a.example/yes"});
  crawl.run("20s");
  EXPECT_EQ(crawl.url("http://a.example/no").dropped_because, DropReason::BarredByRobots);
  EXPECT_EQ(crawl.url("http://a.example/yes").state, UrlState::Done);
}

TEST(Dispatcher, CrawlDelayIsKept) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/robots.txt"] = {robots("User-agent: *\nCrawl-delay: 7\n")};
  crawl.seed(pages(kA, 3));
  crawl.run("60s");
  ASSERT_EQ(crawl.web.seen.size(), 4u);
  EXPECT_GE(crawl.web.seen[2].at - crawl.web.seen[1].at, lasting("7s"));
  EXPECT_GE(crawl.web.seen[3].at - crawl.web.seen[2].at, lasting("7s"));
}

// The last request is not kept, only what was owed after it; the new gap counts from the reload.
TEST(Dispatcher, ALongerGapHoldsFromTheReloadOn) {
  ScriptedCrawl crawl;
  crawl.seed(pages(kA, 9));
  crawl.run("3s");
  const std::size_t before = crawl.web.seen.size();
  Policy slower;
  slower.pace.gap = Seconds{20};
  const Instant reloaded = crawl.now();
  crawl.dispatcher().set_policy(std::make_shared<const Policy>(slower),
                                std::make_shared<const SignatureTable>(SignatureTable::built_in()),
                                reloaded);
  crawl.run("60s");
  ASSERT_GT(crawl.web.seen.size(), before);
  EXPECT_GE(crawl.web.seen[before].at - reloaded, Seconds{20});
}

// A learned period counts from the start of a request, the gap from its end: the one may be longer
// than the other and owe less.
TEST(Dispatcher, ALongerGapHoldsFromTheEndOfARequestAlsoUnderALearnedPeriod) {
  ScriptedCrawl crawl;
  Reply slow = page();
  slow.headers = {{"RateLimit-Policy", "\"client\";q=3;w=60"}};
  slow.takes = Seconds{3};
  crawl.web.replies[kA + "/1"] = {slow};
  crawl.seed(pages(kA, 2));
  crawl.run("6s");
  ASSERT_EQ(crawl.web.seen.size(), 2u);
  Policy slower;
  slower.pace.gap = Seconds{19};
  crawl.dispatcher().set_policy(std::make_shared<const Policy>(slower),
                                std::make_shared<const SignatureTable>(SignatureTable::built_in()),
                                crawl.now());
  crawl.run("60s");
  ASSERT_EQ(crawl.web.seen.size(), 3u);
  EXPECT_GE(crawl.web.seen[2].at - crawl.web.seen[1].at, Seconds{3 + 19});
}

TEST(Dispatcher, ALongerGapThatTheOperatorWishesHoldsAtOnce) {
  ScriptedCrawl crawl;
  crawl.seed(pages(kA, 9));
  crawl.run("3s");
  const std::size_t before = crawl.web.seen.size();
  const auto host = crawl.store.host_by_key(kA, crawl.now());
  ASSERT_TRUE(host);
  HostWishes wishes;
  wishes.gap = Seconds{20};
  ASSERT_TRUE(crawl.store.set_wishes(host->id, wishes));
  ASSERT_TRUE(crawl.store.commit());
  ASSERT_TRUE(crawl.dispatcher().refresh(host->id, crawl.now()));
  const Instant wished = crawl.now();
  crawl.run("60s");
  ASSERT_GT(crawl.web.seen.size(), before);
  EXPECT_GE(crawl.web.seen[before].at - wished, Seconds{20});
}

TEST(Dispatcher, RetryAfterHoldsForTheWholeHostAndOverARestart) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/1"] = {status(429, {{"Retry-After", "120"}}), page()};
  crawl.seed(pages(kA, 5));
  crawl.run("10s");
  const std::size_t before = crawl.web.seen.size();
  const Instant refused = crawl.times_of(kA + "/1").at(0);
  crawl.restart(true);
  crawl.run("100s");
  EXPECT_EQ(crawl.web.seen.size(), before);
  crawl.run("10m");
  EXPECT_GE(crawl.web.seen.at(before).at, refused + lasting("120s"));
  for (const auto& url : pages(kA, 5)) EXPECT_EQ(crawl.url(url).state, UrlState::Done) << url;
  EXPECT_EQ(crawl.url(kA + "/1").attempts, 0);  // the host's trouble burnt nothing
}

// A probe is in the air: reading the host again must not put it back to sleep.
TEST(Dispatcher, WhatTheOperatorDoesToOthersLeavesAProbeInTheAirAlone) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/1"] = {status(503, {{"Retry-After", "60"}}), page()};
  crawl.seed(pages(kA, 3));
  crawl.run("50s");
  const std::size_t before = crawl.web.seen.size();
  while (crawl.web.seen.size() == before) crawl.run("20ms");  // the probe has left
  ASSERT_TRUE(crawl.dispatcher().refresh(HostId::None, crawl.now()));
  crawl.run("60s");
  const auto probes = crawl.times_of(kA + "/robots.txt");
  EXPECT_EQ(probes.size(), 2u);  // the first, and one probe
  EXPECT_EQ(crawl.url(kA + "/3").state, UrlState::Done);
}

TEST(Dispatcher, AnOverloadIsProbedWithACheapRequestBeforeAnyPage) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/1"] = {status(503, {{"Retry-After", "30"}}), page()};
  crawl.seed({kA + "/1"});
  crawl.run("5m");
  EXPECT_EQ(crawl.urls_seen(), (std::vector<std::string>{kA + "/robots.txt", kA + "/1",
                                                         kA + "/robots.txt", kA + "/1"}));
}

TEST(Dispatcher, ARedirectPassesTheGateOfItsOwnHost) {
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/1"] = {status(302, {{"Location", "https://b.example/2"}})};
  crawl.web.replies["https://b.example/robots.txt"] = {robots("User-agent: *\nDisallow: /\n")};
  crawl.seed({kA + "/1"});
  crawl.run("20s");
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
  EXPECT_EQ(crawl.url("https://b.example/2").dropped_because, DropReason::BarredByRobots);
  EXPECT_EQ(crawl.url("https://b.example/2").via, kA + "/1");
}

TEST(Dispatcher, ARedirectOutOfScopeIsNotFollowed) {
  Policy policy;
  policy.scope.allow = {"*.example"};
  ScriptedCrawl crawl(policy);
  crawl.web.replies[kA + "/1"] = {status(302, {{"Location", "https://b.test/2"}})};
  crawl.seed({kA + "/1"});
  crawl.run("20s");
  EXPECT_EQ(crawl.url(kA + "/1").dropped_because, DropReason::OutOfScope);
}

TEST(Dispatcher, NoSpellingOfADeniedNameIsFollowed) {
  Policy policy;
  policy.scope.deny = {"intern.example"};
  for (const char* location :
       {"https://intern.example./2", "https://INTERN.example:8443/2", "//intern%2Eexample%2e/2",
        "http://\xef\xbd\x89ntern.example/2"}) {
    ScriptedCrawl crawl(policy);
    crawl.web.replies[kA + "/1"] = {status(302, {{"Location", location}})};
    crawl.seed({kA + "/1"});
    crawl.run("20s");
    EXPECT_EQ(crawl.url(kA + "/1").dropped_because, DropReason::OutOfScope) << location;
    EXPECT_EQ(crawl.urls_seen().size(), 2u) << location;
  }
}

TEST(Dispatcher, ARedirectIsFollowedUpToTheLengthThatIsTaken) {
  const std::string fits = "https://b.example/" + std::string(8'000 - 18, 'x');
  ScriptedCrawl crawl;
  crawl.web.replies[kA + "/1"] = {status(302, {{"Location", fits}})};
  crawl.web.replies[kA + "/2"] = {status(302, {{"Location", fits + "x"}})};
  crawl.seed({kA + "/1", kA + "/2"});
  crawl.run("60s");
  EXPECT_EQ(crawl.url(fits).state, UrlState::Done);
  EXPECT_EQ(crawl.url(kA + "/2").dropped_because, DropReason::OutOfScope);
  EXPECT_NE(crawl.url(kA + "/2").why.find("scope.url_max"), std::string::npos);
}

TEST(Dispatcher, HostsBehindOneAddressShareItsLimits) {
  Policy policy;
  policy.pace.group_flights = 1;
  policy.pace.group_gap = lasting("500ms");
  ScriptedCrawl crawl(policy);
  for (int n = 0; n < 5; ++n) {
    const std::string host = "https://h" + std::to_string(n) + ".example";
    crawl.web.addresses[host] = {"192.0.2.77"};
    crawl.seed(pages(host, 2));
  }
  crawl.run("60s");
  ASSERT_EQ(crawl.web.seen.size(), 15u);
  for (std::size_t i = 1; i < crawl.web.seen.size(); ++i) {
    EXPECT_GE(crawl.web.seen[i].at - crawl.web.seen[i - 1].at, lasting("500ms"));
  }
}

// A machine that slept is told what a name led to hours ago.
TEST(Dispatcher, AnAddressThatHasExpiredOnItsWayIsLookedUpAgain) {
  ScriptedCrawl crawl;
  crawl.web.answers_age = std::chrono::hours{3};  // of the next answer
  crawl.seed({kA + "/1"});
  crawl.run("10s");
  EXPECT_EQ(crawl.web.look_ups, 2);
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
}

TEST(Dispatcher, HostsNamedAsAGroupShareItsLimitsWhateverTheirAddress) {
  Policy policy;
  policy.groups = {{"example", {"*.example"}, 1, lasting("2s")}};
  ScriptedCrawl crawl(policy);
  crawl.seed({kA + "/1", "https://b.example/1"});
  crawl.run("30s");
  ASSERT_EQ(crawl.web.seen.size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_GE(crawl.web.seen[i].at - crawl.web.seen[i - 1].at, lasting("2s"));
  }
}

TEST(Dispatcher, ANameThatDoesNotResolveIsAnIncidentWithAReason) {
  Policy policy;
  policy.retry.incidents_max = 2;
  policy.retry.give_up_after = Millis{0};
  ScriptedCrawl crawl(policy);
  crawl.web.dead_names[kA] = Transport::DnsFailed;
  crawl.seed(pages(kA, 3));
  crawl.run("2h");
  EXPECT_TRUE(crawl.web.seen.empty());
  for (const auto& url : pages(kA, 3)) {
    EXPECT_EQ(crawl.url(url).dropped_because, DropReason::HostExhausted) << url;
  }
  EXPECT_TRUE(crawl.host(kA).entry.state.exhausted);
}

TEST(Dispatcher, ANameThatLeadsOnlyWhereWeDoNotConnectIsGivenUpAtOnce) {
  ScriptedCrawl crawl;
  crawl.web.dead_names[kA] = Transport::AddressBarred;
  crawl.seed(pages(kA, 3));
  crawl.run("1m");
  EXPECT_TRUE(crawl.web.seen.empty());
  for (const auto& url : pages(kA, 3)) {
    EXPECT_EQ(crawl.url(url).dropped_because, DropReason::AddressBarred) << url;
    EXPECT_FALSE(crawl.url(url).why.empty());
  }
}

TEST(Dispatcher, AUrlIsDroppedAfterItsOwnAttemptsAndTheHostGoesOn) {
  Policy policy;
  policy.retry.attempts_max = 3;
  policy.retry.url_troubles_max = 100;
  ScriptedCrawl crawl(policy);
  crawl.web.replies[kA + "/bad"] = {status(504)};
  std::vector<std::string> urls = pages(kA, 5);
  urls.push_back(kA + "/bad");
  crawl.seed(urls);
  crawl.run("2h");
  EXPECT_EQ(crawl.times_of(kA + "/bad").size(), 3u);
  EXPECT_EQ(crawl.url(kA + "/bad").dropped_because, DropReason::AttemptsSpent);
  EXPECT_EQ(crawl.url(kA + "/5").state, UrlState::Done);
}

TEST(Dispatcher, PauseLetsFlightsLandAndLeasesNothing) {
  ScriptedCrawl crawl;
  crawl.seed(pages(kA, 5));
  crawl.run("3s");
  crawl.dispatcher().pause(true);
  const std::size_t before = crawl.web.seen.size();
  crawl.run("1h");
  EXPECT_EQ(crawl.web.seen.size(), before);
  EXPECT_TRUE(crawl.dispatcher().idle());
  crawl.dispatcher().pause(false);
  crawl.run("10s");
  EXPECT_EQ(crawl.url(kA + "/5").state, UrlState::Done);
}

TEST(Dispatcher, WhatAnOrderlyStopInterruptsIsGivenBackWithoutAnAttempt) {
  ScriptedCrawl crawl;
  Reply slow = page();
  slow.takes = lasting("1h");
  crawl.web.replies[kA + "/1"] = {slow, page()};
  crawl.seed({kA + "/1"});
  crawl.run("5s");
  crawl.dispatcher().drain();
  crawl.web.abort_all();
  crawl.run("1s");
  EXPECT_TRUE(crawl.dispatcher().idle());
  const UrlRecord record = crawl.url(kA + "/1");
  EXPECT_EQ(record.state, UrlState::Queued);
  EXPECT_EQ(record.attempts, 0);
  crawl.restart(false);
  crawl.run("10s");
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
}

TEST(Dispatcher, AfterACrashWhatWasInFlightIsFetchedAgainOnceTheGapHasPassed) {
  ScriptedCrawl crawl;
  Reply slow = page();
  slow.takes = lasting("10s");
  crawl.web.replies[kA + "/1"] = {slow, page()};
  crawl.seed({kA + "/1"});
  crawl.run("3s");
  ASSERT_EQ(crawl.web.away(), 1u);
  const Instant crashed = crawl.now();
  crawl.store.crash();
  crawl.web.abort_all();
  (void)crawl.web.landed();
  crawl.restart(true);
  crawl.run("20s");
  const auto times = crawl.times_of(kA + "/1");
  ASSERT_EQ(times.size(), 2u);
  EXPECT_GE(times[1], crashed + lasting("1s"));
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
}

TEST(Dispatcher, WhenOurOwnNetworkIsGoneNoHostIsCharged) {
  ScriptedCrawl crawl;
  for (int n = 0; n < 40; ++n) {
    const std::string host = "https://site" + std::to_string(n) + ".test";
    crawl.web.replies[host + "/robots.txt"] = {failing(Transport::ConnectFailed), status(404)};
    crawl.seed({host + "/1"});
  }
  crawl.run("300ms");
  EXPECT_GT(crawl.dispatcher().our_trouble_until(), crawl.now());
  crawl.run("5m");
  int charged = 0;
  for (int n = 0; n < 40; ++n) {
    const HostRecord host = crawl.host("https://site" + std::to_string(n) + ".test");
    if (host.entry.state.incidents > 0) ++charged;
  }
  EXPECT_EQ(charged, 0);
}

TEST(Dispatcher, TheOperatorsPauseOfOneHostLeavesTheOthersAlone) {
  ScriptedCrawl crawl;
  crawl.seed({kA + "/1", "https://b.example/1"});
  const HostId id = crawl.host(kA).entry.id;
  HostWishes wishes;
  wishes.paused = true;
  ASSERT_TRUE(crawl.store.set_wishes(id, wishes));
  ASSERT_TRUE(crawl.store.commit());
  ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  crawl.run("10s");
  EXPECT_TRUE(crawl.times_of(kA + "/1").empty());
  EXPECT_EQ(crawl.url("https://b.example/1").state, UrlState::Done);
  wishes.paused = false;
  ASSERT_TRUE(crawl.store.set_wishes(id, wishes));
  ASSERT_TRUE(crawl.dispatcher().refresh(id, crawl.now()));
  crawl.run("10s");
  EXPECT_EQ(crawl.url(kA + "/1").state, UrlState::Done);
}

TEST(Dispatcher, NoHostStarvesWhenThereAreFewSlots) {
  Policy policy;
  policy.pace.gap = Millis{0};
  policy.pace.group_by_address = false;
  ScriptedCrawl crawl(policy);
  crawl.web.slots = 2;
  for (int n = 0; n < 20; ++n) crawl.seed(pages("https://h" + std::to_string(n) + ".example", 20));
  crawl.run("5s");  // room for about a hundred requests
  std::map<std::string, int> by_host;
  for (const std::string& url : crawl.urls_seen()) ++by_host[std::string(Url::parse(url)->host())];
  EXPECT_EQ(by_host.size(), 20u);
  for (const auto& [host, requests] : by_host) {
    EXPECT_GE(requests, 3) << host;
    EXPECT_LE(requests, 7) << host;
  }
}

TEST(Dispatcher, MoreHostsThanMemoryAllowsAllGetTheirTurn) {
  Policy policy;
  policy.frontier.hosts_in_memory = 5;
  ScriptedCrawl crawl(policy);
  for (int n = 0; n < 30; ++n) crawl.seed(pages("https://h" + std::to_string(n) + ".example", 2));
  crawl.run("10m");
  const auto tally = crawl.store.tally();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->done, 60u);
  EXPECT_LE(crawl.dispatcher().schedule().size(), 5u);
}

TEST(Dispatcher, HostsThatNeverRunDryMakeRoomForTheOthers) {
  Policy policy;
  policy.frontier.hosts_in_memory = 5;
  ScriptedCrawl crawl(policy);
  for (int n = 0; n < 30; ++n) crawl.seed(pages("https://h" + std::to_string(n) + ".example", 300));
  crawl.run("20m");  // at 64 leases a turn, room for about eighty turns
  std::map<std::string, int> by_host;
  for (const std::string& url : crawl.urls_seen()) ++by_host[std::string(Url::parse(url)->host())];
  EXPECT_EQ(by_host.size(), 30u);
  for (const auto& [host, requests] : by_host) EXPECT_GE(requests, 60) << host;
}

TEST(Dispatcher, TheStoreIsNotGoneThroughWhileItsHostsRest) {
  Policy policy;
  policy.frontier.hosts_in_memory = 20;
  ScriptedCrawl crawl(policy);
  for (int n = 0; n < 35; ++n) {
    const std::string host = "https://h" + std::to_string(n) + ".example";
    const std::string span = std::to_string(3'600 + 600 * (n % 7));
    crawl.web.replies[host + "/1"] = {status(503, {{"Retry-After", span}}), page()};
    crawl.seed(pages(host, 2));
  }
  crawl.run("6h");
  const auto tally = crawl.store.tally();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->done, 70u);
  EXPECT_LE(crawl.store.hosts_read, 20u * 35u);
  for (int n = 0; n < 35; ++n) {  // each on time, although it had left memory
    const auto asked = crawl.times_of("https://h" + std::to_string(n) + ".example/1");
    ASSERT_EQ(asked.size(), 2u);
    EXPECT_LE(asked[1] - asked[0], Seconds{3'600 + 600 * (n % 7)} * 6 / 5);
  }
}

}  // namespace
}  // namespace frontierd
