#include "frontiersim/failing_disk.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "frontiersim/power_vfs.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

constexpr const char* kPath = "/frontier.db";
constexpr const char* kVfs = "power";
// Small: uncommitted pages are spilled into the log, and commits checkpoint by themselves.
constexpr std::int64_t kCacheKib = 64;
constexpr int kLogPagesMax = 100;

class FailingDisk final : public sim::Disk {
 public:
  explicit FailingDisk(const FailingOptions& options)
      : options_(options), dice_(options.seed), disk_(dice_.next(), options.habits), vfs_(disk_) {
    open();
  }
  ~FailingDisk() override {
    inspector_.reset();
    store_.reset();
    if (options_.tally != nullptr) *options_.tally = disk_.tally();
  }

  Store& store() override { return *store_; }
  Inspector& inspector() override { return *inspector_; }
  bool powered() const override { return disk_.powered(); }
  void cut_power() override { disk_.cut_power(); }
  Result<void> crash() override {
    disk_.restart();  // first: the dead write nothing on their way out
    open();
    return {};
  }

 private:
  DiskPlan draw_plan() {
    constexpr std::array kFaults{DiskFault::PowerCut, DiskFault::PowerCut, DiskFault::Error,
                                 DiskFault::ShortWrite, DiskFault::Full};
    const DiskFault fault = kFaults[dice_.below(kFaults.size())];
    // Early ones fall into the recovery, late ones into commits and checkpoints.
    return {1 + dice_.below(std::uint64_t{8} << dice_.below(12)), fault, false};
  }

  void open() {
    inspector_.reset();
    store_.reset();
    while (true) {
      if (options_.ails) disk_.plan(draw_plan());
      const auto opened = try_open();
      if (opened) return;
      if (!disk_.fired()) {
        std::fprintf(stderr, "the store cannot be opened after a fault of the disk: %s\n",
                     opened.error().what.c_str());
        std::abort();
      }
      disk_.restart();
      inspector_.reset();
      store_.reset();
    }
  }

  Result<void> try_open() {
    SqliteOptions how;
    how.vfs = kVfs;
    how.cache_kib = kCacheKib;
    how.wal_pages_max = kLogPagesMax;
    TRY_ASSIGN(store_, SqliteStore::open(kPath, how));
    TRY_ASSIGN(inspector_, SqliteInspector::open(kPath, kVfs));
    return {};
  }

  FailingOptions options_;
  Rng dice_;
  PowerDisk disk_;
  PowerVfs vfs_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SqliteInspector> inspector_;
};

}  // namespace

std::unique_ptr<sim::Disk> failing_disk(const FailingOptions& options) {
  return std::make_unique<FailingDisk>(options);
}

}  // namespace frontierd
