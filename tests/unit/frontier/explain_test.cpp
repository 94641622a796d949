#include "frontier/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace frontierd {
namespace {

constexpr Instant kNow = from_unix_ms(1'800'000'000'000);
constexpr auto kHour = std::chrono::hours{1};

UrlRecord queued_url() {
  UrlRecord url;
  url.url = "https://example.org/a";
  url.host_key = "https://example.org";
  url.changed_at = kNow - kHour;
  return url;
}

HostRecord calm_host() {
  HostRecord host;
  host.entry.key = "https://example.org";
  host.entry.has_queue = true;
  host.entry.next_due = kNow;
  host.entry.robots_until = kNow + kHour;
  host.queued = 3;
  return host;
}

HostRecord resting_host(OutcomeClass cls) {
  HostRecord host = calm_host();
  HostState& state = host.entry.state;
  state.breaker = Breaker::Open;
  state.rest_until = kNow + kHour;
  state.rest_cls = cls;
  state.incidents = 2;
  state.incident_at = kNow - Seconds{5};
  state.trouble_since = kNow - kHour;
  state.why = "503 with Retry-After: 3600 from https://example.org/b";
  return host;
}

HostNow in(WaitReason reason, Instant until = kNow, std::string who = {}) {
  return {Wait(reason, until, std::move(who)), Pace{Seconds{2}, 1}, 0};
}

FrontierNow calm() {
  return {kNow, false, false, {}};
}

bool offers(const Explanation& told, const std::string& command) {
  return std::any_of(told.commands.begin(), told.commands.end(),
                     [&](const ExplainCommand& offer) { return offer.run == command; });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ExplainUrl, AQueuedUrlOfARestingHostWaitsUntilTheRestEndsAndSaysWhichResponseSetIt) {
  const auto told = explain_url(queued_url(), {}, resting_host(OutcomeClass::Overloaded),
                                in(WaitReason::Rest, kNow + kHour), calm());
  EXPECT_EQ(told.state, "queued");
  EXPECT_EQ(told.since, kNow - kHour);
  EXPECT_EQ(told.until, kNow + kHour);
  EXPECT_TRUE(contains(told.summary, "rests until")) << told.summary;
  EXPECT_EQ(told.why, "503 with Retry-After: 3600 from https://example.org/b");
  EXPECT_TRUE(contains(told.next, "probe")) << told.next;
  EXPECT_TRUE(offers(told, "frontierctl retry --host https://example.org"));
}

TEST(ExplainUrl, TheLaterOfRestAndOwnTimeIsWhenTheWaitEnds) {
  UrlRecord url = queued_url();
  url.not_before = kNow + 2 * kHour;
  const auto told = explain_url(url, {}, resting_host(OutcomeClass::RateLimited),
                                in(WaitReason::Rest, kNow + kHour), calm());
  EXPECT_EQ(told.until, kNow + 2 * kHour);
}

TEST(ExplainUrl, AnOwnBackOffIsToldWithTheReasonOfTheLastDecision) {
  UrlRecord url = queued_url();
  url.not_before = kNow + Seconds{90};
  url.tries = 1;
  url.why = "the connection was reset; attempt 1 of 5";
  const auto told =
      explain_url(url, {}, calm_host(), in(WaitReason::NotYetDue, url.not_before), calm());
  EXPECT_EQ(told.until, url.not_before);
  EXPECT_EQ(told.why, url.why);
  EXPECT_TRUE(contains(told.summary, "in 1m 30s")) << told.summary;
  EXPECT_TRUE(offers(told, "frontierctl retry https://example.org/a"));
}

TEST(ExplainUrl, APausedHostHasNoEndOfItsOwnAndResumeIsTheCommand) {
  HostRecord host = calm_host();
  host.entry.wishes.paused = true;
  host.entry.wishes.note = "asked by their admin";
  const auto told = explain_url(queued_url(), {}, host, in(WaitReason::HostPaused, kNever), calm());
  EXPECT_FALSE(told.until.has_value());
  EXPECT_EQ(told.why, "asked by their admin");
  EXPECT_TRUE(offers(told, "frontierctl resume https://example.org"));
}

TEST(ExplainUrl, APauseOfEverythingComesBeforeEveryReasonOfTheHost) {
  FrontierNow paused = calm();
  paused.paused = true;
  paused.held = Wait(WaitReason::PausedAll);
  const auto told = explain_url(queued_url(), {}, resting_host(OutcomeClass::Overloaded),
                                in(WaitReason::Rest, kNow + kHour), paused);
  EXPECT_TRUE(contains(told.summary, "paused all fetching")) << told.summary;
  EXPECT_FALSE(told.until.has_value());
  EXPECT_TRUE(offers(told, "frontierctl resume"));
}

TEST(ExplainUrl, TroubleOfOurOwnBlamesNoHost) {
  FrontierNow ours = calm();
  ours.held = Wait(WaitReason::OurTrouble, kNow + Seconds{30}, "9 unrelated hosts failed");
  const auto told = explain_url(queued_url(), {}, calm_host(), in(WaitReason::Turn), ours);
  EXPECT_TRUE(contains(told.summary, "no host is blamed")) << told.summary;
  EXPECT_EQ(told.until, kNow + Seconds{30});
}

TEST(ExplainUrl, RobotsIsFetchedFirstWhenNoneIsKnown) {
  HostRecord host = calm_host();
  host.entry.robots_until = kLongAgo;
  const auto told =
      explain_url(queued_url(), {}, host, in(WaitReason::Robots, kNow, host.entry.key), calm());
  EXPECT_TRUE(contains(told.next, "robots.txt is fetched first")) << told.next;
  EXPECT_TRUE(contains(told.summary, "robots.txt of https://example.org")) << told.summary;
  EXPECT_FALSE(contains(told.summary, "turn")) << told.summary;
}

TEST(ExplainUrl, ADroppedUrlNamesItsReasonAndTheWayBack) {
  UrlRecord url = queued_url();
  url.state = UrlState::Dropped;
  url.dropped_because = DropReason::HostExhausted;
  url.why = "12 incidents in a row";
  const auto told = explain_url(url, {}, calm_host(), in(WaitReason::Nothing, kNever), calm());
  EXPECT_TRUE(contains(told.summary, "host_exhausted")) << told.summary;
  EXPECT_EQ(told.why, "12 incidents in a row");
  EXPECT_TRUE(offers(told, "frontierctl retry --because host_exhausted"));
  EXPECT_FALSE(told.until.has_value());
}

TEST(ExplainUrl, ADoneUrlSaysWhereItsPageIsAndWhenItIsAskedAgain) {
  UrlRecord url = queued_url();
  url.state = UrlState::Done;
  url.status = 200;
  url.archive = {"a.warc.gz", 4711, {}};
  url.revisit_at = kNow + 24 * kHour;
  const auto told = explain_url(url, {}, calm_host(), in(WaitReason::Nothing, kNever), calm());
  EXPECT_TRUE(contains(told.why, "a.warc.gz at offset 4711")) << told.why;
  EXPECT_EQ(told.until, url.revisit_at);
}

TEST(ExplainUrl, ADoneUrlWhoseVisitFailedStillHasItsCopyAndSaysSo) {
  UrlRecord url = queued_url();
  url.state = UrlState::Done;
  url.status = 503;
  url.last_class = OutcomeClass::Overloaded;
  url.revisit_at = kNow + Seconds{90};
  const auto told = explain_url(url, {}, calm_host(), in(WaitReason::NotYetDue), calm());
  EXPECT_TRUE(contains(told.summary, "its copy is from 2027-")) << told.summary;
  EXPECT_TRUE(contains(told.summary, "came to nothing (overloaded)")) << told.summary;
  EXPECT_FALSE(contains(told.summary, "503")) << told.summary;
  EXPECT_EQ(told.until, url.revisit_at);
}

TEST(ExplainUrl, AVisitWaitsWhileItsHostIsGivenUpAndTheNewStartIsOffered) {
  UrlRecord url = queued_url();
  url.state = UrlState::Done;
  url.revisit_at = kNow + Seconds{90};
  HostRecord host = resting_host(OutcomeClass::Overloaded);
  host.entry.state.exhausted = true;
  const auto told = explain_url(url, {}, host, in(WaitReason::Nothing, kNever), calm());
  EXPECT_FALSE(told.until.has_value());
  EXPECT_TRUE(contains(told.next, "while its host is given up")) << told.next;
  EXPECT_TRUE(offers(told, "frontierctl retry --host https://example.org"));
  EXPECT_TRUE(offers(told, "frontierctl retry https://example.org/a"));
}

TEST(ExplainUrl, TheEndOfARestIsOfferedWhileThereIsOne) {
  HostRecord host = resting_host(OutcomeClass::Overloaded);
  host.entry.state.breaker = Breaker::Recovering;
  host.entry.state.rest_until = kNow - kHour;
  const auto told = explain_url(queued_url(), {}, host, in(WaitReason::HostGap), calm());
  EXPECT_FALSE(offers(told, "frontierctl retry --host https://example.org"));
}

TEST(ExplainUrl, EveryAttemptIsOneSentenceWithStatusClassWaitAndWhetherItCounted) {
  AttemptRecord attempt;
  attempt.number = 1;
  attempt.facts.landed_at = kNow - kHour;
  attempt.facts.status = 503;
  attempt.facts.elapsed = Millis{250};
  attempt.cls = OutcomeClass::RateLimited;
  attempt.scope = Scope::Host;
  attempt.vendor = "nginx";
  attempt.asked_wait = Seconds{120};
  attempt.verdict = "retry";
  attempt.not_before = kNow;
  attempt.runner_up = "overloaded (status)";
  const std::vector<AttemptRecord> attempts{attempt};
  const auto told =
      explain_url(queued_url(), attempts, calm_host(), in(WaitReason::Turn), calm());
  ASSERT_EQ(told.chain.size(), 1u);
  for (const char* part :
       {"status 503", "rate limited (host scope)", "by nginx", "asked to wait 2m",
        "not counted against the URL", "could also have been overloaded (status)"}) {
    EXPECT_TRUE(contains(told.chain[0], part)) << part << " in: " << told.chain[0];
  }
}

TEST(ExplainUrl, APageHadFromAMirrorSaysSoAndWhichUrlWasFetched) {
  UrlRecord url = queued_url();
  url.state = UrlState::Done;
  std::vector<AttemptRecord> attempts(2);
  attempts[0].url = url.url;
  attempts[1].url = "https://mirror.example/a";
  const auto told = explain_url(url, attempts, calm_host(), in(WaitReason::Rest, kNow + kHour), calm());
  EXPECT_TRUE(contains(told.why, "its mirror had it: https://mirror.example/a")) << told.why;
  ASSERT_EQ(told.chain.size(), 2u);
  EXPECT_FALSE(contains(told.chain[0], "mirror")) << told.chain[0];
  EXPECT_TRUE(contains(told.chain[1], "asked of its mirror, https://mirror.example/a"));
}

TEST(ExplainUrl, AUrlWithShellCharactersIsQuotedInTheCommands) {
  UrlRecord url = queued_url();
  url.url = "https://example.org/a?b=1&c='2'";
  const auto told = explain_url(url, {}, calm_host(), in(WaitReason::Turn), calm());
  EXPECT_TRUE(offers(told, "frontierctl drop 'https://example.org/a?b=1&c='\\''2'\\'''"));
}

TEST(ExplainHost, ARestingHostTellsTheRestTheRowOfIncidentsAndTheProbe) {
  Incident old;
  old.at = kNow - kHour;
  old.cls = OutcomeClass::Overloaded;
  old.status = 503;
  Incident fresh = old;
  fresh.at = kNow - Seconds{5};
  const std::vector<Incident> newest_first{fresh, old};
  const auto told = explain_host(resting_host(OutcomeClass::Overloaded), newest_first,
                                 in(WaitReason::Rest, kNow + kHour), calm());
  EXPECT_EQ(told.state, "resting");
  EXPECT_EQ(told.until, kNow + kHour);
  EXPECT_TRUE(contains(told.why, "2 incident(s) in a row")) << told.why;
  ASSERT_EQ(told.chain.size(), 2u);
  EXPECT_TRUE(told.chain[0].starts_with(to_iso(old.at))) << "oldest first";
}

TEST(ExplainHost, AWalledHostPointsToTheListOfWalls) {
  const auto told =
      explain_host(resting_host(OutcomeClass::BotWalled), {}, in(WaitReason::Rest, kNow + kHour), calm());
  EXPECT_TRUE(offers(told, "frontierctl hosts --walled"));
  EXPECT_TRUE(contains(told.next, "wall")) << told.next;
}

TEST(ExplainHost, AHostTellsWhichEgressesItRefusesAndWaitsForAWayOut) {
  HostRecord host = calm_host();
  host.entry.egress_blocks = {{"direct", "cloudflare", 2, kNow, kNow + kHour,
                               "bot_walled (403) from https://example.org/a"},
                              {"office", "cloudflare", 1, kNow, kLongAgo, "once only"}};
  const HostNow now =
      in(WaitReason::Egress, kNow + kHour, "egress direct: bot_walled (403)");
  const Explanation told = explain_host(host, {}, now, calm());
  EXPECT_TRUE(contains(told.summary, "Waiting for a way out until")) << told.summary;
  EXPECT_TRUE(contains(told.why, "egress direct is blocked for it until")) << told.why;
  EXPECT_FALSE(contains(told.why, "office"));
}

TEST(ExplainHost, AnExhaustedHostIsGivenUpUntilAnOperatorRetriesIt) {
  HostRecord host = resting_host(OutcomeClass::Unreachable);
  host.entry.state.exhausted = true;
  const auto told = explain_host(host, {}, in(WaitReason::Nothing, kNever), calm());
  EXPECT_EQ(told.state, "given up");
  EXPECT_FALSE(told.until.has_value());
  EXPECT_TRUE(offers(told, "frontierctl retry --host https://example.org"));
}

TEST(ExplainHost, AMaintenanceRestPromisesFullPaceWithoutPenalty) {
  const auto told =
      explain_host(resting_host(OutcomeClass::Maintenance), {}, in(WaitReason::Rest, kNow + kHour), calm());
  EXPECT_TRUE(contains(told.next, "full pace")) << told.next;
}

TEST(When, SaysHowFarAwayInWords) {
  EXPECT_EQ(when(kNow + Seconds{65}, kNow), to_iso(kNow + Seconds{65}) + " (in 1m 5s)");
  EXPECT_EQ(when(kNow - Seconds{3}, kNow), to_iso(kNow - Seconds{3}) + " (3s ago)");
  EXPECT_EQ(when(kNever, kNow), "never by itself");
}

}  // namespace
}  // namespace frontierd
