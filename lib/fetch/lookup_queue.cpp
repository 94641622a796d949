#include "fetch/lookup_queue.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "rules/url.h"

namespace frontierd {
namespace {

constexpr std::size_t kNew = 0;
constexpr std::size_t kKnown = 1;
constexpr std::size_t kDomainPart = 8;   // a domain has one part in so many
constexpr std::size_t kReservePart = 4;  // ... and known names keep one in so many

std::uint64_t key_of(const std::string& name) {
  return stable_hash(registrable_domain(name));
}

std::size_t kind_of(const LookupQueue::Turn& turn) {
  return turn.known ? kKnown : kNew;
}

}  // namespace

bool LookupQueue::has_room(const std::string& name) const {
  if (waiting_ < waiting_max_ - waiting_max_ / kReservePart) return true;
  const auto found = domains_.find(key_of(name));
  std::size_t held = 0;
  if (found != domains_.end()) {
    for (const auto& names : found->second.names) held += names.size();
  }
  return waiting_ < waiting_max_ && held < std::max<std::size_t>(1, waiting_max_ / kDomainPart);
}

void LookupQueue::push(Turn turn) {
  const std::uint64_t key = key_of(turn.name);
  Domain& domain = domains_[key];
  domain.names[kind_of(turn)].push_back(std::move(turn.name));
  ++waiting_;
  line_up(key, domain);
}

void LookupQueue::line_up(std::uint64_t key, Domain& domain) {
  if (domain.in_flight >= std::max<std::size_t>(1, at_once_ / kDomainPart)) return;
  for (const std::size_t kind : {kNew, kKnown}) {
    if (domain.names[kind].empty() || std::exchange(domain.in_turn[kind], true)) continue;
    turns_[kind].push_back(key);
  }
}

std::optional<LookupQueue::Turn> LookupQueue::next() {
  if (in_flight() >= at_once_) return std::nullopt;
  if (auto turn = next_of(kKnown)) return turn;
  const std::size_t most = std::max<std::size_t>(1, at_once_ - at_once_ / kReservePart);
  return in_flight_[kNew] < most ? next_of(kNew) : std::nullopt;
}

std::optional<LookupQueue::Turn> LookupQueue::next_of(std::size_t kind) {
  while (!turns_[kind].empty()) {
    const std::uint64_t key = turns_[kind].front();
    turns_[kind].pop_front();
    Domain& domain = domains_.at(key);
    domain.in_turn[kind] = false;
    if (domain.in_flight >= std::max<std::size_t>(1, at_once_ / kDomainPart)) continue;
    Turn turn{std::move(domain.names[kind].front()), kind == kKnown};
    domain.names[kind].pop_front();
    ++domain.in_flight;
    ++in_flight_[kind];
    --waiting_;
    line_up(key, domain);
    return turn;
  }
  return std::nullopt;
}

void LookupQueue::ended(const Turn& turn) {
  const std::uint64_t key = key_of(turn.name);
  const auto found = domains_.find(key);
  Domain& domain = found->second;
  --domain.in_flight;
  --in_flight_[kind_of(turn)];
  line_up(key, domain);
  const bool idle = domain.names[kNew].empty() && domain.names[kKnown].empty();
  if (idle && domain.in_flight == 0) domains_.erase(found);
}

}  // namespace frontierd
