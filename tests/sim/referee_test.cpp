// For each promise: the referee is shown what a good daemon does and is silent, and is shown the
// same with one thing wrong, and says which promise was broken.
#include "sim/referee.h"

#include <gtest/gtest.h>

#include "sim/virtual_clock.h"
#include "store/memory/memory_store.h"

namespace frontierd {
namespace {

using sim::Answer;
using sim::Voice;

const std::string kHost = "https://a.example";

// A referee with an obedient daemon played by hand.
class Hand {
 public:
  explicit Hand(Policy policy = {}) {
    policy.pace.group_gap = Millis{0};
    referee = std::make_unique<sim::Referee>(std::make_shared<const Policy>(policy), clock);
  }

  sim::VirtualClock clock{from_unix_ms(1'800'000'000'000)};
  std::unique_ptr<sim::Referee> referee;
  MemoryStore store;

  Instant now() const { return clock.now(); }
  void wait(Millis length) { clock.advance(now() + length); }
  void commit() { referee->committed(0, store); }

  void seed(const std::string& url, int redirects = 0) {
    Candidate candidate;
    candidate.url = url;
    candidate.host_key = kHost;
    candidate.redirects = redirects;
    Admission admission;
    admission.fresh = true;
    admission.host = HostId{1};
    referee->admitted(0, std::span(&candidate, 1), std::span(&admission, 1), now());
    commit();
  }

  Lease lease(const std::string& url, Purpose purpose = Purpose::Page) {
    Lease out;
    out.id = LeaseId{++leases_};
    out.purpose = purpose;
    out.host = HostId{1};
    out.url = url;
    out.host_key = kHost;
    out.leased_at = now();
    referee->leased(0, out);
    return out;
  }
  Lease fly(const std::string& url, Purpose purpose = Purpose::Page) {
    Lease out = lease(url, purpose);
    commit();
    referee->started(0, out, "192.0.2.1");
    return out;
  }
  void land(const Lease& lease, const Answer& answer) {
    referee->landed(0, lease.id, answer, now());
  }
  Settlement settlement(const Lease& lease, Verdict verdict) const {
    Settlement out;
    out.lease = lease;
    out.verdict = std::move(verdict);
    out.outcome.evidence = {{"test", Strength::Status, "as the test says"}};
    return out;
  }
  void settle(const Settlement& settlement) {
    referee->settled(0, settlement);
    commit();
  }
  // robots.txt comes first, as it ought to.
  void learn_robots(const std::string& text = "") {
    const Lease errand = fly(kHost + "/robots.txt", Purpose::Robots);
    wait(Millis{100});
    land(errand, sim::robots_file(Voice{}, text));
    Settlement out = settlement(errand, Done{});
    out.robots = RobotsRecord{};
    out.robots->state = RobotsState::Rules;
    out.robots_for = HostId{1};
    settle(out);
    wait(Seconds{1});
  }
  // ... and its copy serves on while it is silent: fresh for the gate, and no good news.
  void learn_robots_again() {
    const Lease errand = fly(kHost + "/robots.txt", Purpose::Robots);
    wait(Millis{100});
    land(errand, sim::overload(Voice{}, Millis{0}, sim::Notice::None));
    Settlement out = settlement(errand, Done{});
    out.robots = RobotsRecord{};
    out.robots->state = RobotsState::Rules;
    out.robots_for = HostId{1};
    settle(out);
    wait(Seconds{1});
  }
  void fetch(const std::string& url) {
    const Lease page = fly(url);
    wait(Millis{100});
    land(page, sim::a_page(Voice{}, "A page"));
    settle(settlement(page, Done{}));
  }
  // A page that comes home with the host's trouble, which rests the host: an honest incident.
  HostState rest(const std::string& url, Millis length,
                 OutcomeClass cls = OutcomeClass::Overloaded) {
    const Lease page = fly(url);
    wait(Millis{100});
    Answer answer = sim::overload(Voice{}, Millis{0}, sim::Notice::None);
    answer.meaning.cls = cls;
    land(page, answer);
    Settlement out = settlement(page, waiting());
    out.incident = Incident{};
    out.incident->at = now();
    out.incident->why = "overloaded";
    host_.breaker = Breaker::Open;
    host_.incident_at = now();
    if (host_.incidents++ == 0) host_.trouble_since = now();
    host_.rest_cls = cls;
    host_.rest_until = now() + length;
    host_.why = "the test says so";
    out.host = host_;
    settle(out);
    return host_;
  }
  void set_state(const HostState& state) {
    referee->state_set(0, HostId{1}, state);
    commit();
  }
  Retry waiting() const { return Retry{now(), false, false, "waits with its host"}; }

  // The promises broken, each once, in order.
  std::vector<int> broken() const {
    std::vector<int> out;
    for (const sim::Breach& breach : referee->breaches()) {
      if (std::find(out.begin(), out.end(), breach.promise) == out.end()) {
        out.push_back(breach.promise);
      }
    }
    return out;
  }

