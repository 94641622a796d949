#include <gtest/gtest.h>

#include <array>

#include "contract/harness.h"
#include "power/power_life.h"

namespace frontierd {
namespace {

constexpr std::uint64_t kLives = 100;
constexpr std::uint64_t kLivesOfLiars = 20;
constexpr std::uint64_t kLookStep = 1;

void expect_survived(DiskPlan plan) {
  PowerLife life(small_life(plan));
  const auto fault = life.run();
  ASSERT_FALSE(fault.has_value()) << "operation " << plan.at << ": " << *fault;
}

std::uint64_t operations_of_a_small_life() {
  PowerLife whole(small_life({}));
  EXPECT_EQ(whole.run(), std::nullopt);
  EXPECT_GT(whole.operations(), 100u);
  return whole.operations();
}

TEST(EveryOperation, MayBeTheLastBeforeTheLossOfPowerFromTheFirstWriteOfANewFileOn) {
  for (std::uint64_t at = operations_of_a_small_life(); at > 0; --at) {
    ASSERT_NO_FATAL_FAILURE(expect_survived({at, DiskFault::PowerCut, false}));
  }
}

// The kinds of faults take turns; `power_loss --sweep` tries every kind at every operation.
TEST(EveryOperation, MayFailFromTheFirstWriteOfANewFileOn) {
  constexpr std::array kKinds{DiskFault::Error, DiskFault::Full, DiskFault::ShortWrite};
  for (std::uint64_t at = operations_of_a_small_life(); at > 0; --at) {
    ASSERT_NO_FATAL_FAILURE(expect_survived({at, kKinds[at % kKinds.size()], at % 7 == 0}));
  }
}

// An error with the file's name in it, or no harm at all; never a wrong state.
TEST(EveryLook, MayFail) {
  PowerLife whole(small_life({}));
  ASSERT_EQ(whole.run(), std::nullopt);
  EXPECT_GT(whole.looks(), 100u);
  for (std::uint64_t at = whole.looks(); at > kLookStep; at -= kLookStep) {
    ASSERT_NO_FATAL_FAILURE(expect_survived({at, DiskFault::ReadError, at % 7 == 0}));
  }
}

TEST(PowerLoss, LosesNothingAcknowledgedInAHundredRandomLives) {
  DiskTally disk;
  for (std::uint64_t seed = 1; seed <= kLives; ++seed) {
    PowerLife life(random_life(seed));
    const auto fault = life.run();
    ASSERT_FALSE(fault.has_value()) << *fault << "\nagain: power_loss --runs 1 --seed " << seed;
    disk.lost += life.disk().lost;
    disk.torn += life.disk().torn;
    disk.reordered += life.disk().reordered;
    disk.faults += life.disk().faults;
  }
  EXPECT_TRUE(disk.lost > 100 && disk.torn > 100 && disk.reordered > 100 && disk.faults > 50)
      << "the disk was too kind to prove anything";
}

// The trap behind a failed sync: the next process finds the log whole, in memory, and builds on it.
TEST(PowerLoss, LosesNothingThatWasAcknowledgedAfterTheRestartThatFollowedAFailedSync) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    PowerDisk disk(seed);
    const PowerVfs vfs(disk);
    const auto admit = [](SqliteStore& store, const std::string& url) -> Result<void> {
      const Candidate one = candidate(url);
      TRY(store.admit(std::span(&one, 1), kNoon));
      return store.commit();
    };
    const auto open = [] { return ok(SqliteStore::open("/frontier.db", {})); };
    {
      const auto store = open();
      ok(admit(*store, "https://a.example/before"));
      disk.plan({1, DiskFault::None, false});
      ok(admit(*store, "https://a.example/counted"));
      disk.plan({disk.operations(), DiskFault::Error, false});  // the last one is the sync
      const auto refused = admit(*store, "https://a.example/refused");
      ASSERT_FALSE(refused.has_value());
      EXPECT_NE(refused.error().what.find("cannot sync /frontier.db"), std::string::npos)
          << refused.error().what;
      disk.restart();
    }
    {
      const auto store = open();
      ok(admit(*store, "https://a.example/after"));
      disk.cut_power();
    }
    disk.restart();
    const auto store = open();
    EXPECT_GE(ok(store->db().number("SELECT count(*) FROM url WHERE url LIKE '%/after'")), 1)
        << seed;
    EXPECT_GE(ok(store->tally()).queued, 3u) << seed;
  }
}

TEST(PowerLoss, IsTheSameLifeForTheSameSeed) {
  const auto figures = [] {
    PowerLife life(random_life(7));
    EXPECT_EQ(life.run(), std::nullopt);
    return std::array{life.disk().operations, life.disk().lost, life.tally().seeds};
  };
  EXPECT_EQ(figures(), figures());
}

// The tests above can fail: these lose what was acknowledged.
TEST(PowerLoss, IsFeltWithoutASyncAtEachCommit) {
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= kLivesOfLiars; ++seed) {
    LifeOptions options = random_life(seed);
    options.full_sync = false;
    PowerLife life(options);
    life.run();
    lost += life.tally().lost_seeds + life.tally().lost_settlements;
  }
  EXPECT_GT(lost, 0u);
}

TEST(PowerLoss, IsFeltOnADiskThatLiesAboutItsSyncs) {
  std::uint64_t ruined = 0;
  for (std::uint64_t seed = 1; seed <= kLivesOfLiars; ++seed) {
    LifeOptions options = random_life(seed);
    options.habits.syncs_are_lies = true;
    ruined += PowerLife(options).run().has_value() ? 1 : 0;
  }
  EXPECT_GT(ruined, kLivesOfLiars / 2);
}

}  // namespace
}  // namespace frontierd
