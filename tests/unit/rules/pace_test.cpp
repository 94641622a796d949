#include "rules/pace.h"

#include <gtest/gtest.h>

#include "rules/our_trouble.h"
#include "support/builders.h"

namespace frontierd {
namespace {

using tests::an_outcome;
using tests::at;
using tests::fetched;
using tests::lasting;

Millis gap_of(const HostState& host, Instant now, const HostWishes& wishes = {},
              const HostRule& rule = {}) {
  return pace_of({}, rule, wishes, host, now).from_start();
}

TEST(Pace, TheOperatorsWishOutranksTheRuleAndTheRuleTheDefault) {
  HostRule rule;
  rule.gap = lasting("5s");
  HostWishes wishes;
  wishes.gap = lasting("250ms");
  EXPECT_EQ(gap_of({}, at("0")), lasting("1s"));
  EXPECT_EQ(gap_of({}, at("0"), {}, rule), lasting("5s"));
  EXPECT_EQ(gap_of({}, at("0"), wishes, rule), lasting("250ms"));
}

TEST(Pace, NobodyGoesBelowTheMinimum) {
  PacePolicy policy;
  policy.gap_min = lasting("2s");
  HostWishes wishes;
  wishes.gap = Millis{0};
  EXPECT_EQ(pace_of(policy, {}, wishes, {}, at("0")).gap, lasting("2s"));
}

TEST(Pace, ASlowHostIsAskedLessOften) {
  HostState host;
  host.latency = lasting("4s");
  EXPECT_EQ(gap_of(host, at("0")), lasting("4s"));
}

TEST(Pace, CrawlDelayHoldsWhateverWasLearned) {
  HostState host;
  host.crawl_delay = lasting("20s");
  EXPECT_EQ(gap_of(host, at("0")), lasting("20s"));
}

TEST(Pace, AfterTroubleItHalvesAndIsEarnedBackQuicklyToJustBelowThePaceThatWasRefused) {
  const HostState host = slowed({}, {}, lasting("10s"), at("0"));
  EXPECT_EQ(gap_of(host, at("0")), lasting("21s"));
  const Millis midway = gap_of(host, at("10m"));
  EXPECT_LT(midway, lasting("12s"));  // concave: most of it is back at half time
  EXPECT_GT(midway, lasting("11s"));
  EXPECT_EQ(gap_of(host, at("20m")), lasting("10500ms"));
}

TEST(Pace, BeyondTheGoodPaceALimitThatWasMetIsTestedSeldom) {
  const HostState host = slowed({}, {}, lasting("10s"), at("0"));
  EXPECT_GT(gap_of(host, at("90m")), lasting("10s"));
  EXPECT_LT(gap_of(host, at("3h")), lasting("10s"));
  EXPECT_EQ(gap_of(host, at("24h")), lasting("1s"));  // never below the configured gap
}

TEST(Pace, AGoodPaceThatWasNotReachedAgainWasNotGoodAndIsLoweredFurther) {
  const HostState once = slowed({}, {}, lasting("10s"), at("0"));
  EXPECT_EQ(once.good_gap, lasting("10500ms"));
  EXPECT_EQ(slowed({}, once, lasting("20s"), at("0")).good_gap, lasting("21500ms"));
  EXPECT_EQ(slowed({}, once, lasting("10s"), at("0")).good_gap, lasting("10500ms"));
}

TEST(Pace, WhatWasLearnedCountsFromStartToStart) {
  HostState host = slowed({}, {}, lasting("10s"), at("0"));
  host.latency = lasting("4s");
  const Pace pace = pace_of({}, {}, {}, host, at("20m"));
  EXPECT_EQ(pace.gap, lasting("4s"));  // from the end: what the host's own slowness asks for
  EXPECT_EQ(pace.period, lasting("10500ms"));
  EXPECT_EQ(period_of(pace, host.latency), lasting("10500ms"));
  HostWishes together;
  together.flights = 4;  // answers overlap: only the gap spaces them
  EXPECT_EQ(pace_of({}, {}, together, host, at("20m")).gap, lasting("10500ms"));
  host.quota_gap = lasting("30s");
  host.quota_at = at("0");
  EXPECT_EQ(pace_of({}, {}, {}, host, at("20m")).period, lasting("30s"));
}

TEST(Pace, AnAnswerThatTakesLongerThanThePeriodIsStillFollowedByTheGap) {
  const Pace pace{lasting("1s"), 1, lasting("2s")};
  EXPECT_EQ(period_of(pace, lasting("500ms")), lasting("2s"));
  EXPECT_EQ(period_of(pace, lasting("3s")), lasting("4s"));
}

TEST(Pace, OurLatenessIsMadeUpForATenthAtATime) {
  const Pace pace{lasting("1s"), 1, lasting("10s")};
  const Millis late = lateness(pace, lasting("300ms"), at("60s"), at("62s"));
  EXPECT_EQ(late, lasting("2300ms"));
  EXPECT_EQ(made_up(pace, late), lasting("1s"));
  EXPECT_EQ(made_up(pace, lasting("300ms")), lasting("300ms"));
  EXPECT_EQ(lateness(pace, lasting("39s"), at("60s"), at("69s")), lasting("40s"));  // bounded
}

TEST(Pace, AHostThatHadNothingToDoOrRestedIsNotLate) {
  const Pace pace{lasting("1s"), 1, lasting("10s")};
  EXPECT_EQ(lateness(pace, lasting("5s"), at("60s"), at("71s")), lasting("0"));
  EXPECT_EQ(lateness(pace, lasting("0"), kLongAgo, at("60s")), lasting("0"));
}

TEST(Pace, TheGapIsNeverShortened) {
  EXPECT_EQ(made_up({lasting("1s"), 1, lasting("0")}, lasting("5s")), lasting("0"));
  EXPECT_EQ(made_up({lasting("1s"), 1, lasting("1050ms")}, lasting("5s")), lasting("50ms"));
  EXPECT_EQ(made_up({lasting("4s"), 1, lasting("2s")}, lasting("5s")), lasting("0"));
}

TEST(Pace, ItNeverQuickensWhileWaitingOnlyTheClockMoves) {
  const HostState host = slowed({}, {}, lasting("7s"), at("0"));
  Millis before = gap_of(host, at("0"));
  for (int minute = 1; minute < 120; ++minute) {
    const Millis now = gap_of(host, at("0") + std::chrono::minutes{minute});
    EXPECT_LE(now, before);
    before = now;
  }
}

TEST(Pace, ALearnedQuotaHoldsForItsPeriodAndIsThenTestedCarefully) {
  HostState host;
  host.quota_gap = lasting("30s");
  host.quota_at = at("0");
  EXPECT_EQ(gap_of(host, at("23h")), lasting("30s"));
  const Millis later = gap_of(host, at("48h"));
  EXPECT_LT(later, lasting("30s"));
  EXPECT_GE(later, lasting("27s"));
}

TEST(Pace, SlowResumeMultipliesTheGapAndAllowsOneFlight) {
  HostState host;
  host.breaker = Breaker::Recovering;
  host.resume_step = 3;
  HostWishes wishes;
  wishes.flights = 4;
  const Pace pace = pace_of({}, {}, wishes, host, at("0"));
  EXPECT_EQ(pace.gap, lasting("8s"));
  EXPECT_EQ(pace.flights, 1);
}

OurTrouble::Charged host_number(int n) {
  OurTrouble::Charged charged;
  charged.host = HostId{n};
  charged.site = static_cast<std::uint32_t>(n);
  return charged;
}

TEST(OurTrouble, ManyUnrelatedHostsInAMinuteAreUs) {
  OurTrouble ours;
  const FrontierPolicy policy;
  const Outcome dead = an_outcome(OutcomeClass::Unreachable);
  for (int n = 1; n < policy.many_hosts; ++n) {
    EXPECT_FALSE(ours.note(policy, dead, host_number(n), at("1s")));
  }
  EXPECT_TRUE(ours.note(policy, dead, host_number(99), at("2s")));
  EXPECT_TRUE(ours.paused(at("3s")));
  EXPECT_EQ(ours.take_charged().size(), static_cast<std::size_t>(policy.many_hosts));
}

TEST(OurTrouble, OneGoodAnswerOrALongerTimeOrOneSiteSaysItIsThem) {
  const FrontierPolicy policy;
  const Outcome dead = an_outcome(OutcomeClass::Unreachable);
  OurTrouble good_between, slow, one_site;
  for (int n = 1; n <= 50; ++n) {
    if (n % 5 == 0) good_between.note(policy, fetched(), host_number(n), at("1s"));
    EXPECT_FALSE(good_between.note(policy, dead, host_number(n), at("1s")));
    EXPECT_FALSE(slow.note(policy, dead, host_number(n), at("0") + Seconds{20} * n));
    EXPECT_FALSE(one_site.note(policy, dead, host_number(1), at("1s")));
  }
}

// Dead hosts fail faster than live ones answer: what answered a moment ago is not gone.
TEST(OurTrouble, WhoWasAnsweredAMomentAgoIsNotAlone) {
  OurTrouble ours;
  const FrontierPolicy policy;
  const Outcome dead = an_outcome(OutcomeClass::Unreachable);
  ours.note(policy, fetched(), host_number(1), at("1m"));
  for (int n = 1; n <= 50; ++n) {
    EXPECT_FALSE(
        ours.note(policy, dead, host_number(n), at("1m") + OurTrouble::kSilence - Millis{1}));
  }
  EXPECT_TRUE(ours.note(policy, dead, host_number(51), at("1m") + OurTrouble::kSilence));
}

// Whoever sent an answer was reached.
TEST(OurTrouble, SilentHostsDoNotSpeakForThoseThatRefuse) {
  const FrontierPolicy policy;
  for (const bool silent_first : {true, false}) {
    OurTrouble ours;
    const Outcome dead = an_outcome(OutcomeClass::Unreachable);
    const Outcome busy = an_outcome(OutcomeClass::Overloaded);
    const Outcome& many = silent_first ? dead : busy;
    const Outcome& one = silent_first ? busy : dead;
    EXPECT_FALSE(ours.note(policy, one, host_number(99), at("1s")));
    for (int n = 1; n < policy.many_hosts; ++n) {
      EXPECT_FALSE(ours.note(policy, many, host_number(n), at("1s")));
    }
    EXPECT_TRUE(ours.note(policy, many, host_number(50), at("2s")));
    EXPECT_FALSE(ours.note(policy, one, host_number(98), at("3s"))) << "it is charged in a pause";
    EXPECT_TRUE(ours.note(policy, many, host_number(51), at("3s")));
    const auto charged = ours.take_charged();
    EXPECT_EQ(charged.size(), static_cast<std::size_t>(policy.many_hosts));
    for (const auto& entry : charged) EXPECT_LE(raw(entry.host), 50);
  }
}

TEST(OurTrouble, AGoodAnswerEndsThePause) {
  OurTrouble ours;
  const FrontierPolicy policy;
  for (int n = 1; n <= policy.many_hosts; ++n) {
    ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(n), at("1m"));
  }
  ASSERT_TRUE(ours.paused(at("61s")));
  ours.note(policy, fetched(), host_number(99), at("62s"));
  EXPECT_FALSE(ours.paused(at("62s")));
}

// One living host among many dead ones.
TEST(OurTrouble, PausesThatAGoodAnswerEndsComeLessAndLessOften) {
  OurTrouble ours;
  const FrontierPolicy policy;
  const Outcome dead = an_outcome(OutcomeClass::Unreachable);
  int pauses = 0;
  for (Instant now = at("1m"); now < at("1m") + std::chrono::hours{1}; now += Seconds{1}) {
    const bool was_paused = ours.paused(now);
    for (int n = 1; n <= policy.many_hosts; ++n) ours.note(policy, dead, host_number(n), now);
    if (!was_paused && ours.paused(now)) ++pauses;
    const auto second = std::chrono::duration_cast<Seconds>(now - at("1m")).count();
    if (second % 45 == 44) ours.note(policy, fetched(), host_number(99), now);
  }
  EXPECT_GE(pauses, 2);
  EXPECT_LE(pauses, 4);
}

TEST(OurTrouble, AfterAPauseWithoutAGoodAnswerOneMoreFailureSaysThatItGoesOn) {
  OurTrouble ours;
  const FrontierPolicy policy;
  const Outcome dead = an_outcome(OutcomeClass::Unreachable);
  for (int n = 1; n <= policy.many_hosts; ++n) ours.note(policy, dead, host_number(n), at("1m"));
  const Instant over = ours.paused_until();
  OurTrouble answered = ours, later = ours;
  EXPECT_TRUE(ours.note(policy, dead, host_number(50), over));
  answered.note(policy, fetched(), host_number(51), over - Millis{1});
  EXPECT_FALSE(answered.note(policy, dead, host_number(50), over + OurTrouble::kSilence));
  EXPECT_FALSE(later.note(policy, dead, host_number(50), over + policy.many_window));
}

TEST(OurTrouble, APauseTriesAFewAtATimeAndEachHostOnce) {
  OurTrouble ours;
  FrontierPolicy policy;
  policy.pause_trials = 2;
  for (int n = 1; n <= policy.many_hosts; ++n) {
    ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(n), at("1m"));
  }
  EXPECT_EQ(ours.next_try(policy, at("61s")), at("61s"));
  ours.tried(at("61s"));
  EXPECT_EQ(ours.next_try(policy, at("61s")), at("61s") + OurTrouble::kTryEvery);
  ours.tried(at("62s"));
  EXPECT_EQ(ours.next_try(policy, at("63s")), kNever) << "two are away";
  ours.try_ended();
  EXPECT_EQ(ours.next_try(policy, at("63s")), at("63s"));

