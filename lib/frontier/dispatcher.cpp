#include "frontier/dispatcher.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr Millis kNapMax = Seconds{1};   // the loop looks around at least this often
constexpr int kTurnsUnderPressure = 64;  // leases before a host makes room for those in the store

}  // namespace

Dispatcher::Dispatcher(Store& store, Fetcher& fetcher, Journal& journal,
                       std::shared_ptr<const Policy> policy,
                       std::shared_ptr<const SignatureTable> signatures, Rng rng)
    : store_(store),
      fetcher_(fetcher),
      journal_(journal),
      policy_(std::move(policy)),
      signatures_(std::move(signatures)),
      rng_(rng),
      inactive_(static_cast<std::size_t>(policy_->frontier.hosts_in_memory)),
      robots_(policy_->frontier.robots_cache) {
  shares_.set(policy_->share, policy_->frontier.flights_max);
}

Result<void> Dispatcher::recover(Instant now, bool crashed) {
  TRY_ASSIGN(const auto hosts, store_.reclaim(now, true, crashed, policy_->retry.crashes_max));
  if (!hosts.empty()) journal_.reclaimed(hosts.size(), now);
  TRY_ASSIGN(const Tally tally, store_.tally());
  if (tally.hosts > 0) {
    recovered_at_ = now;
    groups_.asked_until(now);
  }
  TRY_ASSIGN(const auto providers, store_.provider_blocks());
  for (const ProviderBlock& block : providers) egresses_.restore(block);
  go_through_store();
  do {
    TRY(load_more(now));
  } while (going_through_store_ && has_room());
  return store_.commit();
}

Result<Instant> Dispatcher::tick(Instant now) {
  TRY(answer_put_off(now));
  TRY(settle_landings(now));
  take_resolutions(now);
  TRY(load_more(now));
  TRY(call_mirrors(now));
  age_flights(now);
  bring_back(now);
  if (!held(now)) {
    TRY(drop_given_up(now));
    TRY(lease_due(now));
  } else if (pauses_for_trouble(now)) {
    TRY(lease_trials(now));
  }
  TRY(store_.commit());
  std::vector<Lease> starting;
  starting.swap(ready_to_start_);
  for (Lease& lease : starting) {
    journal_.leased(lease, now);
    fetcher_.start(std::move(lease));
  }
  return next_wake(now);
}

Result<std::vector<Admission>> Dispatcher::admit(std::span<const Candidate> candidates,
                                                 Instant now) {
  TRY_ASSIGN(auto admissions, store_.admit(candidates, now));
  CHECK(admissions.size() == candidates.size());
  for (std::size_t i = 0; i < admissions.size(); ++i) {
    if (!admissions[i].fresh) continue;
    TRY(touch(admissions[i], std::max(candidates[i].not_before, now), now));
  }
  return admissions;
}

void Dispatcher::set_policy(std::shared_ptr<const Policy> policy,
                            std::shared_ptr<const SignatureTable> signatures, Instant now) {
  const auto former = std::exchange(policy_, std::move(policy));
  reloaded_at_ = now;
  schedule_.for_each([&](HostSlot& slot) {
    const HostEntry& of = slot.entry;
    const Pace before = pace_of(former->pace, slot.rule, of.wishes, of.state, now);
    slot.rule = rule_for(*policy_, slot.name);
    hold_longer(slot, before, now);
  });
  regroup(*former, now);
  signatures_ = std::move(signatures);
  shares_.set(policy_->share, policy_->frontier.flights_max);
  inactive_.limit(static_cast<std::size_t>(policy_->frontier.hosts_in_memory));
  robots_.clear();
  robots_.limit(policy_->frontier.robots_cache);
}