 private:
  std::int64_t leases_ = 0;
  HostState host_;
};

using Broken = std::vector<int>;

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

TEST(Referee, SeesARestShortenedByGoodNews) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState state = hand.rest(kHost + "/1", Seconds{60});
  EXPECT_EQ(hand.broken(), Broken{});
  state.rest_until -= Seconds{55};
  hand.set_state(state);
  EXPECT_EQ(hand.broken(), Broken{4});
}

// Two rests; then trouble of our own takes the second one back, and more of it than it added.
Broken taken_back(Millis too_much, Millis later) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState first = hand.rest(kHost + "/1", Seconds{20});
  hand.wait(Seconds{30});
  hand.rest(kHost + "/1", Seconds{300});
  hand.wait(later);
  first.rest_until -= too_much;
  hand.referee->state_set(0, HostId{1}, first);
  hand.referee->our_trouble();
  hand.commit();
  return hand.broken();
}

TEST(Referee, AllowsARestToBeTakenBackWhenTheTroubleIsOurs) {
  EXPECT_EQ(taken_back(Millis{0}, Seconds{5}), Broken{});
}

TEST(Referee, SeesMoreTakenBackThanOurTroubleHadAdded) {
  EXPECT_EQ(taken_back(Millis{1}, Seconds{5}), Broken{4});
  EXPECT_EQ(taken_back(Millis{0}, Seconds{100}), Broken{4});  // it was long ago
}

TEST(Referee, SeesARestThatNobodyAskedFor) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState state = hand.rest(kHost + "/1", Seconds{60});
  state.rest_until += Seconds{1};
  hand.set_state(state);
  EXPECT_EQ(hand.broken(), Broken{5});
}

TEST(Referee, SeesIncidentsThatNeverHappened) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState state = hand.rest(kHost + "/1", Seconds{60});
  state.incidents = 2;
  hand.set_state(state);
  EXPECT_EQ(hand.broken(), Broken{5});
}

// Of a host with room for two, so many good answers after a rest, and then two requests at once.
Broken two_at_once_after(int good_answers) {
  Policy policy;
  policy.pace.flights = 2;
  policy.pace.gap = Millis{0};
  Hand hand(policy);
  for (const char* path : {"/1", "/2", "/3"}) hand.seed(kHost + path);
  hand.learn_robots();
  hand.rest(kHost + "/1", Seconds{60});
  hand.wait(Seconds{61});
  for (int i = 0; i < good_answers; ++i) hand.learn_robots();
  hand.fly(kHost + "/2");
  hand.fly(kHost + "/3");
  return hand.broken();
}

TEST(Referee, SeesTwoProbesAtOnce) {
  EXPECT_EQ(two_at_once_after(0), Broken{3});
  EXPECT_EQ(two_at_once_after(1), Broken{});
}

// A host is given up after so many incidents, each so long after the one before.
Broken given_up_after(int incidents, Millis apart) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState state;
  for (int i = 0; i < incidents; ++i) {
    state = hand.rest(kHost + "/1", Seconds{1});
    hand.wait(apart);
    hand.learn_robots_again();
  }
  state.exhausted = true;
  hand.set_state(state);
  hand.referee->queue_dropped(0, HostId{1}, DropReason::HostExhausted, "twelve incidents", 1);
  hand.commit();
  return hand.broken();
}

TEST(Referee, SeesAHostGivenUpBeforeItsBudgetIsSpent) {
  EXPECT_EQ(given_up_after(12, std::chrono::hours{3}), Broken{});
  EXPECT_EQ(given_up_after(11, std::chrono::hours{3}), Broken{6});
  EXPECT_EQ(given_up_after(12, std::chrono::hours{1}), Broken{6});
}

TEST(Referee, SeesTheQueueOfAHostDroppedThatWasNotGivenUp) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.referee->queue_dropped(0, HostId{1}, DropReason::HostExhausted, "we do not like it", 1);
  hand.commit();
  EXPECT_EQ(hand.broken(), Broken{6});
}

TEST(Referee, SeesOneIncidentCountedTwice) {
  Policy policy;
  policy.pace.flights = 2;
  policy.pace.gap = Millis{0};
  Hand hand(policy);
  hand.seed(kHost + "/1");
  hand.seed(kHost + "/2");
  hand.learn_robots();
  const Lease first = hand.fly(kHost + "/1");
  const Lease second = hand.fly(kHost + "/2");
  for (const Lease& page : {first, second}) {
    hand.wait(Millis{100});
    hand.land(page, sim::overload(Voice{}, Millis{0}, sim::Notice::None));
    Settlement out = hand.settlement(page, hand.waiting());
    out.incident = Incident{};
    out.incident->at = hand.now();
    out.incident->why = "overloaded";
    hand.settle(out);
  }
  EXPECT_EQ(hand.broken(), Broken{5});
}

