// What the referee sees of hosts in trouble: rests, incidents, trials, give-ups.
#include "hand.h"

namespace frontierd {
namespace {

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

// Two rests; then trouble of our own takes the second one back, and more of it than it added. The
// first is older than the time in which trouble turns out to be ours.
Broken taken_back(Millis too_much, Millis later) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState first = hand.rest(kHost + "/1", Seconds{20});
  hand.wait(Seconds{90});
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

TEST(Referee, AllowsSeveralRestsOfOneMinuteToBeTakenBack) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.learn_robots();
  HostState before = hand.rest(kHost + "/1", Seconds{20});
  hand.wait(Seconds{90});
  hand.rest(kHost + "/1", Seconds{5});
  hand.wait(Seconds{10});
  hand.rest(kHost + "/1", Seconds{300});
  hand.referee->state_set(0, HostId{1}, before);
  hand.referee->our_trouble();
  hand.commit();
  EXPECT_EQ(hand.broken(), Broken{});
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

TEST(Referee, SeesAQueueDroppedWithoutAReason) {
  Hand hand;
  hand.seed(kHost + "/1");
  hand.referee->queue_dropped(0, HostId{1}, DropReason::HostExhausted, "", 1);
  hand.commit();
  EXPECT_EQ(hand.broken(), (Broken{8, 6}));  // nor was it given up
}

}  // namespace
}  // namespace frontierd
