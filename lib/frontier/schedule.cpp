#include "frontier/schedule.h"

#include "base/check.h"

namespace frontierd {

bool is_at_rest(const HostSlot& slot) {
  return slot.flights == 0 && !slot.errand && slot.for_others.empty() && !slot.resolving &&
         slot.parked == Parked::No && !slot.claim && !slot.awaiting_robots;
}

HostSlot* Schedule::find(HostId id) {
  const auto found = slots_.find(raw(id));
  return found == slots_.end() ? nullptr : &found->second;
}

const HostSlot* Schedule::find(HostId id) const {
  const auto found = slots_.find(raw(id));
  return found == slots_.end() ? nullptr : &found->second;
}

HostSlot& Schedule::add(HostSlot slot) {
  const HostId id = slot.entry.id;
  slot.placed_at = kNever;
  const auto [at, added] = slots_.emplace(raw(id), std::move(slot));
  CHECK(added);
  return at->second;
}

void Schedule::erase(HostId id) {
  const auto found = slots_.find(raw(id));
  if (found == slots_.end()) return;
  place(found->second, kNever);
  slots_.erase(found);
}

void Schedule::place(HostSlot& slot, Instant at) {
  if (slot.placed_at == at) return;
  if (slot.placed_at != kNever) order_.erase({slot.placed_at, raw(slot.entry.id)});
  slot.placed_at = at;
  if (at != kNever) order_.emplace(at, raw(slot.entry.id));
}

HostSlot* Schedule::pop_due(Instant now) {
  if (order_.empty() || order_.begin()->first > now) return nullptr;
  HostSlot& slot = slots_.at(order_.begin()->second);
  place(slot, kNever);
  return &slot;
}

Instant Schedule::next_at() const {
  return order_.empty() ? kNever : order_.begin()->first;
}

}  // namespace frontierd
