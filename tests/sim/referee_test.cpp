// For each promise: the referee is shown what a good daemon does and is silent, and is shown the
// same with one thing wrong, and says which promise was broken.
#include "hand.h"

namespace frontierd {
namespace {

TEST(Referee, IsSilentWhileEverythingIsInOrder) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.seed(kHost + "/2");
  hand.learn_robots();
  hand.fetch(kHost + "/1");
  hand.wait(Seconds{1});
  hand.fetch(kHost + "/2");
  EXPECT_EQ(hand.broken(), Broken{});
}

TEST(Referee, SeesAUrlThatWasNeverAcknowledged) {
  Hand hand;
  hand.learn_robots();
  hand.lease(kHost + "/unknown");
  hand.commit();
  EXPECT_EQ(hand.broken(), Broken{1});
}

TEST(Referee, SeesALostSeed) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.referee->compare(hand.store, hand.store, true);  // the store knows of nothing
  EXPECT_EQ(hand.broken(), Broken{1});
}

TEST(Referee, SeesAUrlInTwoFlights) {
  Policy policy;
  policy.pace.flights = 2;
  policy.pace.gap = Millis{0};
  Hand hand(policy);
  hand.seed(kHost + "/1");
  hand.learn_robots();
  hand.fly(kHost + "/1");
  hand.fly(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{2});
}

TEST(Referee, SeesAFlightBeforeItsLeaseIsDurable) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  const Lease page = hand.lease(kHost + "/1");
  hand.referee->started(0, page, "192.0.2.1");
  EXPECT_EQ(hand.broken(), Broken{2});
}

TEST(Referee, SeesADoneUrlFetchedAgain) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  hand.fetch(kHost + "/1");
  hand.wait(Seconds{1});
  hand.fetch(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{2});
}

TEST(Referee, SeesMoreFlightsThanAHostMayHave) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.seed(kHost + "/2");
  hand.learn_robots();
  hand.fly(kHost + "/1");
  hand.wait(Seconds{2});
  hand.fly(kHost + "/2");
  EXPECT_EQ(hand.broken(), Broken{3});
}

TEST(Referee, SeesAGapThatIsTooShort) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.seed(kHost + "/2");
  hand.learn_robots();
  hand.fetch(kHost + "/1");
  hand.wait(Millis{900});
  hand.fetch(kHost + "/2");
  EXPECT_EQ(hand.broken(), Broken{3});
}

TEST(Referee, SeesACrawlDelayIgnored) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots("User-agent: *\nCrawl-delay: 5\n");
  hand.fetch(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{3});
}

// A refusal with a wait, then another request after so long.
Broken after_a_refusal(Millis later, bool crash) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.seed(kHost + "/2");
  hand.learn_robots();
  const Lease page = hand.fly(kHost + "/1");
  hand.wait(Millis{100});
  hand.land(page, sim::too_many(Voice{hand.now(), true}, 429, Seconds{120}, sim::Notice::Seconds));
  hand.settle(hand.settlement(page, hand.waiting()));
  if (crash) {
    hand.referee->cut(0);
    hand.referee->abandoned(0);
  }
  hand.wait(later);
  hand.fetch(kHost + "/2");
  return hand.broken();
}

TEST(Referee, SeesARetryAfterCutShort) {
  EXPECT_EQ(after_a_refusal(Seconds{119}, false), Broken{3});
  EXPECT_EQ(after_a_refusal(Seconds{120}, false), Broken{});
}

TEST(Referee, SeesARetryAfterForgottenInACrash) {
  EXPECT_EQ(after_a_refusal(Seconds{5}, true), Broken{3});
  EXPECT_EQ(after_a_refusal(Seconds{120}, true), Broken{});
}

TEST(Referee, SeesAPausedHostAsked) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostWishes wishes;
  wishes.paused = true;
  hand.referee->wishes_set(0, HostId{1}, wishes);
  hand.commit();
  hand.fetch(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{3});
}

TEST(Referee, SeesAPageBeforeRobots) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.fetch(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{7});
}

TEST(Referee, SeesABarredPageFetched) {
  Hand hand;
  hand.seed(kHost + "/no/1");
  hand.learn_robots("User-agent: *\nDisallow: /no\n");
  hand.fetch(kHost + "/no/1");
  EXPECT_EQ(hand.broken(), Broken{7});
}

