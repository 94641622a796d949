#include "rules/egress.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

constexpr Instant kNoon = from_unix_ms(1'790'000'000'000);
using std::chrono::hours;
using std::chrono::minutes;

EgressRule way(std::string name, bool first, bool when_walled) {
  EgressRule rule;
  rule.name = std::move(name);
  rule.first = first;
  rule.when_walled = when_walled;
  return rule;
}

EgressBlock blocked(const std::string& egress, Millis length, const std::string& vendor = "") {
  return {egress, vendor, 2, kNoon, kNoon + length, "a wall"};
}

Outcome wall(const std::string& vendor = "cloudflare") {
  Outcome outcome;
  outcome.cls = OutcomeClass::BotWalled;
  outcome.scope = Scope::Egress;
  outcome.vendor = vendor;
  outcome.evidence = {{"cloudflare-challenge", Strength::Certain, "cf-mitigated: challenge"}};
  return outcome;
}

FlightFacts flight(Instant landed = kNoon) {
  FlightFacts facts;
  facts.started_at = landed - Seconds{1};
  facts.landed_at = landed;
  facts.status = 403;
  facts.url = "https://a.example/1";
  return facts;
}

class Egress : public ::testing::Test {
 protected:
  EgressChoice choose(const std::vector<EgressBlock>& own = {}, Instant now = kNoon,
                      const std::string& host = "a.example") {
    return choose_egress(policy_.egress, host, own, book_, now);
  }

  Policy policy_;
  EgressBook book_;
};

TEST_F(Egress, WithoutAPoolThereIsOnePlainWayWhateverIsOnRecord) {
  const EgressChoice choice = choose({blocked("direct", hours{5})});
  EXPECT_TRUE(choice.goes());
  EXPECT_EQ(choice.egress, "");
  EXPECT_FALSE(refuses_egress(policy_.egress, wall()));
}

TEST_F(Egress, TheFirstInTheListIsPreferred) {
  policy_.egress.pool = {way("a", true, true), way("b", true, true)};
  EXPECT_EQ(choose().egress, "a");
}

TEST_F(Egress, WhereNoFirstChoiceServesAHostThePlainConnectionDoes) {
  policy_.egress.pool = {way("a", true, true), way("b", false, true)};
  policy_.egress.pool[0].hosts = {"*.b.example"};
  EXPECT_EQ(choose().egress, "direct");
  EXPECT_EQ(choose({}, kNoon, "www.b.example").egress, "a");
}

TEST_F(Egress, ABlockLeadsToAWayThatIsMeantForIt) {
  policy_.egress.pool = {way("a", true, true), way("b", true, false), way("c", false, true)};
  EXPECT_EQ(choose({blocked("a", hours{5})}).egress, "c");
}

TEST_F(Egress, ABlockThatIsOverLeadsBack) {
  policy_.egress.pool = {way("a", true, true), way("b", false, true)};
  EXPECT_EQ(choose({blocked("a", hours{5})}, kNoon + hours{5}).egress, "a");
}

TEST_F(Egress, TheLimitOfSwitchesParksTheHostUntilTheFirstBlockEnds) {
  policy_.egress.max_switches = 1;
  policy_.egress.pool = {way("a", true, true), way("b", true, true), way("c", true, true)};
  EXPECT_EQ(choose({blocked("a", hours{5})}).egress, "b");
  const EgressChoice none = choose({blocked("a", hours{5}), blocked("b", hours{3})});
  EXPECT_FALSE(none.goes());
  EXPECT_EQ(none.wait_until, kNoon + hours{3});
  EXPECT_NE(none.why.find("egress b: a wall"), std::string::npos);
}

TEST_F(Egress, NoSwitchingAtAllIsALimitOfZero) {
  policy_.egress.max_switches = 0;
  policy_.egress.pool = {way("a", true, true), way("b", true, true)};
  EXPECT_FALSE(choose({blocked("a", hours{5})}).goes());
}

TEST_F(Egress, AWayThatFailedIsLeftOutAndItsHostsDoNotGoByAWayForWalls) {
  policy_.egress.pool = {way("a", true, true), way("b", false, true)};
  book_.failed(policy_.egress, "a", kNoon, kNoon, "connection refused", Dice{1.0});
  const EgressChoice choice = choose();
  EXPECT_FALSE(choice.goes());
  EXPECT_EQ(choice.wait_until, kNoon + Seconds{30});
  EXPECT_NE(choice.why.find("connection refused"), std::string::npos);
  policy_.egress.pool.push_back(way("c", true, true));
  EXPECT_EQ(choose().egress, "c");
}

TEST_F(Egress, FailuresInARowRestLongerAndFlightsOfOneFailureCountOnce) {
  const auto rest = [&](Instant started, Instant now) {
    book_.failed(policy_.egress, "a", started, now, "refused", Dice{1.0});
    return book_.health("a").rest_until - now;
  };
  EXPECT_EQ(rest(kNoon, kNoon + Seconds{1}), Seconds{30});
  EXPECT_EQ(rest(kNoon, kNoon + Seconds{2}), Seconds{29});
  EXPECT_EQ(book_.health("a").failures, 1);
  EXPECT_EQ(rest(kNoon + Seconds{40}, kNoon + Seconds{41}), Seconds{60});
  EXPECT_EQ(rest(kNoon + hours{1}, kNoon + hours{1}), Seconds{120});
  for (int i = 2; i < 20; ++i) {
    EXPECT_LE(rest(kNoon + hours{i}, kNoon + hours{i}), policy_.egress.rest_cap);
  }
}

