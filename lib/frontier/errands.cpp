// Errands: fetches that are no rows of a queue. robots.txt gates its host (RFC 9309), its redirects
// may lead over other hosts, and each hop waits for that host's politeness; a probe asks whether a
// host that could not cope can cope again.
#include <algorithm>

#include "base/check.h"
#include "frontier/dispatcher.h"
#include "rules/robots_policy.h"

namespace frontierd {
namespace {

// After these the trial is a cheap request, not a page: it asks whether the host can cope at all.
bool probes_by_errand(OutcomeClass cls) {
  return cls == OutcomeClass::Overloaded || cls == OutcomeClass::UpstreamFailed ||
         cls == OutcomeClass::Unreachable;
}

}  // namespace

std::optional<LeaseRequest> Dispatcher::errand_for(HostSlot& slot, Instant now) {
  const HostState& state = slot.entry.state;
  const bool robots_stale = policy_->robots.obey && slot.entry.robots_until <= now;
  const bool probing = state.breaker == Breaker::Probing && probes_by_errand(state.rest_cls);
  const bool shut = policy_->robots.obey && slot.shut_until > now;
  if (slot.errands.empty() && (robots_stale || probing || shut)) {
    const auto base = Url::parse(slot.entry.key + "/");
    CHECK(base.has_value());
    if (probing && !robots_stale && !shut && !slot.rule.health_path.empty()) {
      const auto health = base->resolve(slot.rule.health_path);
      slot.errands.push_back(
          {Purpose::Probe, health ? health->text() : base->text(), slot.entry.id, 0});
    } else {
      slot.errands.push_back({Purpose::Robots, base->robots().text(), slot.entry.id, 0});
      slot.awaiting_robots = true;
    }
  }
  if (slot.errands.empty()) return std::nullopt;
  return LeaseRequest{slot.entry.id, slot.errands.front().purpose, slot.errands.front().url};
}

// Where a redirected robots.txt goes on, if it does (RFC 9309 §2.3.1.2).
Result<Dispatcher::Hop> Dispatcher::follow_robots(const Landing& landing, const Errand& errand,
                                                  const Outcome& outcome, Instant now) {
  if (outcome.cls != OutcomeClass::Moved || errand.hops >= kRobotsRedirectsMax) return Hop::Ends;
  const auto base = Url::parse(errand.url);
  CHECK(base.has_value());
  const auto target = base->resolve(outcome.location);
  if (!target || !in_scope(policy_->scope, target->host())) return Hop::Ends;
  TRY_ASSIGN(auto entry, store_.host_by_key(std::string(target->host_key()), now));
  HostSlot* slot = schedule_.find(entry.id);
  const HostEntry& known = slot != nullptr ? slot->entry : entry;
  const bool closed = known.wishes.paused || known.state.exhausted || known.state.rest_until > now;
  if (closed) return Hop::Closed;
  if (slot == nullptr) slot = &load(std::move(entry), now, true);
  slot->errands.push_back({Purpose::Robots, target->text(), errand.for_host, errand.hops + 1});
  if (slot->entry.id != landing.lease.host) replace(*slot, now);
  return Hop::GoesOn;
}

Result<void> Dispatcher::learn_robots_of(HostSlot& owner, Landing& landing,
                                         Settlement& settlement) {
  TRY_ASSIGN(auto previous, store_.robots(owner.entry.id));
  const RobotsRules& rules = policy_->robots;
  RobotsRecord record =
      learn_robots(rules, settlement.outcome, landing.report, landing.robots_body, previous);
  robots_.put(rules.agent, owner.entry.id, record);
  owner.awaiting_robots = false;
  owner.entry.robots_until = record.expires_at;
  const bool shut = record.state == RobotsState::DisallowAll;
  owner.shut_until = shut ? record.expires_at : kLongAgo;
  const Millis delay =
      robots_.crawl_delay(rules.agent, owner.entry.id, rules.crawl_delay_max).value_or(Millis{0});
  // Where we do not connect for robots.txt we do not connect for a page: no use in asking on.
  const bool barred =
      landing.report.transport == Transport::AddressBarred && owner.entry.id == landing.lease.host;
  const bool given_up =
      shut && !rules.allow_after_unreachable && record.unreachable_since &&
      landing.report.received_at - *record.unreachable_since >= rules.unreachable_max;
  if (delay != owner.entry.state.crawl_delay || given_up || barred) {
    owner.entry.state.crawl_delay = delay;
    if (barred) {
      owner.entry.state.exhausted = true;
      owner.entry.state.rest_cls = OutcomeClass::Barred;
      owner.entry.state.why = landing.report.detail;
    } else if (given_up) {
      owner.entry.state.exhausted = true;
      owner.entry.state.why = record.why;
    }
    if (owner.entry.id == settlement.lease.host) {
      settlement.host = owner.entry.state;
    } else {
      learned_elsewhere_.emplace_back(owner.entry.id, owner.entry.state);
    }
  }
  settlement.robots = std::move(record);
  settlement.robots_for = owner.entry.id;
  return {};
}

Result<void> Dispatcher::weigh_errand(Landing& landing, const Errand& errand,
                                      Settlement& settlement, Instant now) {
  settlement.verdict = Done{};
  if (errand.purpose != Purpose::Robots) return {};
  TRY_ASSIGN(const Hop hop, follow_robots(landing, errand, settlement.outcome, now));
  if (hop == Hop::GoesOn) return {};
  // A redirect that could not be followed yet is no answer, least of all "no rules".
  if (hop == Hop::Closed) landing.report.transport = Transport::ConnectFailed;
  HostSlot* owner = schedule_.find(errand.for_host);
  if (owner == nullptr) return {};  // forgotten meanwhile; it will ask again
  TRY(learn_robots_of(*owner, landing, settlement));
  if (owner->entry.id == landing.lease.host) return {};
  // What was learnt (a Crawl-delay) holds for the request that led elsewhere, too.
  owner->ready_at = std::max(owner->ready_at, now + pace(owner->entry, now).from_start());
  replace(*owner, now);
  return {};
}

// This host will not run errands for others for a while: they try again later, by themselves.
void Dispatcher::fail_errands(HostSlot& slot, Instant now) {
  for (const Errand& errand : slot.errands) {
    HostSlot* owner = schedule_.find(errand.for_host);
    if (owner == nullptr || errand.purpose != Purpose::Robots) continue;
    owner->awaiting_robots = false;
    if (owner == &slot) continue;
    owner->entry.robots_until = now + policy_->robots.unreachable_retry;
    owner->shut_until = owner->entry.robots_until;
    replace(*owner, now);
  }
  slot.errands.clear();
}

}  // namespace frontierd
