// Hosts whose queues wait in the store because memory is full (crawlers call such queues inactive):
// the soonest due of them, and up to when nobody else there is due. Thanks to it the store is gone
// through again when somebody is due, not to learn that nobody is. Bounded: over its limit the
// host due last is forgotten. Every verb is O(log n). Thread: the loop's only.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/ids.h"
#include "base/time.h"

namespace frontierd {

class InactiveHosts {
 public:
  explicit InactiveHosts(std::size_t most) : most_(most) {}
  void limit(std::size_t most);

  // `ready_at`: not before, by pace; none when it is not known whether somebody asked lately.
  // kNever is nobody's due: such a host waits for the operator, not here.
  void put(HostId id, Instant due, std::optional<Instant> ready_at);
  // A URL came for it: it is due by then at the latest.
  void hasten(HostId id, Instant due);
  void erase(HostId id);

  std::optional<HostId> due(Instant by) const;
  std::optional<Instant> first_due() const;
  std::optional<Instant> ready_at(HostId id) const;
  // Hosts of the store due before then are all here; from then on the store must be asked.
  Instant complete_until() const { return complete_until_; }
  // The store is gone through from its first host: who is not here will be met on the way.
  void start_over() { complete_until_ = kNever; }
  std::size_t size() const { return hosts_.size(); }

 private:
  struct Host {
    Instant due;
    std::optional<Instant> ready_at;
  };
  void forget_last();

  std::size_t most_;
  std::unordered_map<std::int64_t, Host> hosts_;
  std::set<std::pair<Instant, std::int64_t>> order_;
  Instant complete_until_ = kNever;
};

}  // namespace frontierd
