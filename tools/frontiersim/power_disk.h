// A disk under a page cache, in memory, that can lose power. A program sees what it wrote; the
// platter has what was synced. When the power fails, each write, truncation and change of a name
// since the last sync is kept, lost, torn or reordered, as the dice say. It can also fail at the
// n-th operation.
//
// A failed sync does what Linux does: the pages count as clean from then on, some of them written
// and some not, and the next sync answers "ok" without writing those. So a program that tries the
// sync again loses what it then acknowledges.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace frontierd {

inline constexpr std::uint64_t kSectorBytes = 512;
inline constexpr std::uint64_t kPageBytes =
    4096;  // of the cache: a long write reaches the disk in these

// What becomes of a write that was not synced; the shares need not add up, the rest is kept.
struct PowerHabits {
  double lost = 0.35;
  double torn = 0.2;            // some of its sectors are written
  double hollow = 0.1;          // the file has grown, with zeros in it
  bool within_sectors = true;   // a torn write may also break off within a sector
  bool reorders = true;         // a later write may reach the platter before an earlier one
  bool syncs_are_lies = false;  // sync answers "ok" and does nothing
};

enum class DiskFault {
  None,
  PowerCut,    // at this operation; everything after it fails
  Error,       // EIO
  ShortWrite,  // a part is written, then EIO; other operations as Error
  Full,        // a part is written, then ENOSPC; other operations as Error
  ReadError,   // a part is read, then EIO; likewise opening a file, or asking for it or its size
};

// One fault at the n-th operation that changes the disk (ReadError: that looks at it), 1 for the
// first; 0: never.
struct DiskPlan {
  std::uint64_t at = 0;
  DiskFault fault = DiskFault::None;
  bool for_ever = false;  // every later operation fails likewise
};

struct DiskTally {
  std::uint64_t operations = 0;  // writes, truncations, syncs, names made and removed
  std::uint64_t looks = 0;       // reads, openings, sizes asked for
  std::uint64_t writes = 0;
  std::uint64_t syncs = 0;
  std::uint64_t cuts = 0;  // losses of power
  std::uint64_t kept = 0;  // at them, of what was not synced
  std::uint64_t lost = 0;
  std::uint64_t torn = 0;
  std::uint64_t hollow = 0;
  std::uint64_t reordered = 0;
  std::uint64_t names = 0;    // creations and removals undone
  std::uint64_t faults = 0;   // operations that failed on purpose, losses of power not counted
  std::uint64_t resyncs = 0;  // syncs of a file whose sync had failed
};

class PowerDisk {
 public:
  enum class Answer { Ok, Error, Full, Absent };

  struct Change {  // not synced yet
    std::uint64_t offset = 0;
    std::string bytes;
    bool truncation = false;  // to `offset`
  };
  struct Node {
    std::string seen;     // by programs
    std::string platter;  // what is left if the power fails now and all of `changes` is lost
    std::vector<Change> changes;
    bool sync_failed = false;
  };
  using Inode = std::shared_ptr<Node>;

  explicit PowerDisk(std::uint64_t seed, PowerHabits habits = {}) : dice_(seed), habits_(habits) {}

  Inode find(const std::string& name) const;  // null: no such file
  // nullptr on a fault.
  Inode create(const std::string& name);
  Answer remove(const std::string& name);
  Answer write(Node& node, std::uint64_t offset, std::string_view bytes);
  Answer truncate(Node& node, std::uint64_t size);
  Answer sync(Node& node);
  // One more operation of the machine's that can fail and leaves nothing on the platter.
  Answer touch();
  // Before each look at the disk; false: it fails.
  bool look();
  void sync_names();  // part of a sync or a removal: fails with it

  void plan(DiskPlan plan);  // the counts of operations and looks start anew
  bool fired() const { return fired_; }
  std::uint64_t operations() const { return operations_; }  // since the plan was made
  std::uint64_t looks() const { return looks_; }            // likewise
  bool powered() const { return powered_; }

  void cut_power();
  // The machine (after a cut) or the process (else) starts anew: nodes of before are dead.
  void restart();
  std::uint64_t era() const { return era_; }

  std::uint64_t random() { return dice_.next(); }
  const DiskTally& tally() const { return tally_; }

 private:
  using Names = std::map<std::string, Inode>;

  DiskFault next_operation();
  bool due(std::uint64_t count) const;
  bool chance(double share) { return dice_.roll().unit < share; }
  void put(Node& node, std::uint64_t offset, std::string_view bytes);
  void settle_sync(Node& node);
  void half_sync(Node& node);
  void lose_some(Node& node);
  void tear(std::string& platter, const Change& change);
  void lose_names();

  Rng dice_;
  PowerHabits habits_;
  DiskPlan plan_;
  DiskTally tally_;
  std::uint64_t operations_ = 0;
  std::uint64_t looks_ = 0;
  std::uint64_t era_ = 0;
  bool fired_ = false;
  bool powered_ = true;
  Names names_;
  Names platter_names_;
  std::map<std::string, std::vector<Inode>> name_changes_;  // null: removed
};

}  // namespace frontierd
