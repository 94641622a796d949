// power_loss [--runs N] [--seed S] [--normal | --lying-disk]: lives of the SQLite store on a disk
// that loses power, and what they found. power_loss --sweep [--runs N] [--seed S]: N short
// lives (1), each again for every kind of fault at every operation. Exit code 1 if anything
// acknowledged was lost or the file was damaged.
#include <cstdio>
#include <cstring>
#include <string>

#include "base/text.h"
#include "power/power_life.h"

namespace frontierd {
namespace {

struct Wanted {
  std::uint64_t runs = 0;  // 0: as many as is usual
  std::uint64_t seed = 1;
  bool normal = false;
  bool lying = false;
  bool sweep = false;
};

void add(LifeTally& sum, const LifeTally& more) {
  sum.commits += more.commits;
  sum.checkpoints += more.checkpoints;
  sum.reopenings += more.reopenings;
  sum.seeds += more.seeds;
  sum.settlements += more.settlements;
  sum.waits += more.waits;
  sum.lost_seeds += more.lost_seeds;
  sum.lost_settlements += more.lost_settlements;
  sum.lost_waits += more.lost_waits;
  sum.corrupt += more.corrupt;
}

void add(DiskTally& sum, const DiskTally& more) {
  sum.operations += more.operations;
  sum.writes += more.writes;
  sum.syncs += more.syncs;
  sum.cuts += more.cuts;
  sum.kept += more.kept;
  sum.lost += more.lost;
  sum.torn += more.torn;
  sum.hollow += more.hollow;
  sum.reordered += more.reordered;
  sum.names += more.names;
  sum.faults += more.faults;
}

void tell(const LifeTally& life, const DiskTally& disk) {
  const auto n = [](std::uint64_t count) { return static_cast<unsigned long long>(count); };
  std::printf("commits %llu, checkpoints %llu, disk writes %llu, syncs %llu\n", n(life.commits),
              n(life.checkpoints), n(disk.writes), n(disk.syncs));
  std::printf(
      "losses of power %llu; unsynced changes lost %llu, torn %llu, hollow %llu, kept %llu, "
      "reordered %llu, names undone %llu; errors injected %llu\n",
      n(disk.cuts), n(disk.lost), n(disk.torn), n(disk.hollow), n(disk.kept), n(disk.reordered),
      n(disk.names), n(disk.faults));
  std::printf(
      "reopenings checked %llu: acknowledged seeds %llu, settlements %llu, host states and "
      "incidents %llu\n",
      n(life.reopenings), n(life.seeds), n(life.settlements), n(life.waits));
  std::printf("lost seeds %llu, lost settlements %llu, lost host states %llu, corrupt %llu\n",
              n(life.lost_seeds), n(life.lost_settlements), n(life.lost_waits), n(life.corrupt));
}

bool read_arguments(int argc, char** argv, Wanted& wanted) {
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const bool number = flag == "--runs" || flag == "--seed";
    if (number && i + 1 < argc) {
      const auto value = parse_int<std::uint64_t>(argv[++i]);
      if (!value) return false;
      (flag == "--runs" ? wanted.runs : wanted.seed) = *value;
    } else if (flag == "--normal") {
      wanted.normal = true;
    } else if (flag == "--lying-disk") {
      wanted.lying = true;
    } else if (flag == "--sweep") {
      wanted.sweep = true;
    } else {
      return false;
    }
  }
  return true;
}

int run(const Wanted& wanted) {
  LifeTally life_sum;
  DiskTally disk_sum;
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < wanted.runs; ++i) {
    LifeOptions options = random_life(wanted.seed + i);
    options.full_sync = !wanted.normal;
    options.habits.syncs_are_lies = wanted.lying;
    PowerLife life(options);
    if (const auto fault = life.run()) {
      ++failed;
      std::printf("seed %llu: %s\n  again: power_loss --runs 1 --seed %llu%s%s\n",
                  static_cast<unsigned long long>(wanted.seed + i), fault->c_str(),
                  static_cast<unsigned long long>(wanted.seed + i),
                  wanted.normal ? " --normal" : "", wanted.lying ? " --lying-disk" : "");
    }
    add(life_sum, life.tally());
    add(disk_sum, life.disk());
  }
  std::printf(
      "%llu runs from seed %llu, %llu failed\n", static_cast<unsigned long long>(wanted.runs),
      static_cast<unsigned long long>(wanted.seed), static_cast<unsigned long long>(failed));
  tell(life_sum, disk_sum);
  return failed == 0 ? 0 : 1;
}

// How many of the lives failed; all of them are counted in `lives`.
std::uint64_t sweep_one(std::uint64_t seed, std::uint64_t& lives, LifeTally& sum) {
  PowerLife whole(small_life({}, seed));
  std::uint64_t failed = whole.run() ? 1 : 0;
  for (const DiskFault fault : {DiskFault::PowerCut, DiskFault::Error, DiskFault::ShortWrite,
                                DiskFault::Full, DiskFault::ReadError}) {
    const std::uint64_t places = fault == DiskFault::ReadError ? whole.looks() : whole.operations();
    for (std::uint64_t i = 0; i < 2 * places; ++i) {
      PowerLife life(small_life({1 + i / 2, fault, i % 2 == 1}, seed));
      ++lives;
      if (const auto wrong = life.run()) {
        ++failed;
        std::printf("seed %llu, fault %d at operation %llu: %s\n",
                    static_cast<unsigned long long>(seed), static_cast<int>(fault),
                    static_cast<unsigned long long>(1 + i / 2), wrong->c_str());
      }
      add(sum, life.tally());
    }
  }
  return failed;
}

int sweep(const Wanted& wanted) {
  std::uint64_t lives = 0;
  std::uint64_t failed = 0;
  LifeTally sum;
  for (std::uint64_t i = 0; i < wanted.runs; ++i) {
    failed += sweep_one(wanted.seed + i, lives, sum);
    std::printf("seeds up to %llu: %llu lives, %llu failed\n",
                static_cast<unsigned long long>(wanted.seed + i),
                static_cast<unsigned long long>(lives), static_cast<unsigned long long>(failed));
    std::fflush(stdout);  // it takes long
  }
  std::printf(
      "%llu lives, %llu failed; reopenings checked %llu, lost seeds %llu, lost settlements %llu, "
      "lost host states %llu, corrupt %llu\n",
      static_cast<unsigned long long>(lives), static_cast<unsigned long long>(failed),
      static_cast<unsigned long long>(sum.reopenings),
      static_cast<unsigned long long>(sum.lost_seeds),
      static_cast<unsigned long long>(sum.lost_settlements),
      static_cast<unsigned long long>(sum.lost_waits),
      static_cast<unsigned long long>(sum.corrupt));
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace frontierd

int main(int argc, char** argv) {
  frontierd::Wanted wanted;
  if (!frontierd::read_arguments(argc, argv, wanted)) {
    std::fprintf(stderr,
                 "usage: power_loss [--runs N] [--seed S] [--normal | --lying-disk | --sweep]\n");
    return 2;
  }
  if (wanted.runs == 0) wanted.runs = wanted.sweep ? 1 : 1'000;
  return wanted.sweep ? frontierd::sweep(wanted) : frontierd::run(wanted);
}