  HostHistory never_asked, good, stale, bad;
  good.first_at = stale.first_at = bad.first_at = at("0");
  good.last[0] = {at("50s"), OutcomeClass::Fetched, 0};
  bad.last[0] = {at("50s"), OutcomeClass::Unreachable, 0};
  stale.last[0] = {at("61s") - OurTrouble::kLately, OutcomeClass::Fetched, 0};
  EXPECT_TRUE(ours.worth_a_try(never_asked, kLongAgo, at("61s")));
  EXPECT_FALSE(ours.worth_a_try(never_asked, at("61s"), at("62s"))) << "it was tried";
  EXPECT_TRUE(ours.worth_a_try(never_asked, at("59s"), at("62s"))) << "in another pause";
  EXPECT_TRUE(ours.worth_a_try(good, kLongAgo, at("61s")));
  EXPECT_FALSE(ours.worth_a_try(bad, kLongAgo, at("61s")));
  EXPECT_FALSE(ours.worth_a_try(stale, kLongAgo, at("61s")));
}

TEST(OurTrouble, TheLatestChargeIsTakenBackFirst) {
  OurTrouble ours;
  const FrontierPolicy policy;
  ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(7), at("1s"));
  ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(7), at("40s"));
  const auto charged = ours.take_charged();
  ASSERT_EQ(charged.size(), 2u);
  EXPECT_EQ(charged.front().at, at("40s"));
}

TEST(OurTrouble, WhatIsForgottenIsNotTakenBack) {
  OurTrouble ours;
  const FrontierPolicy policy;
  ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(7), at("1s"));
  ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(8), at("2s"));
  ours.forget(HostId{7});
  const auto charged = ours.take_charged();
  ASSERT_EQ(charged.size(), 1u);
  EXPECT_EQ(charged.front().host, HostId{8});
}

TEST(OurTrouble, AListOfDeadHostsComesToAnEnd) {
  OurTrouble ours;
  const FrontierPolicy policy;
  int pauses = 0;
  for (int n = 1; n <= 10'000; ++n) {
    const Instant now = std::max(at("0") + Millis{n}, ours.paused_until());
    if (ours.note(policy, an_outcome(OutcomeClass::Unreachable), host_number(n), now)) {
      ++pauses;
      ours.take_charged();
    }
  }
  EXPECT_EQ(pauses, OurTrouble::kPausesMax);
}

}  // namespace
}  // namespace frontierd
