// What is due: the half of the dispatcher that turns ready hosts into flights.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "frontier/addresses.h"
#include "frontier/dispatcher.h"
#include "rules/url.h"

namespace frontierd {
namespace {

constexpr Millis kAddressHeld = Seconds{1};    // at least, whatever its name's TTL
constexpr std::size_t kOffersPerTick = 8'192;  // hosts looked at in one tick
constexpr int kRoundsMax = 16;                 // barred pages make room for another round

}  // namespace

Result<void> Dispatcher::lease_due(Instant now) {
  std::size_t budget =
      std::min(fetcher_.free_slots(), static_cast<std::size_t>(policy_->frontier.batch_max));
  const auto bound = static_cast<std::size_t>(policy_->frontier.flights_max);
  budget = std::min(budget, bound > flights_ ? bound - flights_ : 0);
  for (int round = 0; round < kRoundsMax && budget > 0; ++round) {
    std::vector<LeaseRequest> requests;
    TRY(collect(requests, budget, now));
    if (requests.empty()) return {};
    const std::size_t before = ready_to_start_.size();
    TRY(lease(requests, now));
    budget -= std::min(budget, ready_to_start_.size() - before);
  }
  return {};
}

Result<void> Dispatcher::lease(std::span<const LeaseRequest> requests, Instant now) {
  TRY_ASSIGN(auto answer, store_.lease(requests, now, policy_->frontier.lease_term));
  std::vector<Settlement> at_once;
  for (Lease& lease : answer.leases) TRY(accept(std::move(lease), at_once, now));
  TRY(store_.settle(at_once, now));
  for (const Settlement& settlement : at_once) {
    journal_.settled(settlement, now);
    if (HostSlot* slot = schedule_.find(settlement.lease.host)) replace(*slot, now);
  }
  for (const LeaseAnswer::Idle& idle : answer.idle) rest_idle(idle, now);
  return {};
}

Result<void> Dispatcher::collect(std::vector<LeaseRequest>& requests, std::size_t limit,
                                 Instant now) {
  for (std::size_t offers = 0; requests.size() < limit && offers < kOffersPerTick; ++offers) {
    HostSlot* slot = next_due(now);
    if (slot == nullptr) return {};
    if (slot->entry.state.exhausted) {
      names_.give_turn_back(slot->pace_name, slot->entry.id);
      replace(*slot, now);
      continue;
    }
    if (auto request = offer(*slot, now)) requests.push_back(std::move(*request));
  }
  return {};
}

// What this host may do now: one lease, or nothing, and then it is placed where it will come back.
std::optional<LeaseRequest> Dispatcher::offer(HostSlot& slot, Instant now) {
  if (slot.claim) return std::nullopt;  // it was, in this very round
  if (attention(slot, now) > now || !pick_egress(slot, now)) {
    names_.give_turn_back(slot.pace_name, slot.entry.id);
    replace(slot, now);
    return std::nullopt;
  }
  if (slot.entry.state.breaker == Breaker::Open) {
    slot.entry.state = wake(std::move(slot.entry.state), now);
    journal_.woke(slot.entry.key, slot.entry.state.rest_cls, now);
  }
  // The gates in this order: who waits at a later one keeps the turn of its name.
  if (looks_up(slot, now) || !passes_name(slot, now) || !passes_group(slot, now) ||
      !claim_share(slot, now)) {
    return std::nullopt;
  }
  // Counted when it is offered, so that a second host of the group waits its turn in this very
  // tick.
  if (!slot.group.empty()) groups_.started(slot.group, group_limit(slot.group), now);
  if (auto errand = errand_for(slot, now)) return errand;
  const HostSlot* resting = pick_resting(slot, now);
  return LeaseRequest{resting != nullptr ? resting->entry.id : slot.entry.id, Purpose::Page, {}};
}

// A lease in hand: it flies, or it ends here and now.
Result<void> Dispatcher::accept(Lease lease, std::vector<Settlement>& at_once, Instant now) {
  HostSlot* slot = schedule_.find(lease.host);
  CHECK(slot != nullptr);
  if (slot->turn_of != HostId::None) {
    TRY_ASSIGN(slot, hand_over(*slot, lease, at_once, now));
    if (slot == nullptr) return {};
  }
  if (lease.purpose == Purpose::Page) {
    TRY_ASSIGN(const bool may, may_fetch(*slot, lease, at_once));
    if (!may) {
      give_back_turn(*slot, now);
      return {};
    }
  }
  take_off(*slot, std::move(lease), now);
  return {};
}

Result<bool> Dispatcher::may_fetch(HostSlot& slot, const Lease& lease,
                                   std::vector<Settlement>& at_once) {
  if (!policy_->robots.obey) return true;
  TRY_ASSIGN(const auto said,
             robots_.ask(store_, policy_->robots.agent, lease.host, path_and_query_in(lease.url)));
  if (said.answer == RobotsCache::Answer::Allowed) return true;
  if (said.answer == RobotsCache::Answer::Shut) {
    slot.shut_until = slot.entry.robots_until;
    at_once.push_back(given_back(lease, "robots.txt: " + said.why, lease.due_at));
    return false;
  }
  if (lease.stands_for) {
    at_once.push_back(given_back(lease, "its mirror bars " + lease.url + ": " + said.why,
                                 lease.stands_for->rest_until));
    return false;
  }
  Settlement barred;
  barred.lease = lease;
  barred.outcome.cls = OutcomeClass::Barred;
  barred.outcome.evidence = {{"robots", Strength::Certain, said.why}};
  barred.verdict = Drop{DropReason::BarredByRobots, said.why};
  barred.facts.started_at = barred.facts.landed_at = lease.leased_at;
  at_once.push_back(std::move(barred));
  return false;
}

void Dispatcher::take_off(HostSlot& slot, Lease lease, Instant now) {
  CHECK(slot.claim.has_value());
  InFlight flight{
      pace(slot.entry, now), slot.group, slot.pace_name,          slot.entry.id, std::nullopt,
      *slot.claim,           now,        our_trouble_.paused(now)};
  slot.claim.reset();
  if (flight.trial) our_trouble_.tried(slot.tried_at = now);
  lease.egress = slot.egress;
  const auto cookie = std::find_if(slot.cookies.begin(), slot.cookies.end(),
                                   [&](const auto& held) { return held.first == lease.url_id; });
  if (cookie != slot.cookies.end()) {
    lease.cookie = std::move(cookie->second);
    slot.cookies.erase(cookie);
  }
  lease.address = slot.asked_at;
  names_.started(slot.pace_name, slot.entry.id, flight.pace, now);
  if (lease.purpose != Purpose::Page) {
    flight.errand = take_errand(slot, lease);
  } else if (!slot.for_others.empty()) {
    ++slot.own_turns;
  }
  slot.late = lateness(flight.pace, slot.late, slot.ready_at, now);
  const Millis made_up_for = made_up(flight.pace, slot.late);
  slot.late -= made_up_for;
  slot.ready_at = std::max(slot.ready_at, now + flight.pace.from_start() - made_up_for);
  in_flight_.emplace(raw(lease.id), std::move(flight));
  ++slot.flights;
  ++slot.turns;
  ++flights_;
  if (slot.lookup_failed) {
    Landing landing;
    landing.report.url = lease.url;
    landing.report.transport = slot.lookup_failed->transport;
    landing.report.detail = slot.lookup_failed->detail;
    landing.report.received_at = now;
    landing.lease = std::move(lease);
    slot.lookup_failed.reset();
    unflown_.push_back(std::move(landing));
  } else {
    ready_to_start_.push_back(std::move(lease));
  }
  replace(slot, now);
}

void Dispatcher::rest_idle(const LeaseAnswer::Idle& idle, Instant now) {
  HostSlot* slot = schedule_.find(idle.host);
  CHECK(slot != nullptr);
  HostSlot* asked = slot;
  if (slot->turn_of != HostId::None) {
    asked = schedule_.find(std::exchange(slot->turn_of, HostId::None));
    CHECK(asked != nullptr);
  }
  give_back_turn(*asked, now);
  slot->entry.has_queue = idle.next_due.has_value();
  slot->entry.next_due = idle.next_due.value_or(kNever);
  if (asked != slot) replace(*asked, now);
  replace(*slot, now);
}

// The name has to be looked up before the host is asked; a failure that is kept counts while it is
// fresh, not when the host was paused or at rest meanwhile.
bool Dispatcher::looks_up(HostSlot& slot, Instant now) {
  if (slot.lookup_failed && slot.lookup_failed->expires_at + kAddressHeld < now) {
    slot.lookup_failed.reset();
  }
  const bool by_name = slot.group.starts_with("name:");
  if (!policy_->pace.group_by_address || by_name || slot.lookup_failed ||
      slot.address_until > now) {
    return false;
  }
  names_.give_turn_back(slot.pace_name, slot.entry.id);
  slot.resolving = true;
  fetcher_.resolve(slot.entry.id, slot.entry.key);
  return true;
}

void Dispatcher::take_resolutions(Instant now) {
  for (Resolution& resolution : fetcher_.resolved()) {
    HostSlot* slot = schedule_.find(resolution.host);
    if (slot == nullptr) continue;
    slot->resolving = false;
    slot->address_until = kLongAgo;
    slot->addresses.clear();
    const bool failed = resolution.addresses.empty();
    // The machine slept meanwhile; the name may lead elsewhere by now, and is looked up again.
    const bool stale = resolution.expires_at + kAddressHeld < now;
    if (failed && !stale) slot->lookup_failed = std::move(resolution);
    if (!failed && !stale) {
      slot->addresses = std::move(resolution.addresses);
      slot->resolved_at = now;
      slot->address_until = std::max(resolution.expires_at, now + kAddressHeld);
      slot->lookup_failed.reset();
    }
    choose_address(*slot, policy_->pace.group_by_address);
    replace(*slot, now);
  }
}

}  // namespace frontierd
