// The order of hosts by the moment they next deserve attention: a bounded map of slots and a sorted
// index over it. Longest ready first, ties by id. Every verb is O(log n).
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "frontier/host_slot.h"

namespace frontierd {

class Schedule {
 public:
  HostSlot* find(HostId id);
  const HostSlot* find(HostId id) const;
  // A slot keeps its address until it is erased.
  HostSlot& add(HostSlot slot);
  void erase(HostId id);
  // Moves a host to `at`; kNever takes it out of the order.
  void place(HostSlot& slot, Instant at);
  // The host longest due, taken out of the order; nullptr if none is due.
  HostSlot* pop_due(Instant now);
  Instant next_at() const;
  // From the one that is due last, while `look` wants more.
  template <class Look>
  void from_the_latest(Look look) const {
    for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
      if (!look(*find(HostId{at->second}))) return;
    }
  }
  // Some of all slots, placed or not: at most `most` are looked at, from where the last call ended.
  template <class Look>
  void look_at_some(std::size_t most, Look look) {
    const std::size_t buckets = slots_.bucket_count();
    std::size_t looked = 0;
    for (std::size_t tried = 0; tried < std::min(buckets, most) && looked < most; ++tried) {
      bucket_ = (bucket_ + 1) % buckets;
      for (auto at = slots_.begin(bucket_); at != slots_.end(bucket_); ++at, ++looked) {
        look(std::as_const(at->second));
      }
    }
  }
  std::size_t size() const { return slots_.size(); }
  const std::unordered_map<std::int64_t, HostSlot>& slots() const { return slots_; }
  // `change` leaves the host's place in the order as it is.
  template <class Change>
  void for_each(Change change) {
    for (auto& [id, slot] : slots_) change(slot);
  }

 private:
  std::unordered_map<std::int64_t, HostSlot> slots_;
  std::set<std::pair<Instant, std::int64_t>> order_;
  std::size_t bucket_ = 0;  // how far look_at_some() has come
};

}  // namespace frontierd