// Its last request is not kept, only what was owed after it: a longer gap starts again.
void Dispatcher::hold_longer(HostSlot& slot, const Pace& before, Instant now) {
  const Pace after = pace(slot.entry, now);
  Millis owed{0};
  if (after.gap > before.gap) owed = after.gap;  // from the end, which a longer period hides
  if (after.from_start() > before.from_start()) owed = after.from_start();
  if (owed > Millis{0}) slot.ready_at = std::max(slot.ready_at, now + owed);
}

Pace Dispatcher::pace(const HostEntry& entry, Instant now) const {
  const HostSlot* slot = schedule_.find(entry.id);
  const HostRule rule = slot != nullptr ? slot->rule : rule_for(*policy_, host_in(entry.key));
  return pace_of(policy_->pace, rule, entry.wishes, entry.state, now);
}

// When this host next deserves attention; kNever while something else will bring it back.
Instant Dispatcher::attention(const HostSlot& slot, Instant now) const {
  const HostState& state = slot.entry.state;
  const bool away = slot.resolving || slot.parked != Parked::No || slot.claim;
  if (away || slot.entry.wishes.paused) return kNever;
  const Pace pace = pace_of(policy_->pace, slot.rule, slot.entry.wishes, state, now);
  if (slot.flights >= pace.flights) return kNever;
  if (state.exhausted) return kNever;  // drop_given_up() goes by a list of its own
  Instant at = std::max({slot.ready_at, state.rest_until, slot.egress_until, slot.name_until});
  if (slot.errand || !slot.for_others.empty()) return at;
  const Instant own = slot.entry.has_queue ? slot.entry.next_due : kNever;
  const Instant due = std::min(own, stand_in_due(slot, now));
  if (due == kNever || slot.awaiting_robots) return kNever;
  if (state.breaker == Breaker::Closed) at = std::max(at, slot.shut_until);
  return std::max(at, due);
}

void Dispatcher::replace(HostSlot& slot, Instant now) {
  tend_mirrors(slot, now);
  const Instant at = attention(slot, now);
  const HostState& state = slot.entry.state;
  const bool to_drop = state.exhausted && slot.entry.has_queue && slot.flights == 0;
  if (to_drop && !slot.entry.wishes.paused) {
    const Instant certain = certain_at(state, policy_->frontier);
    if (certain > now) return schedule_.place(slot, certain);
    given_up_.add(slot.entry.id);
  }
  const bool wanted = slot.entry.has_queue || slot.flights > 0 || slot.errand ||
                      !slot.for_others.empty() || slot.resolving || slot.parked != Parked::No ||
                      slot.claim || slot.awaiting_robots || !slot.stands_in_for.empty();
  const bool crowded = slot.turns >= kTurnsUnderPressure && others_wait(now);
  if (!wanted || (crowded && is_at_rest(slot))) {
    // Forgetting the pace is safe only once the gap has passed; until then the slot stays, idle.
    if (slot.ready_at > now && !crowded) return schedule_.place(slot, slot.ready_at);
    return forget(slot, at);
  }
  schedule_.place(slot, at);
}

GroupLimit Dispatcher::group_limit(const std::string& group) const {
  for (const GroupRule& rule : policy_->groups) {
    if ("name:" + rule.name == group) return {rule.flights, rule.gap};
  }
  return {policy_->pace.group_flights, policy_->pace.group_gap};
}

Instant Dispatcher::next_wake(Instant now) const {
  const Instant nap = now + kNapMax;
  if (!unflown_.empty() || waiters_.has_put_off()) return now;
  const std::optional<Wait> all = held(now);
  if (!all && !given_up_.empty()) return now;
  if ((all && all->until == kNever) || crowded()) return nap;
  const Instant due =
      std::min({schedule_.next_at(), groups_.next_at(), names_.next_at(), shares_.next_at()});
  if (pauses_for_trouble(now)) {
    const Instant trial = std::max(due, our_trouble_.next_try(policy_->frontier, now));
    return std::clamp(std::min(trial, all->until), now, nap);
  }
  return std::clamp(all ? std::max(due, all->until) : due, now, nap);
}

}  // namespace frontierd
