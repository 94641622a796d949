// At full size: slow.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "frontier/robots_cache.h"
#include "unit/frontier/hostile_robots.h"

namespace frontierd {
namespace {

using namespace tests;

TEST(RobotsCache, TwentyThousandHostileFilesStayWithin256MiB) {
  RobotsCache cache(256 * kMiB);
  std::vector<RobotsRecord> records;
  for (int kind = 0; kind < 6; ++kind) records.push_back(record_of(hostile(kind)));
  const auto before = heap();
  std::uint64_t most = 0;
  for (int n = 0; n < 20'000; ++n) {
    cache.put(kAgent, HostId{n + 1}, records[static_cast<std::size_t>(n % 6)]);
    most = std::max(most, heap() - before);
  }
  EXPECT_LE(most, 264 * kMiB);
  EXPECT_GT(most, 200 * kMiB) << "the bound was never near: the test shows nothing";
}

}  // namespace
}  // namespace frontierd
