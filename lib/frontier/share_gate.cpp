// The half of the dispatcher that asks Shares before each flight, and tells it how flights went.
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "frontier/dispatcher.h"

namespace frontierd {
namespace {

constexpr Millis kAgeEvery{250};

// It says nothing about how fast the host is.
bool is_ours(Transport transport) {
  return transport == Transport::Aborted || transport == Transport::LocalFailure ||
         transport == Transport::EgressFailed || transport == Transport::DnsFailed ||
         transport == Transport::DnsTimeout || transport == Transport::AddressBarred;
}

}  // namespace

// The next host that may be asked; those that waited longest, in a queue of their own, come first.
HostSlot* Dispatcher::next_due(Instant now) {
  while (true) {
    HostId parked = names_.pop_due(now);
    if (parked == HostId::None) parked = groups_.pop_due(now);
    if (parked == HostId::None) parked = shares_.pop_open(now);
    if (parked == HostId::None) return schedule_.pop_due(now);
    HostSlot* slot = schedule_.find(parked);
    if (slot == nullptr) continue;
    slot->parked = Parked::No;
    slot->share_bar.reset();
    return slot;
  }
}

bool Dispatcher::is_prompt(const HostSlot& slot) const {
  return slot.usual.met && speed_of(policy_->share, slot.usual.takes) == 0;
}

// Takes what the host's next flight needs; false: it is parked until there may be some.
bool Dispatcher::claim_share(HostSlot& slot, Instant now) {
  CHECK(!slot.claim.has_value());
  const ShareClaim claim = claim_of(slot);
  if (const auto bar = shares_.bar(claim, now)) {
    slot.parked = Parked::AtShare;
    slot.share_bar = bar;
    shares_.park(*bar, claim, slot.entry.id);
    return false;
  }
  shares_.take(claim);
  slot.claim = claim;
  return true;
}

ShareClaim Dispatcher::claim_of(const HostSlot& slot) const {
  ShareClaim claim;
  claim.domain = slot.domain;
  claim.address = slot.address;
  if (!slot.group.empty()) {
    claim.group = stable_hash(slot.group);
    claim.group_flights = group_limit(slot.group).flights;
  }
  claim.met = slot.usual.met;
  claim.speed = claim.met ? speed_of(policy_->share, slot.usual.takes) : kSpeedUnmet;
  claim.bytes = slot.usual.bytes;
  return claim;
}

// What it was offered came to nothing.
void Dispatcher::give_back_turn(HostSlot& slot, Instant now) {
  CHECK(slot.claim.has_value());
  shares_.give(*slot.claim, Millis{0}, now);
  slot.claim.reset();
  if (!slot.group.empty()) groups_.gave_back(slot.group, now);
  names_.give_turn_back(slot.pace_name, slot.entry.id);
}

void Dispatcher::take_home(const InFlight& flight, HostSlot& slot, const FetchReport& report,
                           Instant now) {
  if (!flight.group.empty()) groups_.landed(flight.group, now);
  shares_.give(flight.claim, now - flight.since, now);
  const bool left_since = flight.since >= slot.resolved_at;  // the name was looked up
  if (left_since && !report.peer.empty()) slot.address = share_key_of_address(report.peer);
  if (is_ours(report.transport)) return;
  slot.usual.learn(policy_->share, report.elapsed, report.received_bytes);
}

void Dispatcher::age_flights(Instant now) {
  shares_.tight(fetcher_.tight());
  if (now < aged_at_ + kAgeEvery && now >= aged_at_) return;
  aged_at_ = now;
  for (auto& [lease, flight] : in_flight_) shares_.age(flight.claim, now - flight.since);
}

}  // namespace frontierd
