// What the referee sees of verdicts that the answer does not support.
#include "hand.h"

namespace frontierd {
namespace {

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

TEST(Referee, SeesADecisionWithoutAReason) {
  const Answer page = sim::not_found(Voice{});
  EXPECT_EQ(judged(page, Drop{DropReason::Gone, ""}), Broken{8});
  EXPECT_EQ(judged(page, Drop{DropReason::Gone, "404"}), Broken{});
}

}  // namespace
}  // namespace frontierd
