// How late due work is, by what it waits for.
#include "frontier/wait_survey.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

constexpr Instant kNow = from_unix_ms(1'800'000'000'000);

HostSlot slot_of(int id, Instant next_due) {
  HostSlot slot;
  slot.entry.id = HostId{id};
  slot.entry.has_queue = true;
  slot.entry.next_due = next_due;
  slot.queued_since = kNow - Seconds{7};
  return slot;
}

HostMoment robots(const HostSlot&) {
  return {Wait(WaitReason::Robots)};
}

TEST(WaitSurvey, TellsTheOldestDueUrlAndHowManyAreHowLate) {
  Schedule schedule;
  schedule.add(slot_of(1, kNow - Seconds{90}));
  schedule.add(slot_of(2, kNow - Millis{500}));
  schedule.add(slot_of(3, kNow + Seconds{90}));
  schedule.add(slot_of(4, kLongAgo));  // seeded without a time
  WaitSurvey survey;
  survey.step(schedule, InactiveHosts(10), robots, kNow);
  const WaitFigures::OfReason& one = survey.last().of(WaitReason::Robots);
  EXPECT_EQ(one.hosts, 4u);
  EXPECT_EQ(one.oldest, Seconds{90});
  EXPECT_EQ(one.due, (std::array<std::uint64_t, 7>{1, 1, 0, 1, 0, 0, 0}));
  EXPECT_EQ(survey.last().oldest(), Seconds{90});
  EXPECT_EQ(survey.last().conditions[static_cast<std::size_t>(HostCondition::Waiting)], 4u);
}

TEST(WaitSurvey, HostsWithoutAPlaceInMemoryAreDueToo) {
  InactiveHosts inactive(10);
  inactive.put(HostId{9}, kNow - Seconds{500}, std::nullopt);
  WaitSurvey survey;
  survey.step(Schedule(), inactive, robots, kNow);
  EXPECT_EQ(survey.last().of(WaitReason::HostsInMemory).oldest, Seconds{500});
}

TEST(WaitSurvey, AStepLooksAtABoundedNumberAndARoundAtAll) {
  Schedule schedule;
  const int hosts = 5 * static_cast<int>(WaitSurvey::kAtOnce);
  for (int id = 1; id <= hosts; ++id) schedule.add(slot_of(id, kNow - Seconds{id}));
  WaitSurvey survey;
  std::size_t looked = 0;
  const auto counting = [&](const HostSlot& slot) { return (++looked, robots(slot)); };
  int steps = 0;
  while (survey.last().of(WaitReason::Robots).hosts == 0 && steps < 100) {
    const std::size_t before = looked;
    survey.step(schedule, InactiveHosts(10), counting, kNow);
    EXPECT_LE(looked - before, WaitSurvey::kAtOnce + 100);
    ++steps;
  }
  EXPECT_LE(steps, 25);
  EXPECT_EQ(survey.last().of(WaitReason::Robots).hosts, static_cast<std::size_t>(hosts));
  EXPECT_EQ(survey.last().oldest(), Seconds{hosts});
}

}  // namespace
}  // namespace frontierd