TEST_F(Egress, AnAnswerByTheWayHealsItButNotOneThatLeftBeforeTheFailure) {
  book_.failed(policy_.egress, "a", kNoon, kNoon, "refused", Dice{1.0});
  book_.worked("a", kNoon - Seconds{1});
  EXPECT_EQ(book_.health("a").failures, 1);
  book_.worked("a", kNoon + Seconds{1});
  EXPECT_EQ(book_.health("a").failures, 0);
}

TEST_F(Egress, TheSecondRefusalBlocksTheWayForTheRestOfAWall) {
  policy_.egress.pool = {way("a", true, true)};
  const EgressBlock first =
      refused(policy_, {"a", "", 0, kLongAgo, kLongAgo, ""}, wall(), flight(), false, Dice{0.0});
  EXPECT_EQ(first.refusals, 1);
  EXPECT_EQ(first.until, kLongAgo);
  EXPECT_EQ(first.vendor, "cloudflare");
  EXPECT_NE(first.why.find("403"), std::string::npos);
  const EgressBlock second =
      refused(policy_, first, wall(), flight(kNoon + hours{7}), false, Dice{1.0});
  EXPECT_EQ(second.until, kNoon + hours{7} + hours{7});  // asked_min and the whole of base
  const EgressBlock third =
      refused(policy_, second, wall(), flight(kNoon + hours{20}), false, Dice{1.0});
  EXPECT_EQ(third.until, kNoon + hours{20} + hours{13});
}

TEST_F(Egress, OnlyAWallAgainstUsIsARefusalOfTheWay) {
  policy_.egress.pool = {way("a", true, true)};
  EXPECT_TRUE(refuses_egress(policy_.egress, wall()));
  Outcome outcome = wall();
  outcome.scope = Scope::Host;
  EXPECT_FALSE(refuses_egress(policy_.egress, outcome));
  for (OutcomeClass cls : {OutcomeClass::RateLimited, OutcomeClass::Overloaded,
                           OutcomeClass::Maintenance, OutcomeClass::Unreachable}) {
    outcome.cls = cls;
    outcome.scope = Scope::Egress;
    EXPECT_FALSE(refuses_egress(policy_.egress, outcome)) << to_string(cls);
  }
}

TEST_F(Egress, ThreeUnrelatedHostsOfAVendorBlockTheWayForTheVendor) {
  policy_.egress.pool = {way("a", true, true), way("b", false, true)};
  const auto note = [&](std::uint32_t site, Millis length) {
    return book_.note(policy_.egress, blocked("a", length, "cloudflare"), site, kNoon);
  };
  EXPECT_FALSE(note(1, hours{2}));
  EXPECT_FALSE(note(1, hours{4}));  // the same site
  EXPECT_FALSE(note(2, hours{3}));
  const auto made = note(3, hours{9});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->hosts, 3);
  EXPECT_EQ(made->until, kNoon + hours{3});  // while three of them hold
  EXPECT_NE(book_.blocked("a", "cloudflare", kNoon), nullptr);
  EXPECT_EQ(book_.blocked("a", "akamai", kNoon), nullptr);
  EXPECT_EQ(book_.blocked("a", "cloudflare", kNoon + hours{3}), nullptr);
  // A host known to be the vendor's does not go that way; one that is not, does.
  EXPECT_EQ(choose({{"b", "akamai", 1, kNoon, kLongAgo, "w"}}).egress, "a");
  EXPECT_EQ(choose({{"a", "cloudflare", 1, kNoon, kLongAgo, "w"}}).egress, "b");
  EXPECT_EQ(
      refused(policy_, {"a", "", 0, kLongAgo, kLongAgo, ""}, wall(), flight(), true, Dice{0.0})
          .until,
      kNoon + hours{1});
}

TEST_F(Egress, AVendorsBlockIsRestored) {
  policy_.egress.pool = {way("a", true, true)};
  book_.restore({"a", "cloudflare", 3, kNoon, kNoon + hours{1}, "three hosts"});
  EXPECT_FALSE(choose({{"a", "cloudflare", 1, kNoon, kLongAgo, "w"}}).goes());
  EXPECT_EQ(book_.providers(kNoon).size(), 1u);
  EXPECT_TRUE(book_.providers(kNoon + hours{1}).empty());
}

TEST_F(Egress, ASwitchRestsTheHostForAMomentAndForgivesItsWallsOnce) {
  HostState before;
  const HostChange parked = settle(policy_, before, wall(), flight(), Dice{0.5});
  ASSERT_TRUE(parked.incident);
  const EgressBlock block = blocked("a", hours{5});
  const HostChange anew = switched(policy_, parked, before, block, "b", wall(), flight(), true);
  EXPECT_EQ(anew.state.rest_until, kNoon + minutes{1});
  EXPECT_EQ(anew.state.breaker, Breaker::Open);
  EXPECT_EQ(anew.state.walls, 0);
  EXPECT_EQ(anew.incident->rest_until, kNoon + minutes{1});
  EXPECT_NE(anew.state.why.find("egress b is tried"), std::string::npos);
  const HostChange again = switched(policy_, parked, before, block, "b", wall(), flight(), false);
  EXPECT_EQ(again.state.walls, 1);
}

TEST_F(Egress, ASwitchShortensNoRestAndKeepsAnAskedWait) {
  HostState before;
  before.rest_until = kNoon + hours{2};
  const HostChange parked = settle(policy_, before, wall(), flight(), Dice{0.5});
  EXPECT_EQ(switched(policy_, parked, before, blocked("a", hours{5}), "b", wall(), flight(), true)
                .state.rest_until,
            kNoon + hours{2});
  Outcome asks = wall();
  asks.wait = AskedWait{hours{3}, "Retry-After: 10800", false};
  EXPECT_EQ(
      switched(policy_, parked, HostState{}, blocked("a", hours{5}), "b", asks, flight(), true)
          .state.rest_until,
      kNoon + hours{3});
}

}  // namespace
}  // namespace frontierd