// One answer, one verdict: which promise does that break?
Broken judged(const Answer& answer, const Verdict& verdict) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  const Lease page = hand.fly(kHost + "/1");
  hand.wait(Millis{100});
  hand.land(page, answer);
  hand.settle(hand.settlement(page, verdict));
  return hand.broken();
}

TEST(Referee, SeesAnAttemptBurntForTheHostsTrouble) {
  const Answer refusal = sim::overload(Voice{}, Millis{0}, sim::Notice::None);
  const Instant later = from_unix_ms(1'800'000'100'000);
  EXPECT_EQ(judged(refusal, Retry{later, false, false, "waits"}), Broken{});
  EXPECT_EQ(judged(refusal, Retry{later, true, false, "waits"}), Broken{6});
  EXPECT_EQ(judged(refusal, Drop{DropReason::AttemptsSpent, "spent"}), Broken{6});
}

TEST(Referee, SeesAWallTakenForAPage) {
  EXPECT_EQ(judged(sim::wall(Voice{}, sim::WallKind::AwsWaf), Done{}), Broken{6});
}

TEST(Referee, SeesAPageTakenForTrouble) {
  EXPECT_EQ(judged(sim::a_page(Voice{}, "x"), Drop{DropReason::Walled, "walled"}), Broken{6});
}

TEST(Referee, SeesAVerdictThatTheAnswerDoesNotSupport) {
  const Answer error = sim::broken_page(Voice{}, 500);
  const Instant later = from_unix_ms(1'800'000'100'000);
  EXPECT_EQ(judged(error, Retry{later, true, false, "waits"}), Broken{});
  EXPECT_EQ(judged(error, Done{}), Broken{6});
  EXPECT_EQ(judged(error, Drop{DropReason::AttemptsSpent, "spent"}), Broken{6});  // 1 of 5
  EXPECT_EQ(judged(error, Drop{DropReason::Gone, "gone"}), Broken{6});
  EXPECT_EQ(judged(sim::not_found(Voice{}), Done{}), Broken{6});
  EXPECT_EQ(judged(sim::bare(Voice{}, 403), Drop{DropReason::Gone, "gone"}), Broken{6});
}

TEST(Referee, SeesARedirectThatLeadsNowhere) {
  const Answer moved = sim::redirect(Voice{}, "/2");
  EXPECT_EQ(judged(moved, Follow{kHost + "/2", kLongAgo}), Broken{1});  // its target is not there
  EXPECT_EQ(judged(moved, Follow{kHost + "/3", kLongAgo}), (Broken{1, 6}));
  EXPECT_EQ(judged(moved, Drop{DropReason::RedirectLimit, "too far"}), Broken{6});
  EXPECT_EQ(judged(moved, Drop{DropReason::BadRedirect, "no URL"}), Broken{6});
  EXPECT_EQ(judged(moved, Drop{DropReason::OutOfScope, "elsewhere"}), Broken{6});
  const Answer loop = sim::redirect(Voice{}, "/1");
  EXPECT_EQ(judged(loop, Drop{DropReason::RedirectLimit, "to itself"}), Broken{});
}

// A URL that is leased and never asked for.
Broken decided_unasked(const Verdict& verdict, const std::string& robots = "") {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots(robots);
  const Lease page = hand.lease(kHost + "/1");
  hand.commit();
  hand.settle(hand.settlement(page, verdict));
  return hand.broken();
}

TEST(Referee, SeesAVerdictWithoutAFetch) {
  const Verdict barred = Drop{DropReason::BarredByRobots, "Disallow"};
  EXPECT_EQ(decided_unasked(Retry{kLongAgo, false, false, "given back"}), Broken{});
  EXPECT_EQ(decided_unasked(Retry{kLongAgo, true, false, "burnt"}), Broken{6});
  EXPECT_EQ(decided_unasked(Done{}), Broken{1});
  EXPECT_EQ(decided_unasked(Drop{DropReason::Gone, "gone"}), Broken{1});
  EXPECT_EQ(decided_unasked(barred), Broken{7});
  EXPECT_EQ(decided_unasked(barred, "User-agent: *\nDisallow: /1\n"), Broken{});
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

TEST(Referee, SeesADecisionWithoutAReason) {
  const Answer page = sim::not_found(Voice{});
  EXPECT_EQ(judged(page, Drop{DropReason::Gone, ""}), Broken{8});
  EXPECT_EQ(judged(page, Drop{DropReason::Gone, "404"}), Broken{});
}

TEST(Referee, SeesAQueueDroppedWithoutAReason) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.referee->queue_dropped(0, HostId{1}, DropReason::HostExhausted, "", 1);
  hand.commit();
  EXPECT_EQ(hand.broken(), (Broken{8, 6}));  // nor was it given up
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
