#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "archive/archiver.h"
#include "archive/repair.h"
#include "archive_fixture.h"

namespace frontierd {
namespace {

// Holds the archive's thread at its first read until it is opened.
class GatedPayload final : public Payload {
 public:
  explicit GatedPayload(std::uint64_t size = 4) : size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
    std::unique_lock lock(mutex_);
    read_ = true;
    wake_.notify_all();
    wake_.wait(lock, [this] { return open_; });
    const std::size_t count = std::min<std::size_t>(into.size(), size_ - offset);
    std::fill_n(into.begin(), count, 'g');
    return count;
  }
  void wait_read() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return read_; });
  }
  void open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    wake_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable wake_;
  mutable bool read_ = false;
  bool open_ = false;
  std::uint64_t size_;
};

class ArchiverTest : public ::testing::Test {
 protected:
  std::unique_ptr<Archiver> archiver(ArchiverOptions options = {}) {
    return std::make_unique<Archiver>(WarcWriter(warc_options_, disk_, clock_, seeded_random()),
                                      options, [this] {
                                        {
                                          const std::lock_guard lock(mutex_);
                                          ++pokes_;
                                        }
                                        poked_.notify_all();
                                      });
  }

  // Waits for pokes and collects until `count` landings came back by `door`.
  std::vector<Landing> collect(Archiver& archive, std::size_t count,
                               std::vector<Landing> (Archiver::*door)()) {
    std::vector<Landing> out;
    std::unique_lock lock(mutex_);
    const auto gathered = [&] {
      for (Landing& landing : (archive.*door)()) out.push_back(std::move(landing));
      return out.size() >= count;
    };
    EXPECT_TRUE(poked_.wait_for(lock, std::chrono::seconds(30), gathered));
    return out;
  }

  TempDir dir_;
  WarcOptions warc_options_ = test_options(dir_);
  FaultyDisk disk_;
  FixedClock clock_;
  std::mutex mutex_;
  std::condition_variable poked_;
  int pokes_ = 0;
};

std::string url(int i) {
  return "http://example.org/" + std::to_string(i);
}

