// The ways out: the half of the dispatcher that picks one for each flight and takes note of what
// hosts think of it. With no egress configured none of this does anything.
#include "frontier/dispatcher.h"

namespace frontierd {

// The way of the next flight; false: there is none before slot.egress_until.
bool Dispatcher::pick_egress(HostSlot& slot, Instant now) {
  const EgressChoice choice =
      choose_egress(policy_->egress, slot.name, slot.entry.egress_blocks, egresses_, now);
  slot.egress = choice.egress;
  slot.egress_until = choice.wait_until;
  return choice.goes();
}

// Our own side failed: the way rests, no host is charged, nothing is burnt. An errand is set out
// anew by its owner.
Settlement Dispatcher::weigh_egress_failure(const Landing& landing, const InFlight& flight,
                                            HostSlot& slot, Settlement settlement, Instant now) {
  const Lease& lease = landing.lease;
  const std::string& detail = landing.report.detail;
  const bool anew =
      egresses_.failed(policy_->egress, lease.egress, lease.leased_at, now, detail, rng_.roll());
  if (anew) journal_.egress_failed(lease.egress, detail, egresses_.health(lease.egress).rest_until);
  settlement.outcome.scope = Scope::Egress;
  if (flight.errand) {
    drop_errand(*flight.errand, settlement,
                "our own egress failed, the host is not charged: " + detail, now);
  } else {
    settlement.verdict = Retry{now, false, lease.past_cache,
                               "our own egress failed, the host is not charged: " + detail};
    touch_queue(slot, settlement);
  }
  wait_a_turn(slot, flight.pace, landing.lease.leased_at, now);
  replace(slot, now);
  return settlement;
}

// What a host that was reached thinks of the way: a good page forgets its refusals, a wall is one
// more.
void Dispatcher::weigh_egress(HostSlot& slot, const Landing& landing, const HostState& before,
                              const FlightFacts& facts, HostChange& change, Settlement& settlement,
                              Instant now) {
  const Lease& lease = landing.lease;
  if (lease.egress.empty()) return;
  const Outcome& outcome = settlement.outcome;
  if (landing.report.status != 0) egresses_.worked(lease.egress, lease.leased_at);
  const EgressBlock* known = find_block(slot.entry.egress_blocks, lease.egress);
  if (known != nullptr && is_good_news(outcome.cls) && lease.purpose == Purpose::Page &&
      lease.leased_at >= known->refused_at) {
    settlement.egress_block = EgressBlock{lease.egress, {}, 0, kLongAgo, kLongAgo, {}};
    put_block(slot.entry.egress_blocks, *settlement.egress_block);
    return;
  }
  if (!change.incident || !refuses_egress(policy_->egress, outcome)) return;
  const bool anew = known == nullptr || known->until == kLongAgo;
  EgressBlock memory =
      known != nullptr ? *known : EgressBlock{lease.egress, {}, 0, kLongAgo, kLongAgo, {}};
  const bool by_vendor = egresses_.blocked(lease.egress, outcome.vendor, now) != nullptr;
  const EgressBlock block =
      refused(*policy_, std::move(memory), outcome, facts, by_vendor, rng_.roll());
  put_block(slot.entry.egress_blocks, block);
  settlement.egress_block = block;
  if (block.until > now) {
    block_egress(slot, block, before, facts, anew, change, settlement, now);
  }
}

// The way is blocked for this host: another one is tried, or the host stays parked.
void Dispatcher::block_egress(HostSlot& slot, const EgressBlock& block, const HostState& before,
                              const FlightFacts& facts, bool anew, HostChange& change,
                              Settlement& settlement, Instant now) {
  settlement.provider_block = egresses_.note(policy_->egress, block, slot.site, now);
  if (settlement.provider_block) journal_.provider_blocked(*settlement.provider_block);
  const EgressChoice next =
      choose_egress(policy_->egress, slot.name, slot.entry.egress_blocks, egresses_, now);
  const bool goes_on = next.goes() && (anew || !change.state.exhausted);
  if (goes_on) {
    change = switched(*policy_, std::move(change), before, block, next.egress, settlement.outcome,
                      facts, anew);
  }
  journal_.egress_blocked(slot.entry.key, block, goes_on ? next.egress : "");
}

}  // namespace frontierd
