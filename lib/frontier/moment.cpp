// What each host waits for: the half of the dispatcher that answers people, and decides nothing.
// It looks at the same fields as attention() and offer(), in the order of WaitReason.
#include <algorithm>

#include "frontier/dispatcher.h"

namespace frontierd {
namespace {

// What holds whether or not the host is in memory.
std::optional<Wait> wait_by_state(const HostEntry& host, const FrontierPolicy& policy,
                                  Instant now) {
  const HostState& state = host.state;
  if (host.wishes.paused) return Wait(WaitReason::HostPaused, kNever, host.wishes.note);
  if (state.exhausted) {
    const Instant dropped_from = std::max(certain_at(state, policy), now);
    return Wait(WaitReason::GivenUp, host.has_queue ? dropped_from : kNever);
  }
  if (state.rest_until > now) {
    return Wait(WaitReason::Rest, state.rest_until, std::string(to_string(state.rest_cls)));
  }
  return std::nullopt;
}

Wait wait_in_store(const HostEntry& host, const FrontierPolicy& policy, Instant now) {
  if (auto wait = wait_by_state(host, policy, now)) return *wait;
  if (!host.has_queue) return Wait(WaitReason::Nothing);
  if (host.next_due > now) return Wait(WaitReason::NotYetDue, host.next_due);
  return Wait(WaitReason::HostsInMemory);
}

}  // namespace

std::optional<Wait> Dispatcher::held(Instant now) const {
  std::optional<Wait> first = holds_.first();
  if (!our_trouble_.paused(now)) return first;
  if (first && first->reason < WaitReason::OurTrouble) return first;
  return Wait(WaitReason::OurTrouble, our_trouble_.paused_until(), trouble_);
}

// Nothing leaves though nobody forbids it: all flights are taken, or the fetcher has no room.
std::optional<Wait> Dispatcher::crowded() const {
  const auto most = static_cast<std::size_t>(policy_->frontier.flights_max);
  if (flights_ >= most) {
    return Wait(WaitReason::Flights, kNever, std::to_string(most) + " of " + std::to_string(most));
  }
  if (fetcher_.free_slots() > 0) return std::nullopt;
  return fetcher_.short_of();
}

HostMoment Dispatcher::moment(const HostEntry& entry, Instant now) const {
  const HostSlot* slot = schedule_.find(entry.id);
  Wait own = slot != nullptr ? wait_of(*slot, now) : wait_in_store(entry, policy_->frontier, now);
  const Instant rests = rests_until(entry);
  if (own.reason == WaitReason::HostsInMemory && rests > now) {
    own = Wait(WaitReason::Name, rests, std::string(host_in(entry.key)));
  }
  if (own.reason != WaitReason::Turn) return {std::move(own)};
  if (auto all = held(now)) return {std::move(*all)};
  if (auto all = crowded()) return {std::move(*all)};
  return {std::move(own)};
}

Wait Dispatcher::wait_of(const HostSlot& slot, Instant now) const {
  const HostEntry& host = slot.entry;
  if (auto wait = wait_by_state(host, policy_->frontier, now)) {
    if (wait->reason != WaitReason::Rest || !wants_mirror(slot, now)) return *wait;
    return Wait(WaitReason::Mirror, wait->until, slot.mirror);
  }
  if (host.state.breaker == Breaker::Open || host.state.breaker == Breaker::Probing) {
    return Wait(WaitReason::Probe, std::max(slot.ready_at, now),
                std::string(to_string(host.state.rest_cls)));
  }
  const Pace pace = pace_of(policy_->pace, slot.rule, host.wishes, host.state, now);
  const Wait busy(WaitReason::HostFlights, kNever, std::to_string(slot.flights));
  if (!host.has_queue) return slot.flights > 0 ? busy : Wait(WaitReason::Nothing);
  if (host.next_due > now) return Wait(WaitReason::NotYetDue, host.next_due);
  const std::string& name = slot.pace_name;
  if (slot.name_until > now) {
    const HostSlot* resting = schedule_.find(names_.rest_of(name).by);
    return Wait(WaitReason::Name, slot.name_until,
                resting == nullptr ? name
                                   : resting->entry.key + " rests, " +
                                         std::string(to_string(resting->entry.state.rest_cls)));
  }
  if (slot.parked == Parked::AtName) {
    return Wait(WaitReason::Name, names_.ready_at(name, host.id), name);
  }
  if (auto wait = wait_for_robots(slot, now)) return *wait;
  if (slot.egress_until > now) {
    const EgressChoice none =
        choose_egress(policy_->egress, slot.name, host.egress_blocks, egresses_, now);
    return Wait(WaitReason::Egress, slot.egress_until, none.why);
  }
  if (slot.flights >= pace.flights) return busy;
  if (slot.ready_at > now) return Wait(WaitReason::HostGap, slot.ready_at);
  if (slot.resolving) return Wait(WaitReason::NameLookup, kNever, slot.name);
  if (slot.share_bar) {
    return share_wait(shares_.look(claim_of(slot), now).value_or(*slot.share_bar), slot.name, now);
  }
  if (slot.parked == Parked::AtGroup) {
    return Wait(WaitReason::Group, groups_.ready_at(slot.group), slot.group);
  }
  return Wait(WaitReason::Turn, now);
}

// No fresh robots.txt, or one that could not be had.
std::optional<Wait> Dispatcher::wait_for_robots(const HostSlot& slot, Instant now) const {
  if (!policy_->robots.obey) return std::nullopt;
  const bool shut = slot.shut_until > now;
  if (!shut && !slot.awaiting_robots && slot.entry.robots_until > now) return std::nullopt;
  std::string whose = slot.entry.key;
  if (shut && !slot.our_failure.empty())
    whose += ", which we failed to ask (" + slot.our_failure + "),";
  return Wait(WaitReason::Robots, shut ? slot.shut_until : std::max(slot.ready_at, now),
              std::move(whose));
}

}  // namespace frontierd