TEST_F(ArchiverTest, LandingsComeBackInOrderWithTheirPlaceAndWithoutTheirPayload) {
  auto archive = archiver();
  for (int i = 0; i < 500; ++i) archive->put(page(url(i), "body " + std::to_string(i)));
  const auto landings = collect(*archive, 500, &Archiver::taken);
  ASSERT_TRUE(archive->close());
  ASSERT_EQ(landings.size(), 500u);
  const std::string bytes = slurp(dir_.path() + "/" + landings[0].archive.file);
  for (int i = 0; i < 500; i += 83) {
    const Landing& landing = landings[static_cast<std::size_t>(i)];
    EXPECT_EQ(landing.report.url, url(i));
    EXPECT_EQ(landing.exchange, nullptr);
    const auto found = read_warc(bytes.substr(landing.archive.offset));
    EXPECT_EQ(found.records.at(0).payload(), "body " + std::to_string(i));
  }
  EXPECT_EQ(archive->tally().held_items, 0u);
  EXPECT_EQ(archive->tally().held_bytes, 0u);
  EXPECT_EQ(archive->tally().written.records, 1'001u);
}

TEST_F(ArchiverTest, ALandingComesBackOnlyOnceItIsOnDisk) {
  auto archive = archiver();
  archive->put(page(url(1), "x"));
  const auto landings = collect(*archive, 1, &Archiver::taken);
  EXPECT_GE(disk_.plan.syncs, 1);
  const auto reading = read_warc_file(dir_.path() + "/" + landings.at(0).archive.file + ".open");
  EXPECT_EQ(reading.records.size(), 3u) << "flushed, not only buffered";
}

TEST_F(ArchiverTest, ManyLandingsShareASync) {
  auto gate = std::make_shared<GatedPayload>();
  auto archive = archiver();
  archive->put(page(url(0), gate));
  for (int i = 1; i <= 256; ++i) archive->put(page(url(i), "x"));
  gate->open();
  (void)collect(*archive, 257, &Archiver::taken);
  ASSERT_TRUE(archive->close());
  EXPECT_LE(disk_.plan.syncs, 4);
}

TEST_F(ArchiverTest, LargeLandingsTakeTurnsWithTheOthersInsteadOfHoldingThemUp) {
  ArchiverOptions options;
  options.large_bytes = 1'000;
  auto gate = std::make_shared<GatedPayload>();
  auto archive = archiver(options);
  archive->put(page(url(0), gate));
  for (int i = 1; i <= 3; ++i) archive->put(page(url(i), std::string(5'000, 'L')));
  for (int i = 4; i <= 6; ++i) archive->put(page(url(i), "x"));
  gate->open();
  std::vector<std::string> order;
  for (const Landing& landing : collect(*archive, 7, &Archiver::taken)) {
    order.push_back(landing.report.url);
  }
  const auto place = [&](int i) { return std::find(order.begin(), order.end(), url(i)); };
  ASSERT_EQ(order.size(), 7u);
  EXPECT_LT(place(6), place(2)) << "at most one large one goes first";
  EXPECT_LT(place(2), place(3));
  ASSERT_TRUE(archive->close());
  EXPECT_EQ(dir_.records().size(), 16u) << "two files, each with its warcinfo";
}

TEST_F(ArchiverTest, SmallLandingsPassALargeOneThatIsBeingWritten) {
  ArchiverOptions options;
  auto gate = std::make_shared<GatedPayload>(std::uint64_t{8} << 20);
  auto archive = archiver(options);
  archive->put(page(url(0), gate));
  gate->wait_read();  // it is being written
  for (int i = 1; i <= 3; ++i) archive->put(page(url(i), "x"));
  gate->open();
  const auto landings = collect(*archive, 4, &Archiver::taken);
  EXPECT_EQ(landings.back().report.url, url(0));
  EXPECT_NE(landings.back().archive.file, landings.front().archive.file);
  ASSERT_TRUE(archive->close());
  EXPECT_EQ(dir_.records().size(), 10u);
}

TEST_F(ArchiverTest, AFailureAmongTheSmallEndsTheLargeOneToo) {
  disk_.plan.sync_fails = 1;
  auto gate = std::make_shared<GatedPayload>(std::uint64_t{8} << 20);
  auto archive = archiver();
  archive->put(page(url(0), gate));
  gate->wait_read();
  archive->put(page(url(1), "x"));
  gate->open();
  EXPECT_EQ(collect(*archive, 2, &Archiver::abandoned).size(), 2u);
  EXPECT_EQ(archive->tally().large_bytes, 0u);
  EXPECT_EQ(disk_.plan.writes_after_failure, 0);
}

TEST_F(ArchiverTest, LargeLandingsFillARoomOfTheirOwn) {
  ArchiverOptions options;
  options.large_bytes_max = 10u << 20;
  auto gate = std::make_shared<GatedPayload>(std::uint64_t{8} << 20);
  auto archive = archiver(options);
  archive->put(page(url(0), gate));
  EXPECT_TRUE(archive->has_room_for_large());
  archive->put(page(url(1), std::make_shared<SeededPayload>(std::uint64_t{4} << 20)));
  EXPECT_FALSE(archive->has_room_for_large());
  EXPECT_TRUE(archive->has_room()) << "nobody else waits for it";
  gate->open();
  EXPECT_EQ(collect(*archive, 2, &Archiver::taken).size(), 2u);
  EXPECT_TRUE(archive->has_room_for_large());
}

TEST_F(ArchiverTest, AFailureAbandonsTheLargeLandingsThatWaitToo) {
  ArchiverOptions options;
  options.large_bytes = 1'000;
  disk_.plan.sync_fails = 1;
  auto gate = std::make_shared<GatedPayload>();
  auto archive = archiver(options);
  archive->put(page(url(0), gate));
  for (int i = 1; i <= 3; ++i) archive->put(page(url(i), std::string(5'000, 'L')));
  gate->open();
  EXPECT_EQ(collect(*archive, 4, &Archiver::abandoned).size(), 4u);
  EXPECT_EQ(archive->tally().held_items, 0u);
}

TEST_F(ArchiverTest, WithSyncAtRotationOnlyAClosedFileIsSynced) {
  ArchiverOptions options;
  options.sync = ArchiveSync::Rotate;
  auto archive = archiver(options);
  archive->put(page(url(1), "x"));
  const auto landings = collect(*archive, 1, &Archiver::taken);
  const auto reading = read_warc_file(dir_.path() + "/" + landings.at(0).archive.file + ".open");
  EXPECT_EQ(reading.records.size(), 3u) << "the kernel has it: a crash of ours loses nothing";
  ASSERT_TRUE(archive->close());
  EXPECT_EQ(disk_.plan.syncs, 1);
}

TEST_F(ArchiverTest, AFullQueueHasNoRoomUntilItIsEmptiedButStillAccepts) {
  for (const bool by_bytes : {false, true}) {
    ArchiverOptions options;
    options.items_max = by_bytes ? 1'000 : 3;
    options.bytes_max = by_bytes ? 3'000 : 1'000'000;
    auto gate = std::make_shared<GatedPayload>();
    auto archive = archiver(options);
    archive->put(page(url(0), gate));
    EXPECT_TRUE(archive->has_room());
    for (int i = 1; i <= 4; ++i) archive->put(page(url(i), std::string(1'000, 'x')));
    EXPECT_FALSE(archive->has_room());
    gate->open();
    EXPECT_EQ(collect(*archive, 5, &Archiver::taken).size(), 5u);
    EXPECT_TRUE(archive->has_room());
    ASSERT_TRUE(archive->close());
    EXPECT_FALSE(archive->has_room());
  }
}

TEST_F(ArchiverTest, ClosingUnderLoadWritesEverythingAndEndsOnARecordEdge) {
  auto gate = std::make_shared<GatedPayload>();
  auto archive = archiver();
  archive->put(page(url(0), gate));
  for (int i = 1; i < 1'000; ++i) archive->put(page(url(i), "x"));
  gate->open();
  ASSERT_TRUE(archive->close());
  EXPECT_EQ(archive->taken().size(), 1'000u);
  EXPECT_EQ(dir_.records().size(), 2'001u);
  EXPECT_EQ(dir_.names().size(), 1u);
  archive->put(page(url(1'000), "late"));
  EXPECT_EQ(archive->abandoned().size(), 1u);
}

TEST_F(ArchiverTest, ADestroyedArchiverHasClosedItsFile) {
  archiver()->put(page(url(0), "x"));
  EXPECT_EQ(dir_.records().size(), 3u);
}

TEST_F(ArchiverTest, AfterAFailedFsyncNothingUnsureIsCalledArchived) {
  disk_.plan.sync_fails = 2;
  auto archive = archiver();
  archive->put(page(url(0), "safe"));
  EXPECT_EQ(collect(*archive, 1, &Archiver::taken).size(), 1u);
  for (int i = 1; i <= 50; ++i) archive->put(page(url(i), "unsure"));
  const auto lost = collect(*archive, 50, &Archiver::abandoned);
  ASSERT_TRUE(archive->failure());
  EXPECT_EQ(archive->failure()->code, Errc::Io);
  EXPECT_FALSE(archive->has_room());
  ASSERT_EQ(lost.size(), 50u);
  for (const Landing& landing : lost) EXPECT_EQ(landing.archive.file, "");
  EXPECT_TRUE(archive->taken().empty());
  EXPECT_FALSE(archive->close());
  EXPECT_EQ(disk_.plan.syncs, 2) << "never again";
  EXPECT_EQ(disk_.plan.writes_after_failure, 0);
}

TEST_F(ArchiverTest, AFullDiskStopsTheArchiveAndRepairLeavesWholeRecords) {
  disk_.plan.room = 20'000;
  auto archive = archiver();
  std::size_t safe = 0;
  for (int i = 0; i < 10'000 && archive->has_room(); ++i) {
    archive->put(page(url(i), "page " + std::to_string(i)));
    safe += archive->taken().size();
  }
  const auto stopped = archive->close();
  safe += archive->taken().size();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::NoSpace);
  EXPECT_FALSE(archive->abandoned().empty());
  EXPECT_EQ(archive->tally().held_items, 0u);
  archive.reset();
  ASSERT_TRUE(repair_directory(dir_.path()));
  EXPECT_GE(dir_.records().size(), safe == 0 ? 0 : 1 + 2 * safe) << "what was handed back is there";
}

TEST_F(ArchiverTest, AQuietArchiveClosesAnOldFile) {
  warc_options_.rotate_after = Millis{1};
  struct RunningClock final : Clock {
    Instant now() const override {
      return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    }
  } clock;
  Archiver archive(WarcWriter(warc_options_, disk_, clock, seeded_random()), {}, [] {});
  archive.put(page(url(0), "x"));
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < patience && dir_.records().empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(dir_.records().size(), 3u);
}

}  // namespace
}  // namespace frontierd
