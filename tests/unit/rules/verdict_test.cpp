#include "rules/verdict.h"

#include <gtest/gtest.h>

#include "support/builders.h"

namespace frontierd {
namespace {

using tests::an_outcome;
using tests::asking;
using tests::at;
using tests::fetched;
using tests::lasting;

UrlFacts a_url(int attempts = 0) {
  return {"https://a.example/x", attempts, 0, false};
}

Verdict judged(const Outcome& outcome, const UrlFacts& url = a_url(), bool rested = false,
               const Policy& policy = {}) {
  return judge(policy, url, outcome, HostState{}, rested, at("0"), Dice{0.5});
}

TEST(Judge, APageIsDoneForGoodUnlessItIsToBeRevisited) {
  EXPECT_EQ(judged(fetched()), Verdict(Done{}));
  Policy policy;
  policy.retry.revisit_after = lasting("7d");
  EXPECT_EQ(judged(fetched(), a_url(), false, policy), Verdict(Done{at("7d")}));
}

TEST(Judge, TheHostsTroubleBurnsNoAttempt) {
  for (const auto cls :
       {OutcomeClass::RateLimited, OutcomeClass::Overloaded, OutcomeClass::Maintenance,
        OutcomeClass::BotWalled, OutcomeClass::UpstreamFailed, OutcomeClass::Unreachable}) {
    const Verdict verdict = judged(an_outcome(cls, Scope::Host), a_url(4), true);
    ASSERT_TRUE(std::holds_alternative<Retry>(verdict)) << to_string(cls);
    EXPECT_FALSE(std::get<Retry>(verdict).burns_attempt) << to_string(cls);
  }
}

TEST(Judge, AFailureOfItsOwnBurnsAnAttemptAndTheLastOneDropsIt) {
  const Outcome outcome = an_outcome(OutcomeClass::UpstreamFailed, Scope::Url);
  const Verdict third = judged(outcome, a_url(2));
  ASSERT_TRUE(std::holds_alternative<Retry>(third));
  EXPECT_TRUE(std::get<Retry>(third).burns_attempt);
  const Verdict last = judged(outcome, a_url(4));
  ASSERT_TRUE(std::holds_alternative<Drop>(last));
  EXPECT_EQ(std::get<Drop>(last).because, DropReason::AttemptsSpent);
}

TEST(Judge, ADoubtfulRefusalIsAskedForAgainAndBurnsNothing) {
  Outcome refused = an_outcome(OutcomeClass::Refused, Scope::Url);
  EXPECT_TRUE(std::holds_alternative<Drop>(judged(refused)));
  refused.doubtful = true;
  const Verdict first = judged(refused);
  ASSERT_TRUE(std::holds_alternative<Retry>(first));
  EXPECT_FALSE(std::get<Retry>(first).burns_attempt);  // it may be the host's, not the page's
  EXPECT_GT(std::get<Retry>(first).not_before, at("0"));
}

TEST(Judge, AUrlsOwnRetryWaitsAtLeastAsLongAsItWasAsked) {
  const Verdict verdict = judged(asking(an_outcome(OutcomeClass::Overloaded, Scope::Url), "1h"));
  EXPECT_EQ(std::get<Retry>(verdict).not_before, at("1h"));
}

TEST(Judge, AStaleCopyIsAskedOncePastTheCacheAndThenCounts) {
  const Outcome stale = an_outcome(OutcomeClass::StaleCopy, Scope::Url);
  const auto first = std::get<Retry>(judged(stale));
  EXPECT_TRUE(first.past_cache);
  EXPECT_FALSE(first.burns_attempt);
  UrlFacts asked = a_url();
  asked.past_cache = true;
  EXPECT_TRUE(std::get<Retry>(judged(stale, asked)).burns_attempt);
}

Outcome moved_to(std::string location) {
  Outcome outcome = an_outcome(OutcomeClass::Moved, Scope::Url);
  outcome.location = std::move(location);
  return outcome;
}

TEST(Judge, ARedirectIsFollowedToItsCanonicalTarget) {
  EXPECT_EQ(judged(moved_to("../y?z=1#top")), Verdict(Follow{"https://a.example/y?z=1", at("0")}));
}

TEST(Judge, RetryAfterOnARedirectDelaysTheNextHop) {
  EXPECT_EQ(judged(asking(moved_to("/y"), "30s")),
            Verdict(Follow{"https://a.example/y", at("30s")}));
}

TEST(Judge, RedirectsThatLeadNowhereEndIt) {
  const auto because = [](const Verdict& verdict) { return std::get<Drop>(verdict).because; };
  EXPECT_EQ(because(judged(moved_to("/x"))), DropReason::RedirectLimit);
  EXPECT_EQ(because(judged(moved_to("file:///etc/passwd"))), DropReason::BadRedirect);
  EXPECT_EQ(because(judged(moved_to("https://user:secret@b.example/"))), DropReason::BadRedirect);
  UrlFacts far = a_url();
  far.redirects = 10;
  EXPECT_EQ(because(judged(moved_to("/y"), far)), DropReason::RedirectLimit);
}

TEST(Backoff, IsFullJitterBetweenItsFloorAndItsDoublingCeiling) {
  const RetryPolicy policy;
  EXPECT_EQ(backoff(policy, 0, Dice{0.0}), policy.backoff_floor);
  EXPECT_EQ(backoff(policy, 0, Dice{0.5}), lasting("16s"));
  EXPECT_EQ(backoff(policy, 3, Dice{0.5}), lasting("121s"));
  EXPECT_LE(backoff(policy, 1'000'000, Dice{0.999}), policy.backoff_floor + policy.backoff_cap);
}

TEST(DropReasons, EveryNameReadsBack) {
  for (int i = 0; i < kDropReasons; ++i) {
    const auto reason = static_cast<DropReason>(i);
    EXPECT_EQ(parse_drop_reason(to_string(reason)), reason);
    EXPECT_FALSE(in_words(reason).empty());
  }
}

}  // namespace
}  // namespace frontierd
