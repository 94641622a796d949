#include "frontiersim/power_disk.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

using Answer = PowerDisk::Answer;

class PowerDiskTest : public ::testing::Test {
 protected:
  static std::string after_cut(PowerDisk& disk, const std::string& name = "f") {
    disk.cut_power();
    disk.restart();
    const auto node = disk.find(name);
    return node ? node->seen : "no such file";
  }
  static PowerHabits always(double PowerHabits::*share) {
    PowerHabits habits{0, 0, 0, true, false, false};
    habits.*share = 1;
    return habits;
  }
};

TEST_F(PowerDiskTest, WhatWasSyncedSurvivesAndWhatWasNotMayBeLost) {
  PowerDisk disk(1, always(&PowerHabits::lost));
  const auto file = disk.create("f");
  disk.write(*file, 0, "synced");
  disk.sync(*file);
  disk.sync_names();
  disk.write(*file, 6, " and not");
  EXPECT_EQ(file->seen, "synced and not");
  EXPECT_EQ(after_cut(disk), "synced");
  EXPECT_EQ(disk.tally().lost, 1u);
}

TEST_F(PowerDiskTest, ANewNameIsLostUntilItsDirectoryIsSynced) {
  bool gone = false;
  bool there = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    PowerDisk disk(seed);
    const auto file = disk.create("f");
    disk.write(*file, 0, "x");
    disk.sync(*file);
    const std::string left = after_cut(disk);
    gone = gone || left == "no such file";
    there = there || left == "x";
  }
  EXPECT_TRUE(gone && there);
}

TEST_F(PowerDiskTest, ATornWriteLeavesSomeSectorsOldAndSomeNew) {
  PowerHabits habits = always(&PowerHabits::torn);
  habits.within_sectors = false;
  PowerDisk disk(3, habits);
  const auto file = disk.create("f");
  disk.write(*file, 0, std::string(16 * kSectorBytes, 'o'));
  disk.sync(*file);
  disk.sync_names();
  disk.write(*file, 0, std::string(16 * kSectorBytes, 'n'));
  const std::string left = after_cut(disk);
  int fresh = 0;
  for (std::size_t at = 0; at < left.size(); at += kSectorBytes) {
    const std::string sector = left.substr(at, kSectorBytes);
    EXPECT_TRUE(sector == std::string(kSectorBytes, sector[0]));
    fresh += sector[0] == 'n' ? 1 : 0;
  }
  EXPECT_TRUE(fresh > 0 && fresh < 16) << fresh;
}

TEST_F(PowerDiskTest, AHollowWriteLeavesZeros) {
  PowerDisk disk(3, always(&PowerHabits::hollow));
  const auto file = disk.create("f");
  disk.sync_names();
  disk.write(*file, 0, "abc");
  EXPECT_EQ(after_cut(disk), std::string(3, '\0'));
}

TEST_F(PowerDiskTest, ALaterWriteCanSurviveWithoutAnEarlierOne) {
  bool seen = false;
  for (std::uint64_t seed = 0; seed < 30 && !seen; ++seed) {
    PowerDisk disk(seed);
    const auto file = disk.create("f");
    disk.sync_names();
    disk.write(*file, 0, "a");
    disk.write(*file, 1, "b");
    seen = after_cut(disk) == std::string("\0b", 2);
  }
  EXPECT_TRUE(seen);
}

TEST_F(PowerDiskTest, AFailedSyncCannotBeMadeGoodByAnotherOne) {
  int missing = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    PowerDisk disk(seed);
    const auto file = disk.create("f");
    disk.sync_names();
    disk.plan({2, DiskFault::Error, false});
    disk.write(*file, 0, "word");
    EXPECT_EQ(disk.sync(*file), Answer::Error);
    EXPECT_EQ(disk.sync(*file), Answer::Ok);
    EXPECT_EQ(file->seen, "word");
    missing += after_cut(disk) == "word" ? 0 : 1;
    EXPECT_EQ(disk.tally().resyncs, 1u);
  }
  EXPECT_GT(missing, 3);
}

TEST_F(PowerDiskTest, AKilledProcessLosesNothingOfTheCache) {
  PowerDisk disk(1, always(&PowerHabits::lost));
  const auto file = disk.create("f");
  disk.write(*file, 0, "cached");
  disk.restart();
  EXPECT_EQ(disk.find("f")->seen, "cached");
}

TEST_F(PowerDiskTest, TheFaultComesAtTheOperationPlanned) {
  PowerDisk disk(1);
  const auto file = disk.create("f");
  disk.plan({3, DiskFault::Full, false});
  EXPECT_EQ(disk.write(*file, 0, "1"), Answer::Ok);
  EXPECT_EQ(disk.sync(*file), Answer::Ok);
  EXPECT_EQ(disk.write(*file, 1, "23456789"), Answer::Full);
  EXPECT_LT(file->seen.size(), 9u);
  EXPECT_EQ(disk.write(*file, 1, "2"), Answer::Ok);
  disk.plan({1, DiskFault::PowerCut, false});
  EXPECT_EQ(disk.sync(*file), Answer::Error);
  EXPECT_FALSE(disk.powered());
  EXPECT_EQ(disk.write(*file, 1, "2"), Answer::Error);
}

}  // namespace
}  // namespace frontierd
