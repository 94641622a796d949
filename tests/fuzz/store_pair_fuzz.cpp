// Bytes become store calls, made on the memory store and on SQLite; the two must agree at every
// step, losses of power included.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "contract/store_pair.h"
#include "frontiersim/failing_disk.h"

namespace {

constexpr int kStepsMax = 400;
constexpr int kCompareEvery = 50;

// SQLite on a disk in memory, which keeps what was synced and loses some of the rest.
class OnPowerDisk final : public frontierd::Frontier {
 public:
  frontierd::Store& store() override { return disk_->store(); }
  frontierd::Inspector& inspector() override { return disk_->inspector(); }
  void crash() override {
    disk_->cut_power();
    frontierd::ok(disk_->crash());
  }

 private:
  std::unique_ptr<frontierd::sim::Disk> disk_ = frontierd::failing_disk({1, {}, false});
};

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
  OnPowerDisk sqlite;
  StorePair pair(*memory, sqlite, draw, true);
  for (int step = 1; step <= kStepsMax && at < size; ++step) {
    must_agree(pair.step());
    if (step % kCompareEvery == 0) must_agree(pair.compare());
  }
  must_agree(pair.compare());
  return 0;
}
