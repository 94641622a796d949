#include "frontier/inactive_hosts.h"

#include <algorithm>

namespace frontierd {

void InactiveHosts::limit(std::size_t most) {
  most_ = most;
  while (hosts_.size() > most_) forget_last();
}

void InactiveHosts::put(HostId id, Instant due, std::optional<Instant> ready_at) {
  if (!ready_at) ready_at = this->ready_at(id);
  erase(id);
  if (due == kNever) return;
  hosts_.emplace(raw(id), Host{due, ready_at});
  order_.emplace(due, raw(id));
  if (hosts_.size() > most_) forget_last();
}

void InactiveHosts::hasten(HostId id, Instant due) {
  const auto found = hosts_.find(raw(id));
  if (found == hosts_.end() || due < found->second.due) put(id, due, std::nullopt);
}

void InactiveHosts::erase(HostId id) {
  const auto found = hosts_.find(raw(id));
  if (found == hosts_.end()) return;
  order_.erase({found->second.due, found->first});
  hosts_.erase(found);
}

std::optional<Instant> InactiveHosts::first_due() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

std::optional<HostId> InactiveHosts::due(Instant by) const {
  if (order_.empty() || order_.begin()->first > by) return std::nullopt;
  return HostId{order_.begin()->second};
}

std::optional<Instant> InactiveHosts::ready_at(HostId id) const {
  const auto found = hosts_.find(raw(id));
  return found == hosts_.end() ? std::nullopt : found->second.ready_at;
}

void InactiveHosts::forget_last() {
  const auto [due, id] = *order_.rbegin();
  complete_until_ = std::min(complete_until_, due);
  erase(HostId{id});
}

}  // namespace frontierd
