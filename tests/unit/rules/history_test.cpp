#include "rules/history.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/builders.h"

namespace frontierd {
namespace {

using tests::a_flight;
using tests::an_outcome;
using tests::asking;
using tests::at;
using tests::lasting;

HostState with_landings(std::initializer_list<PastLanding> newest_first) {
  HostState host;
  std::size_t i = 0;
  for (const PastLanding& landing : newest_first) host.history.last[i++] = landing;
  return host;
}

FlightFacts flight_on(std::uint32_t path, std::string_view when) {
  FlightFacts flight = a_flight(at(when), at(when));
  flight.path_hash = path;
  return flight;
}

const Outcome kBare503 = an_outcome(OutcomeClass::Overloaded);

TEST(History, ABare503RightAfterOurPaceRoseIsARateLimit) {
  HostState host;
  host.history.quickened_at = at("10m");
  const Outcome outcome = revise(kBare503, host, flight_on(1, "11m"));
  EXPECT_EQ(outcome.cls, OutcomeClass::RateLimited);
  ASSERT_TRUE(outcome.runner_up.has_value());
  EXPECT_EQ(outcome.runner_up->cls, OutcomeClass::Overloaded);
  EXPECT_EQ(outcome.evidence.front().rule, "history-pace-rose");
}

TEST(History, TheSame503OnTheFirstRequestOfTheDayIsNot) {
  EXPECT_EQ(revise(kBare503, {}, flight_on(1, "0")), kBare503);
  HostState host;
  host.history.quickened_at = at("0");
  EXPECT_EQ(revise(kBare503, host, flight_on(1, "8h")), kBare503);
}

TEST(History, GoingFasterThanTheLastGoodPaceIsARisenPaceToo) {
  HostState host;
  host.good_gap = lasting("5s");
  FlightFacts flight = flight_on(1, "1h");
  flight.pace.gap = lasting("4s");
  EXPECT_EQ(revise(kBare503, host, flight).cls, OutcomeClass::RateLimited);
  flight.pace.gap = lasting("6s");
  EXPECT_EQ(revise(kBare503, host, flight).cls, OutcomeClass::Overloaded);
}

TEST(History, TroubleOnOnePathOnlyIsTheUrls) {
  const HostState host = with_landings({{at("9m"), OutcomeClass::Fetched, 2},
                                        {at("8m"), OutcomeClass::Overloaded, 1},
                                        {at("7m"), OutcomeClass::Fetched, 3}});
  EXPECT_EQ(revise(kBare503, host, flight_on(1, "10m")).scope, Scope::Url);
}

TEST(History, TroubleOnSeveralPathsOrForTheFirstTimeIsTheHosts) {
  const HostState both = with_landings({{at("9m"), OutcomeClass::Overloaded, 2},
                                        {at("8m"), OutcomeClass::Overloaded, 1},
                                        {at("7m"), OutcomeClass::Fetched, 3}});
  EXPECT_EQ(revise(kBare503, both, flight_on(1, "10m")).scope, Scope::Host);
  const HostState first =
      with_landings({{at("9m"), OutcomeClass::Fetched, 2}, {at("8m"), OutcomeClass::Fetched, 3}});
  EXPECT_EQ(revise(kBare503, first, flight_on(1, "10m")).scope, Scope::Host);
}

TEST(History, NeverOverrulesWhatTheResponseSays) {
  HostState host;
  host.history.quickened_at = at("10m");
  const FlightFacts flight = flight_on(1, "11m");
  const Outcome asked = asking(kBare503, "30s");
  EXPECT_EQ(revise(asked, host, flight), asked);
  Outcome strong = kBare503;
  strong.evidence.front().strength = Strength::Strong;
  EXPECT_EQ(revise(strong, host, flight), strong);
  const Outcome page = tests::fetched();
  EXPECT_EQ(revise(page, host, flight), page);
}

const Outcome kBare403 = an_outcome(OutcomeClass::Refused, Scope::Url);

// Six good answers of one part of the site, then so many refusals.
HostState after_good_run(int refused) {
  HostState host;
  for (std::size_t i = 0; i < HostHistory::kKept; ++i) {
    const bool good = static_cast<int>(i) >= refused;
    host.history.last[i] = {at("10m") - Seconds{static_cast<int>(i)},
                            good ? OutcomeClass::Fetched : OutcomeClass::Refused, 1};
  }
  return host;
}

FlightFacts refused_flight(std::uint32_t path) {
  FlightFacts flight = flight_on(path, "10m");
  flight.status = 403;
  return flight;
}

TEST(History, ABare403AmidGoodAnswersIsOnlyDoubted) {
  const Outcome outcome = revise(kBare403, after_good_run(0), refused_flight(1));
  EXPECT_EQ(outcome.cls, OutcomeClass::Refused);
  EXPECT_TRUE(outcome.doubtful);
  EXPECT_FALSE(revise(kBare403, {}, refused_flight(1)).doubtful);
  EXPECT_FALSE(revise(kBare403, after_good_run(0), refused_flight(2)).doubtful);  // another part
}

TEST(History, TheThird403InARowAfterAGoodRunIsABlockOfUs) {
  EXPECT_EQ(revise(kBare403, after_good_run(1), refused_flight(1)).cls, OutcomeClass::Refused);
  const Outcome outcome = revise(kBare403, after_good_run(2), refused_flight(1));
  EXPECT_EQ(outcome.cls, OutcomeClass::RateLimited);
  EXPECT_EQ(outcome.scope, Scope::Egress);
  EXPECT_EQ(outcome.evidence.front().rule, "history-shut-out");
}

TEST(History, ASiteThatRefusesNowAndThenIsNoBlock) {
  HostState host = after_good_run(2);
  host.history.last[4].cls = OutcomeClass::Refused;
  EXPECT_EQ(revise(kBare403, host, refused_flight(1)), kBare403);
}

TEST(History, A403ThatSaysWhatItIsAboutIsNotDoubted) {
  Outcome denied = kBare403;
  denied.evidence = {{"machine-code", Strength::Strong, "AccessDenied"}};
  EXPECT_EQ(revise(denied, after_good_run(2), refused_flight(1)), denied);
}

TEST(History, AfterTheRestTheBlockIsRecognizedAgain) {
  HostState host = after_good_run(2);
  std::shift_right(host.history.last.begin(), host.history.last.end(), 1);
  host.history.last.front() = {at("10m"), OutcomeClass::RateLimited, 1};
  host.breaker = Breaker::Probing;
  EXPECT_EQ(revise(kBare403, host, refused_flight(1)).cls, OutcomeClass::RateLimited);
  host.breaker = Breaker::Closed;
  EXPECT_EQ(revise(kBare403, host, refused_flight(1)), kBare403);
}

}  // namespace
}  // namespace frontierd
