#include "rules/politeness.h"

#include <gtest/gtest.h>

#include "support/builders.h"

namespace frontierd {
namespace {

using tests::a_flight;
using tests::an_outcome;
using tests::asking;
using tests::at;
using tests::fetched;
using tests::lasting;

constexpr Dice kLow{0.0};
constexpr Dice kHigh{0.999999};

HostChange refused(const Policy& policy, const HostState& host, const Outcome& outcome,
                   std::string_view when, Dice dice = kLow) {
  return settle(policy, host, outcome, a_flight(at(when), at(when)), dice);
}

TEST(Settle, RetryAfterRestsTheWholeHostForAsLongAsAsked) {
  const auto change = refused({}, {}, asking(an_outcome(OutcomeClass::RateLimited), "2m"), "0");
  EXPECT_EQ(change.state.breaker, Breaker::Open);
  EXPECT_EQ(change.state.rest_until, at("2m"));
  EXPECT_TRUE(change.learned);
  EXPECT_TRUE(change.blamed);
  ASSERT_TRUE(change.incident.has_value());
  EXPECT_EQ(change.incident->rest_until, at("2m"));
}

TEST(Settle, JitterOnlyEverAddsToAnAskedWait) {
  const Outcome outcome = asking(an_outcome(OutcomeClass::RateLimited), "100s");
  EXPECT_EQ(refused({}, {}, outcome, "0", kLow).state.rest_until, at("100s"));
  const Instant late = refused({}, {}, outcome, "0", kHigh).state.rest_until;
  EXPECT_GT(late, at("109s"));
  EXPECT_LE(late, at("110s"));
}

TEST(Settle, ALaterSuccessNeverShortensARest) {
  const auto open = refused({}, {}, asking(an_outcome(OutcomeClass::RateLimited), "2m"), "10s");
  // This one left before the refusal came home.
  const auto after = settle({}, open.state, fetched(), a_flight(at("5s"), at("11s")), kLow);
  EXPECT_EQ(after.state.breaker, Breaker::Open);
  EXPECT_EQ(after.state.rest_until, at("130s"));
  EXPECT_EQ(after.state.incidents, 1);
}

TEST(Settle, TenRefusedFlightsAreOneIncident) {
  HostState host;
  for (int flight = 0; flight < 10; ++flight) {
    const auto change = settle({}, host, an_outcome(OutcomeClass::Overloaded),
                               a_flight(at("0"), at("5s") + Millis{flight}), kLow);
    EXPECT_TRUE(change.blamed);
    EXPECT_EQ(change.incident.has_value(), flight == 0);
    host = change.state;
  }
  EXPECT_EQ(host.incidents, 1);
}

TEST(Settle, AFlightOfTheSameIncidentMayLengthenTheRestButNotEscalateIt) {
  const auto first = refused({}, {}, asking(an_outcome(OutcomeClass::Overloaded), "10s"), "1s");
  const auto longer = settle({}, first.state, asking(an_outcome(OutcomeClass::Overloaded), "60s"),
                             a_flight(at("0"), at("2s")), kLow);
  EXPECT_EQ(longer.state.rest_until, at("62s"));
  EXPECT_EQ(longer.state.incidents, 1);
  const auto shorter = settle({}, longer.state, asking(an_outcome(OutcomeClass::Overloaded), "1s"),
                              a_flight(at("0"), at("3s")), kLow);
  EXPECT_EQ(shorter.state.rest_until, at("62s"));
}

TEST(Settle, ZeroMeansOurOwnRestNotNone) {
  const auto change =
      refused({}, {}, asking(an_outcome(OutcomeClass::RateLimited), "0"), "0", Dice{0.5});
  EXPECT_EQ(change.state.rest_until, at("16s"));  // floor 1 s + half of base 30 s
}

TEST(Settle, OwnRestsDoubleWithEveryIncidentUpToTheCap) {
  const RestPolicy policy;
  const Outcome outcome = an_outcome(OutcomeClass::Overloaded);
  EXPECT_EQ(rest_length(policy, outcome, 0, kHigh), lasting("1s") + Millis{19'999});
  EXPECT_EQ(rest_length(policy, outcome, 1, kHigh), lasting("1s") + Millis{39'999});
  EXPECT_LE(rest_length(policy, outcome, 1'000, kHigh), lasting("1s") + policy.overloaded.cap);
}

TEST(Settle, AServerThatSaysFiveSecondsForHoursIsNotAskedEveryFiveSeconds) {
  const Outcome outcome = asking(an_outcome(OutcomeClass::UpstreamFailed), "5s");
  EXPECT_EQ(rest_length({}, outcome, 0, kLow), lasting("5s"));
  EXPECT_GT(rest_length({}, outcome, 6, Dice{0.5}), lasting("5m"));
}

TEST(Settle, AnAskedWaitIsCutAtTheCapAndAnAnnouncedMaintenanceMayLastAWeek) {
  EXPECT_EQ(rest_length({}, asking(an_outcome(OutcomeClass::RateLimited), "90d"), 0, kLow),
            lasting("24h"));
  Outcome maintenance = asking(an_outcome(OutcomeClass::Maintenance), "6d");
  EXPECT_EQ(rest_length({}, maintenance, 0, kLow), lasting("24h"));
  maintenance.wait->is_date = true;
  EXPECT_EQ(rest_length({}, maintenance, 0, kLow), lasting("6d"));
}

TEST(Settle, ABotWallRestsForHoursWhateverItAsks) {
  const auto change = refused({}, {}, asking(an_outcome(OutcomeClass::BotWalled), "5s"), "0");
  EXPECT_EQ(change.state.rest_until, at("1h"));
  EXPECT_EQ(change.state.walls, 1);
}

TEST(Settle, AHintInTheBodyLengthensAndNeverShortens) {
  Outcome outcome = asking(an_outcome(OutcomeClass::RateLimited), "10s");
  outcome.hinted_wait = lasting("40s");
  EXPECT_EQ(rest_length({}, outcome, 0, kLow), lasting("40s"));
  outcome.hinted_wait = lasting("1s");
  EXPECT_EQ(rest_length({}, outcome, 0, kLow), lasting("10s"));
}

TEST(Settle, AFailureOfOneUrlRestsNobodyUntilItIsTheThirdInARow) {
  HostState host;
  const Outcome outcome = an_outcome(OutcomeClass::UpstreamFailed, Scope::Url);
  for (int failure = 0; failure < 2; ++failure) {
    const auto change = refused({}, host, outcome, "0");
    EXPECT_FALSE(change.blamed);
    EXPECT_EQ(change.state.breaker, Breaker::Closed);
    host = change.state;
  }
  EXPECT_TRUE(refused({}, host, outcome, "0").blamed);
  const auto good = settle({}, host, fetched(), a_flight(at("1s"), at("2s")), kLow);
  EXPECT_FALSE(refused({}, good.state, outcome, "3s").blamed);
}

TEST(Settle, AStaleCopyIsNoEvidence) {
  const HostState before = refused({}, {}, an_outcome(OutcomeClass::Overloaded), "0").state;
  const auto change = refused({}, before, an_outcome(OutcomeClass::StaleCopy, Scope::Url), "1s");
  EXPECT_EQ(change.state, before);
  EXPECT_FALSE(change.blamed);
}

TEST(Settle, TroubleOfOurOwnSideChargesNobody) {
  const auto change = refused({}, {}, an_outcome(OutcomeClass::Unreachable, Scope::Egress), "0");
  EXPECT_EQ(change.state, HostState{});
  EXPECT_FALSE(change.blamed);
}

HostState probing_after(OutcomeClass cls) {
  const HostState open = refused({}, {}, an_outcome(cls), "0").state;
  return wake(open, open.rest_until);
}

TEST(Recovery, ARestEndsInOneProbeAndNotBefore) {
  const HostState open =
      refused({}, {}, asking(an_outcome(OutcomeClass::Overloaded), "30s"), "0").state;
  EXPECT_EQ(wake(open, at("29s")).breaker, Breaker::Open);
  EXPECT_EQ(wake(open, at("30s")).breaker, Breaker::Probing);
}

TEST(Recovery, AfterAnOverloadPaceComesBackInSteps) {
  HostState host = probing_after(OutcomeClass::Overloaded);
  host = settle({}, host, fetched(), a_flight(at("5m"), at("5m")), kLow).state;
  EXPECT_EQ(host.breaker, Breaker::Recovering);
  EXPECT_EQ(host.resume_step, 3);
  for (int step = 0; step < 3; ++step) {
    host = settle({}, host, fetched(), a_flight(at("6m"), at("6m")), kLow).state;
  }
  EXPECT_EQ(host.breaker, Breaker::Closed);
  EXPECT_EQ(host.incidents, 0);
}

TEST(Recovery, AfterAMaintenanceFullPaceComesBackAtOnce) {
  HostState host = probing_after(OutcomeClass::Maintenance);
  host = settle({}, host, fetched(), a_flight(at("5m"), at("5m")), kLow).state;
  EXPECT_EQ(host.breaker, Breaker::Closed);
  EXPECT_EQ(host.good_gap, Millis{0});
}

TEST(Recovery, AFailedProbeIsTheNextIncident) {
  const HostState host = probing_after(OutcomeClass::Overloaded);
  const auto change = refused({}, host, an_outcome(OutcomeClass::Overloaded), "5m", Dice{0.5});
  EXPECT_EQ(change.state.breaker, Breaker::Open);
  EXPECT_EQ(change.state.incidents, 2);
  EXPECT_EQ(change.state.rest_until, at("5m") + lasting("21s"));
}

// The pace that will be earned back after this landing was refused.
Millis good_after(HostState host, Breaker breaker, int resume_step, std::string_view gap) {
  host.breaker = breaker;
  host.resume_step = resume_step;
  FlightFacts flight = a_flight(at("5m"), at("5m"));
  flight.pace.gap = lasting(gap);
  flight.latency = Millis{0};
  return settle({}, host, an_outcome(OutcomeClass::Overloaded), flight, kLow).state.good_gap;
}

TEST(Recovery, ARefusalBlamesThePaceInUseTheAnswersOwnTimeIncluded) {
  EXPECT_EQ(good_after({}, Breaker::Closed, 0, "10s"), lasting("10500ms"));
  HostState slow;
  slow.latency = lasting("10s");
  EXPECT_EQ(good_after(slow, Breaker::Closed, 0, "10s"), lasting("21s"));
}

TEST(Recovery, AFailedProbeDoesNotBlameThePaceAgain) {
  HostState host;
  host.good_gap = lasting("2s");
  EXPECT_EQ(good_after(host, Breaker::Probing, 0, "4s"), lasting("2s"));
  EXPECT_EQ(good_after({}, Breaker::Probing, 0, "4s"), lasting("4200ms"));  // nothing learned yet
}

TEST(Recovery, ARefusalInTheSlowResumeBlamesThePaceAimedAtNotTheSlowOne) {
  HostState host;
  host.good_gap = lasting("2s");
  EXPECT_EQ(good_after(host, Breaker::Recovering, 3, "32s"), lasting("4300ms"));
  host.good_gap = lasting("10s");
  EXPECT_EQ(good_after(host, Breaker::Recovering, 3, "32s"), lasting("10750ms"));
}

TEST(Budget, AHostIsGivenUpAfterItsIncidentsAndNotBeforeItsTime) {
  Policy policy;
  policy.retry.incidents_max = 3;
  policy.retry.give_up_after = lasting("1h");
  HostState host;
  for (int incident = 0; incident < 5; ++incident) {
    host = refused(policy, host, an_outcome(OutcomeClass::Unreachable), "0").state;
    host.incident_at = kLongAgo;
  }
  EXPECT_FALSE(host.exhausted);
  EXPECT_TRUE(refused(policy, host, an_outcome(OutcomeClass::Unreachable), "1h").state.exhausted);
}

TEST(Budget, AWallThatStaysUpGivesTheHostUp) {
  Policy policy;
  policy.retry.walls_max = 2;
  HostState host = refused(policy, {}, an_outcome(OutcomeClass::BotWalled), "0").state;
  EXPECT_FALSE(host.exhausted);
  host = wake(host, host.rest_until);
  EXPECT_TRUE(refused(policy, host, an_outcome(OutcomeClass::BotWalled), "7d").state.exhausted);
}

TEST(Quota, APublishedQuotaIsKeptWithAMargin) {
  FlightFacts flight = a_flight(at("0"), at("0"));
  flight.quota_gap = lasting("10s");
  const auto change = settle({}, {}, fetched(), flight, kLow);
  EXPECT_EQ(change.state.quota_gap, lasting("10500ms"));
  EXPECT_TRUE(change.learned);
  EXPECT_FALSE(settle({}, change.state, fetched(), flight, kLow).learned);
}

TEST(Quota, ASpentQuotaOnAGoodAnswerIsObeyedBeforeItBecomesARefusal) {
  const auto change = settle({}, {}, asking(fetched(), "12s"), a_flight(at("0"), at("1s")), kLow);
  EXPECT_EQ(change.state.rest_until, at("13s"));
  EXPECT_EQ(change.state.breaker, Breaker::Closed);
  EXPECT_EQ(change.state.incidents, 0);
}

TEST(HostHistoryText, ReadsBackWhatItWrote) {
  HostState host = refused({}, {}, an_outcome(OutcomeClass::Overloaded), "0").state;
  host = settle({}, host, fetched(), a_flight(at("5m"), at("5m")), kLow).state;
  EXPECT_EQ(parse_history(to_text(host.history)), host.history);
  EXPECT_EQ(parse_history(""), HostHistory{});
  EXPECT_EQ(parse_history("nonsense"), std::nullopt);
}

// A row is written when the latency that makes the gap is longer by a quarter than on record, or
// half as long; never once a page.
HostChange answered(const HostState& host, std::string_view latency, Millis gap = Seconds{1}) {
  FlightFacts flight = a_flight(at("0"), at("5s"));
  flight.latency = lasting(latency);
  flight.pace.gap = gap;
  return settle({}, host, fetched(), flight, kLow);
}

HostState slow_host(std::string_view latency) {
  HostState host;
  host.latency = host.latency_kept = lasting(latency);
  return host;
}

TEST(Settle, ALatencyThatMakesTheGapIsWritten) {
  const auto first = answered({}, "4s");
  EXPECT_TRUE(first.learned);
  EXPECT_EQ(first.state.latency_kept, Seconds{4});
}

TEST(Settle, ALatencyBelowTheGapIsNot) {
  EXPECT_FALSE(answered({}, "300ms").learned);
  EXPECT_TRUE(answered({}, "300ms", Millis{100}).learned);  // unless this host's gap is shorter
}

TEST(Settle, ALatencyIsWrittenAgainOnlyWhenItHasChangedMuch) {
  EXPECT_FALSE(answered(slow_host("4s"), "4s").learned);
  EXPECT_FALSE(answered(slow_host("4s"), "8900ms").learned);  // smoothed: 4.98 s
  EXPECT_TRUE(answered(slow_host("4s"), "9200ms").learned);   // 5.04 s
  HostState faster = slow_host("4s");
  faster.latency = lasting("2100ms");
  EXPECT_FALSE(answered(faster, "2s").learned);
  EXPECT_TRUE(answered(faster, "1s").learned);
  int writes = 0;
  HostState host = slow_host("4s");
  for (int page = 0; page < 1'000; ++page) {
    const auto change = answered(host, page % 2 == 0 ? "3s" : "5s");
    writes += change.learned ? 1 : 0;
    host = change.state;
  }
  EXPECT_EQ(writes, 0);
}

TEST(Settle, AQuotaThatIsHeardAgainIsWrittenBeforeItCountsAsOld) {
  Policy policy;
  HostState host;
  FlightFacts flight = a_flight(at("0"), at("1s"));
  flight.quota_gap = Seconds{10};
  const auto first = settle(policy, host, fetched(), flight, kLow);
  EXPECT_TRUE(first.learned);
  flight.landed_at = at("5h");
  EXPECT_FALSE(settle(policy, first.state, fetched(), flight, kLow).learned);
  flight.landed_at = at("7h");
  const auto later = settle(policy, first.state, fetched(), flight, kLow);
  EXPECT_TRUE(later.learned);
  EXPECT_EQ(later.state.quota_at, at("7h"));
}

}  // namespace
}  // namespace frontierd
