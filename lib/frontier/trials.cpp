// The half of the dispatcher that, in a pause of our own trouble, looks whether it is over: a few
// hosts that were never asked or answered well lately are asked all the same (rules/our_trouble.h).
#include <utility>

#include "frontier/dispatcher.h"

namespace frontierd {
namespace {

constexpr std::size_t kLookedAt = 8'192;  // hosts in one tick

}  // namespace

// ... and for nothing else.
bool Dispatcher::pauses_for_trouble(Instant now) const {
  return !holds_.first() && our_trouble_.paused(now);
}

// One at a time: the rate is bounded, too.
Result<void> Dispatcher::lease_trials(Instant now) {
  if (crowded() || our_trouble_.next_try(policy_->frontier, now) > now) return {};
  for (std::size_t looked = 0; looked < kLookedAt; ++looked) {
    HostSlot* slot = next_due(now);
    if (slot == nullptr) return {};
    if (put_aside(*slot, now)) continue;
    if (const auto request = offer(*slot, now)) return lease({&*request, 1}, now);
  }
  return {};
}

bool Dispatcher::put_aside(HostSlot& slot, Instant now) {
  const HostState& state = slot.entry.state;
  const bool worth = !state.exhausted && state.breaker == Breaker::Closed &&
                     our_trouble_.worth_a_try(state.history, slot.tried_at, now);
  if (worth) return false;
  names_.give_turn_back(slot.pace_name, slot.entry.id);
  aside_.push_back(slot.entry.id);
  return true;
}

// Once the pause is over, a bounded number at a time.
void Dispatcher::bring_back(Instant now) {
  if (our_trouble_.paused(now)) return;
  for (std::size_t count = 0; count < kLookedAt && !aside_.empty(); ++count) {
    const HostId id = aside_.back();
    aside_.pop_back();
    if (HostSlot* slot = schedule_.find(id)) replace(*slot, now);
  }
}

}  // namespace frontierd
