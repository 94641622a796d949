#include "base/random.h"
#include "contract/store_pair.h"

namespace frontierd {
namespace {

constexpr int kSteps = 400;
constexpr int kCompareEvery = 40;

class StoresAgree : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(StoresAgree, OnEveryAnswerThroughARandomLifeWithCrashes) {
  Rng rng(GetParam());
  const auto memory = memory_frontier();
  const auto sqlite = sqlite_frontier();
  StorePair pair(
      *memory, *sqlite, [&](std::uint64_t bound) { return rng.below(bound); }, true);
  for (int step = 1; step <= kSteps; ++step) {
    auto difference = pair.step();
    if (!difference && step % kCompareEvery == 0) difference = pair.compare();
    ASSERT_FALSE(difference.has_value())
        << "seed " << GetParam() << ", step " << step << ": " << *difference
        << "\nagain: test_store_contract --gtest_filter='*StoresAgree*'";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoresAgree, ::testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace frontierd
