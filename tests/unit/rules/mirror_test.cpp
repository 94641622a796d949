#include "rules/mirror.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

constexpr Instant kNoon = from_unix_ms(1'790'000'000'000);
constexpr auto kAsked = "https://b.example/1";

HostState resting(OutcomeClass cls) {
  HostState host;
  host.breaker = Breaker::Open;
  host.rest_until = kNoon + Seconds{60};
  host.rest_cls = cls;
  return host;
}

Verdict judged(OutcomeClass cls, Policy policy = {}) {
  Outcome outcome;
  outcome.cls = cls;
  outcome.evidence = {{"status", Strength::Status, "404 Not Found"}};
  return judge_mirrored(policy, {"https://a.example/1", 2, 0, true}, kAsked, outcome,
                        kNoon + Seconds{60}, kNoon);
}

TEST(Mirror, OnlyTroubleThatSaysICannotIsGoneAround) {
  for (int i = 0; i < kOutcomeClasses; ++i) {
    const auto cls = static_cast<OutcomeClass>(i);
    const bool cannot = cls == OutcomeClass::Overloaded || cls == OutcomeClass::Maintenance ||
                        cls == OutcomeClass::UpstreamFailed || cls == OutcomeClass::Unreachable;
    EXPECT_EQ(lets_mirror_serve(resting(cls), kNoon), cannot) << to_string(cls);
  }
}

TEST(Mirror, NobodyStandsInForAHostThatDoesNotRestOrIsGivenUp) {
  HostState host = resting(OutcomeClass::Overloaded);
  EXPECT_FALSE(lets_mirror_serve(host, host.rest_until));
  host.exhausted = true;
  EXPECT_FALSE(lets_mirror_serve(host, kNoon));
  host = resting(OutcomeClass::Overloaded);
  host.breaker = Breaker::Probing;
  EXPECT_FALSE(lets_mirror_serve(host, kNoon));
}

TEST(Mirror, APageThatTheMirrorHasIsDone) {
  EXPECT_EQ(judged(OutcomeClass::Fetched), Verdict(Done{}));
  EXPECT_EQ(judged(OutcomeClass::Unchanged), Verdict(Done{}));
  Policy policy;
  policy.retry.revisit_after = Seconds{90};
  EXPECT_EQ(judged(OutcomeClass::Fetched, policy), Verdict(Done{kNoon + Seconds{90}}));
}

TEST(Mirror, WhateverElseItAnswersThePageWaitsForItsOwnHostWithNothingBurnt) {
  for (int i = 0; i < kOutcomeClasses; ++i) {
    const auto cls = static_cast<OutcomeClass>(i);
    if (cls == OutcomeClass::Fetched || cls == OutcomeClass::Unchanged) continue;
    const Verdict verdict = judged(cls);
    const auto* retry = std::get_if<Retry>(&verdict);
    ASSERT_NE(retry, nullptr) << to_string(cls);
    EXPECT_EQ(retry->not_before, kNoon + Seconds{60});
    EXPECT_FALSE(retry->burns_attempt);
    EXPECT_TRUE(retry->past_cache);
    EXPECT_NE(retry->why.find(kAsked), std::string::npos) << retry->why;
    EXPECT_NE(retry->why.find("404 Not Found"), std::string::npos) << retry->why;
  }
}

TEST(Mirror, AnOriginHasNoPathQueryOrFragment) {
  EXPECT_EQ(parse_origin("HTTPS://A.example:443"), "https://a.example");
  EXPECT_EQ(parse_origin("http://a.example:8080/"), "http://a.example:8080");
  for (const auto* wrong : {"a.example", "ftp://a.example", "https://a.example/x",
                            "https://a.example/?q", "https://a.example/#x", ""}) {
    EXPECT_EQ(parse_origin(wrong), std::nullopt) << wrong;
  }
}

TEST(Mirror, MirrorsMakeNoChainsAndNoLoops) {
  const std::vector<MirrorRule> known{{"a", "b"}};
  EXPECT_TRUE(complaint({}, {"a", "a"}));
  EXPECT_TRUE(complaint(known, {"a", "c"}));
  EXPECT_TRUE(complaint(known, {"b", "a"}));
  EXPECT_TRUE(complaint(known, {"b", "c"}));
  EXPECT_TRUE(complaint(known, {"c", "a"}));
  EXPECT_FALSE(complaint(known, {"c", "b"}));  // one mirror may serve several
}

TEST(Mirror, PathAndQueryAreKeptAndATooLongUrlIsNone) {
  const auto url = Url::parse("https://a.example/x/%2Fy?q=1&r=%20");
  EXPECT_EQ(url_at("http://b.example:81", *url)->text(), "http://b.example:81/x/%2Fy?q=1&r=%20");
  const std::string start = "https://a.example/";
  const auto longest = Url::parse(start + std::string(kUrlLengthMax - start.size(), 'x'));
  ASSERT_TRUE(longest);
  EXPECT_FALSE(url_at("https://bb.example", *longest));
}

}  // namespace
}  // namespace frontierd
