#include "rules/history.h"

#include <gtest/gtest.h>

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
  flight.gap = lasting("4s");
  EXPECT_EQ(revise(kBare503, host, flight).cls, OutcomeClass::RateLimited);
  flight.gap = lasting("6s");
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

}  // namespace
}  // namespace frontierd
