// Bytes become store calls, made on the memory store and on SQLite; the two must agree at every
// step.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "contract/store_pair.h"

namespace {

constexpr int kStepsMax = 400;
constexpr int kCompareEvery = 50;

void must_agree(const std::optional<std::string>& difference) {
  if (!difference) return;
  std::fprintf(stderr, "the stores disagree: %s\n", difference->c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
  // An error from a store is a finding too: the harness reports it as a test failure.
  ::testing::GTEST_FLAG(break_on_failure) = true;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontierd;
  std::size_t at = 0;
  const Draw draw = [&](std::uint64_t bound) -> std::uint64_t {
    if (at >= size || bound == 0) return 0;
    std::uint64_t number = data[at++];
    if (bound > 256 && at < size) number = number << 8 | data[at++];
    return number % bound;
  };
  const auto memory = memory_frontier();
  const auto sqlite = sqlite_frontier_memory();
  StorePair pair(*memory, *sqlite, draw, false);
  for (int step = 1; step <= kStepsMax && at < size; ++step) {
    must_agree(pair.step());
    if (step % kCompareEvery == 0) must_agree(pair.compare());
  }
  must_agree(pair.compare());
  return 0;
}