// Of a host at rest for `cls`, a page that its mirror answers with `answer`, and what is made of
// it.
Broken broken_by_mirror(OutcomeClass cls, const Answer& answer, const Verdict& verdict,
                        const std::string& page = "/1") {
  Policy policy;
  const std::string mirror = "https://b.example";
  policy.mirrors = {{kHost, mirror}};
  Hand hand(policy);
  hand.seed(kHost + page);
  hand.learn_robots("User-agent: *\nDisallow: /no\n");
  const HostState state = hand.rest(kHost + page, Seconds{600}, cls);
  Lease lease = hand.lease(kHost + page);
  Lease robots = lease;
  robots.id = LeaseId{1'000};
  robots.purpose = Purpose::Robots;
  robots.host = HostId{2};
  robots.host_key = mirror;
  robots.url = mirror + "/robots.txt";
  hand.commit();
  hand.referee->started(0, robots, "192.0.2.2");
  hand.land(robots, sim::robots_file(Voice{}, "User-agent: *\nDisallow: /barred\n"));
  Settlement learned = hand.settlement(robots, Done{});
  learned.robots = RobotsRecord{};
  learned.robots->state = RobotsState::Rules;
  learned.robots_for = HostId{2};
  hand.settle(learned);
  hand.wait(Seconds{2});
  lease.stands_for = StandsFor{lease.url, lease.host, state.rest_until};
  lease.url = mirror + page;
  lease.host = HostId{2};
  lease.host_key = mirror;
  hand.referee->started(0, lease, "192.0.2.2");
  hand.wait(Millis{100});
  hand.land(lease, answer);
  hand.settle(hand.settlement(lease, verdict));
  return hand.broken();
}

TEST(Referee, SeesAMirrorAskedAroundARefusal) {
  const Answer page = sim::a_page(Voice{}, "A page");
  EXPECT_EQ(broken_by_mirror(OutcomeClass::Overloaded, page, Done{}), Broken{});
  EXPECT_EQ(broken_by_mirror(OutcomeClass::BotWalled, page, Done{}), Broken{3});
  EXPECT_EQ(broken_by_mirror(OutcomeClass::RateLimited, page, Done{}), Broken{3});
}

TEST(Referee, SeesAMirrorAskedForWhatEitherRobotsBars) {
  const Answer page = sim::a_page(Voice{}, "A page");
  EXPECT_EQ(broken_by_mirror(OutcomeClass::Overloaded, page, Done{}, "/no/1"), Broken{7});
  EXPECT_EQ(broken_by_mirror(OutcomeClass::Overloaded, page, Done{}, "/barred"), Broken{7});
}

TEST(Referee, SeesAPageThatPaysForWhatItsMirrorSaid) {
  const Answer gone = sim::bare(Voice{}, 404);
  const Retry waits{kLongAgo, false, false, "waits"};
  const Retry burns{kLongAgo, true, false, "burnt"};
  EXPECT_EQ(broken_by_mirror(OutcomeClass::Overloaded, gone, waits), Broken{});
  EXPECT_EQ(broken_by_mirror(OutcomeClass::Overloaded, gone, burns), Broken{6});
  EXPECT_EQ(broken_by_mirror(OutcomeClass::Overloaded, gone, Drop{DropReason::Gone, "404"}),
            Broken{6});
}

TEST(Referee, SeesAStaleRobots) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  hand.wait(std::chrono::hours{24});
  hand.fetch(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{7});
}

TEST(Referee, SeesAPageThoughRobotsCouldNotBeHad) {
  Hand hand;
  hand.seed(kHost + "/1");
  const Lease errand = hand.fly(kHost + "/robots.txt", Purpose::Robots);
  hand.land(errand, sim::overload(Voice{}, Millis{0}, sim::Notice::None));
  Settlement out = hand.settlement(errand, Done{});
  out.robots = RobotsRecord{};
  out.robots_for = HostId{1};
  hand.settle(out);
  hand.wait(Seconds{1});
  hand.fetch(kHost + "/1");
  EXPECT_EQ(hand.broken(), Broken{7});
}

TEST(Referee, SeesAReadyHostThatIsNotAsked) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.referee->look_around(Millis{0});
  EXPECT_EQ(hand.broken(), Broken{});
  hand.wait(std::chrono::hours{1});
  hand.referee->look_around(Millis{0});
  EXPECT_EQ(hand.broken(), Broken{9});
}

TEST(Referee, SeesARedirectBeyondTheLimit) {
  Hand hand;
  hand.seed(kHost + "/1", 11);
  EXPECT_EQ(hand.broken(), Broken{10});
}

TEST(Referee, SeesMoreFlightsThanAreAllowedAtOnce) {
  Policy policy;
  policy.frontier.flights_max = 1;
  policy.pace.flights = 2;
  policy.pace.gap = Millis{0};
  Hand hand(policy);
  hand.seed(kHost + "/1");
  hand.seed(kHost + "/2");
  hand.learn_robots();
  hand.fly(kHost + "/1");
  hand.fly(kHost + "/2");
  EXPECT_EQ(hand.broken(), Broken{10});
}

}  // namespace
}  // namespace frontierd
