// The memory for robots.txt is bounded in bytes, as the allocator counts them.
#include "frontier/robots_cache.h"

#include <gtest/gtest.h>

#include <vector>
#include "store/memory/memory_store.h"
#include "unit/frontier/hostile_robots.h"

namespace frontierd {
namespace {

using namespace tests;

TEST(RobotsCache, CountsWhatTheAllocatorCounts) {
  RobotsCache cache(1'000 * kMiB);
  const std::vector<std::string> plain{"", "User-agent: *\nDisallow: /private\n",
                                       "User-agent: *\n" + std::string(2'000, '#')};
  const auto before = heap();
  for (int n = 0; n < 3'000; ++n) {
    cache.put(kAgent, HostId{n + 1}, record_of(plain[static_cast<std::size_t>(n % 3)]));
  }
  const auto ordinary = heap() - before;
  EXPECT_GE(cache.bytes() * 10, ordinary * 8) << cache.bytes() << " counted, taken " << ordinary;
  EXPECT_LE(cache.bytes(), ordinary * 2) << cache.bytes() << " counted, taken " << ordinary;
  for (int kind = 0; kind < 6; ++kind) {
    RobotsCache other(1'000 * kMiB);
    const auto now = heap();
    for (int n = 0; n < 8; ++n) other.put(kAgent, HostId{n + 1}, record_of(hostile(kind)));
    const auto taken = heap() - now;
    EXPECT_GE(other.bytes() * 10, taken * 9) << "kind " << kind << ": taken " << taken;
    if (taken < kMiB) continue;  // what malloc had at hand is not seen as taken
    EXPECT_LE(other.bytes() * 2, taken * 3) << "kind " << kind << ": taken " << taken;
  }
}

TEST(RobotsCache, HostileFilesStayWithinTheBoundInBytes) {
  RobotsCache cache(32 * kMiB);
  std::vector<RobotsRecord> records;
  for (int kind = 0; kind < 6; ++kind) records.push_back(record_of(hostile(kind)));
  const auto before = heap();
  std::uint64_t most = 0;
  for (int n = 0; n < 120; ++n) {
    cache.put(kAgent, HostId{n + 1}, records[static_cast<std::size_t>(n % 6)]);
    ASSERT_LE(cache.bytes(), 32 * kMiB);
    most = std::max(most, heap() - before);
  }
  EXPECT_LE(most, 36 * kMiB);
  EXPECT_LT(cache.size(), 120u) << "nothing had to leave: the test shows nothing";
}

TEST(RobotsCache, ALowerBoundHoldsAtOnceAndTheLastOneUsedStays) {
  RobotsCache cache(64 * kMiB);
  MemoryStore store;
  for (int n = 0; n < 40; ++n) cache.put(kAgent, HostId{n + 1}, record_of(hostile(1)));
  ASSERT_GT(cache.size(), 8u);
  cache.limit(4 * kMiB);
  EXPECT_LE(cache.bytes(), 4 * kMiB);
  cache.limit(1);
  EXPECT_EQ(cache.size(), 1u);
  const auto said = cache.ask(store, kAgent, HostId{40}, "/7x");
  ASSERT_TRUE(said.has_value());
  EXPECT_EQ(said->answer, RobotsCache::Answer::Barred);
}

}  // namespace
}  // namespace frontierd
