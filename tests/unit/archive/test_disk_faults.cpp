#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>

#include "archive/repair.h"
#include "archive_fixture.h"

namespace frontierd {
namespace {

class DiskFaultTest : public ::testing::Test {
 protected:
  WarcWriter writer() { return WarcWriter(test_options(dir_), disk_, clock_, seeded_random()); }

  // Every door of a failed writer is shut, and none of them touches the disk.
  void expect_stopped(WarcWriter& warc) {
    const int before = disk_.plan.writes_after_failure;
    const auto again = warc.write(page("http://example.org/", "again"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::Unavailable);
    EXPECT_FALSE(warc.flush());
    EXPECT_FALSE(warc.sync());
    EXPECT_FALSE(warc.close());
    EXPECT_EQ(disk_.plan.writes_after_failure, before);
  }

  void expect_whole_after_repair(std::size_t pages) {
    ASSERT_TRUE(repair_directory(dir_.path()));
    for (const std::string& name : dir_.names()) EXPECT_TRUE(name.ends_with(".warc.gz")) << name;
    EXPECT_GE(dir_.records().size(), pages * 2);
  }

  TempDir dir_;
  FaultyDisk disk_;
  FixedClock clock_;
};

TEST_F(DiskFaultTest, AFailedFsyncIsToldOnceAndNeverTriedAgain) {
  disk_.plan.sync_fails = 2;
  {
    WarcWriter warc = writer();
    ASSERT_TRUE(warc.write(page("http://example.org/1", "one")));
    ASSERT_TRUE(warc.sync());
    ASSERT_TRUE(warc.write(page("http://example.org/2", "two")));
    const auto synced = warc.sync();
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().code, Errc::Io);
    EXPECT_NE(synced.error().what.find("kernel log"), std::string::npos);
    expect_stopped(warc);
  }
  EXPECT_EQ(disk_.plan.syncs, 2);
  EXPECT_TRUE(dir_.names().at(0).ends_with(".open")) << "a doubtful file is not called whole";
  expect_whole_after_repair(1);
}

TEST_F(DiskFaultTest, ADiskThatFillsUpAnywhereLeavesWholeRecordsAfterRepair) {
  for (std::uint64_t room = 0; room < 1'600; room += 53) {
    TempDir dir;
    FaultyDisk disk;
    disk.plan.room = room;
    std::size_t synced = 0;
    {
      WarcWriter warc(test_options(dir), disk, clock_, seeded_random());
      Result<void> state;
      for (; state && synced < 10; synced += state ? 1 : 0) {
        ASSERT_TRUE(warc.write(page("http://example.org/", "body")));  // buffered
        state = warc.sync();
      }
      ASSERT_FALSE(state) << room;
      EXPECT_EQ(state.error().code, Errc::NoSpace);
      EXPECT_NE(state.error().what.find("free space"), std::string::npos);
    }
    ASSERT_TRUE(repair_directory(dir.path()));
    EXPECT_GE(dir.records().size(), synced == 0 ? 0 : 1 + 2 * synced) << room;
  }
}

TEST_F(DiskFaultTest, AFailedRenameKeepsTheOpenNameForTheNextStart) {
  disk_.plan.rename_fails = true;
  {
    WarcWriter warc = writer();
    ASSERT_TRUE(warc.write(page("http://example.org/", "x")));
    ASSERT_FALSE(warc.close());
    expect_stopped(warc);
  }
  expect_whole_after_repair(1);
}

TEST_F(DiskFaultTest, APayloadThatCannotBeReadStopsTheArchiveBeforeItsRecord) {
  for (const bool ends : {false, true}) {
    TempDir dir;
    PosixDisk disk;
    WarcWriter warc(test_options(dir), disk, clock_, seeded_random());
    ASSERT_TRUE(warc.write(page("http://example.org/1", "one")));
    const auto payload = std::make_shared<SeededPayload>(200'000);
    payload->fails_at = 100'000;
    payload->ends = ends;
    const auto place = warc.write(page("http://example.org/2", payload));
    ASSERT_FALSE(place);
    EXPECT_EQ(place.error().code, Errc::Io);
  }
}

// With the real file system and a real limit: what setrlimit makes the kernel answer.
TEST(PosixDiskTest, AFileSizeLimitIsAnErrorThatSaysWhatToDo) {
  TempDir dir;
  PosixDisk disk;
  auto file = disk.create(dir.path() + "/x");
  ASSERT_TRUE(file);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1'000, before.rlim_max};
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto written = (*file)->write(std::string(4'096, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::NoSpace);
  EXPECT_NE(written.error().what.find("LimitFSIZE"), std::string::npos) << written.error().what;
  EXPECT_EQ(slurp(dir.path() + "/x").size(), 1'000u) << "the short write before the limit";
}

TEST(PosixDiskTest, WhatIsSyncedIntoADeletedFileIsNotSafe) {
  const std::string path = testing::TempDir() + "frontierd-deleted-" + std::to_string(getpid());
  PosixDisk disk;
  auto file = disk.create(path);
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE((*file)->write("bytes").has_value());
  ASSERT_TRUE((*file)->sync().has_value());
  ASSERT_EQ(unlink(path.c_str()), 0);
  const auto synced = (*file)->sync();
  ASSERT_FALSE(synced.has_value());
  EXPECT_EQ(synced.error().code, Errc::NotFound);
  EXPECT_NE(synced.error().what.find(path + " was deleted"), std::string::npos);
}

TEST(PosixDiskTest, NothingIsOverwrittenAndNothingIsCreatedTwice) {
  TempDir dir;
  PosixDisk disk;
  ASSERT_TRUE(disk.create(dir.path() + "/a"));
  ASSERT_TRUE(disk.create(dir.path() + "/b"));
  EXPECT_EQ(disk.create(dir.path() + "/a").error().code, Errc::Conflict);
  EXPECT_EQ(disk.rename(dir.path() + "/a", dir.path() + "/b").error().code, Errc::Conflict);
  EXPECT_TRUE(disk.rename(dir.path() + "/a", dir.path() + "/c"));
  EXPECT_EQ(disk.create(dir.path() + "/none/a").error().code, Errc::Io);
  EXPECT_EQ(disk.sync_directory(dir.path() + "/none").error().code, Errc::Io);
}

}  // namespace
}  // namespace frontierd
