// Counts kept exactly, and written once per commit: how many URLs are in each state, over all and
// per host. Thread: the store's.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "rules/verdict.h"
#include "store/sqlite/prepared.h"

namespace frontierd {

// The states as they are stored; `leased` is a row in flight beside one of them.
enum class Stored { Queued, Done, Dropped };
std::string_view to_string(Stored state);
Stored parse_stored(std::string_view name);  // the schema's CHECK admits no other name

class Books {
 public:
  Result<void> load(Prepared& sql);
  Result<void> write(Prepared& sql);  // what changed since the last write

  void host_added() { ++hosts_; }
  void url_added(HostId host);
  void url_moved(HostId host, Stored from, Stored to);
  void dropped_for(DropReason because, int by);

  // Of one host, since the last write.
  std::int64_t unwritten(HostId host, Stored state) const;

  std::int64_t of(Stored state) const { return by_state_[static_cast<std::size_t>(state)]; }
  std::int64_t hosts() const { return hosts_; }

 private:
  using PerState = std::array<std::int64_t, 3>;

  Result<void> write_total(Prepared& sql, std::string_view name, std::int64_t now,
                           std::int64_t& written);

  PerState by_state_{};
  PerState by_state_written_{};
  std::array<std::int64_t, kDropReasons> by_reason_{};
  std::array<std::int64_t, kDropReasons> by_reason_written_{};
  std::int64_t hosts_ = 0;
  std::int64_t hosts_written_ = 0;
  std::unordered_map<std::int64_t, PerState> host_changes_;
};

}  // namespace frontierd
