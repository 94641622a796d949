#include "frontier/dispatcher.h"

#include <algorithm>

#include "base/check.h"
#include "rules/mirror.h"

namespace frontierd {
namespace {

constexpr std::size_t kLoadPage = 1'000;
constexpr Millis kNapMax = Seconds{1};       // the loop looks around at least this often
constexpr Millis kFarAhead = Seconds{60};    // hosts not due before may make room for others ...
constexpr Millis kSweepEvery = Seconds{10};  // ... so often
constexpr int kTurnsUnderPressure = 64;  // leases before a host makes room for those in the store

// Nothing is under way that would be lost if the slot were forgotten.
bool is_at_rest(const HostSlot& slot) {
  return slot.flights == 0 && slot.errands.empty() && !slot.resolving && !slot.parked &&
         !slot.awaiting_robots;
}

void name_mirror(const Policy& policy, HostSlot& slot) {
  const MirrorRule* rule = mirror_of(policy, slot.entry.key);
  const std::string mirror = rule != nullptr ? rule->to : "";
  if (slot.mirror != mirror) slot.mirror_id = HostId::None;
  slot.mirror = mirror;
}

std::string host_of(const std::string& host_key) {
  const auto url = Url::parse(host_key + "/");
  return url ? std::string(url->host()) : host_key;
}

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
      robots_(static_cast<std::size_t>(policy_->frontier.robots_cached)) {}

Result<void> Dispatcher::recover(Instant now, bool crashed) {
  TRY_ASSIGN(const auto hosts, store_.reclaim(now, true, crashed, policy_->retry.crashes_max));
  if (!hosts.empty()) journal_.reclaimed(hosts.size(), now);
  TRY_ASSIGN(const Tally tally, store_.tally());
  if (tally.hosts > 0) recovered_at_ = now;
  TRY_ASSIGN(const auto providers, store_.provider_blocks());
  for (const ProviderBlock& block : providers) egresses_.restore(block);
  more_in_store_ = true;
  cursor_ = HostId::None;
  do {
    TRY(load_more(now));
  } while (cursor_ != HostId::None &&
           schedule_.size() < static_cast<std::size_t>(policy_->frontier.hosts_in_memory));
  return store_.commit();
}

Result<Instant> Dispatcher::tick(Instant now) {
  TRY(settle_landings(now));
  take_resolutions(now);
  TRY(load_more(now));
  TRY(call_mirrors(now));
  if (!paused_ && !draining_ && !our_trouble_.paused(now)) TRY(lease_due(now));
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
    if (admissions[i].fresh) TRY(touch(admissions[i], candidates[i].not_before, now));
  }
  return admissions;
}

Result<void> Dispatcher::touch(const Admission& admission, Instant not_before, Instant now) {
  if (HostSlot* slot = schedule_.find(admission.host)) {
    const bool earlier = !slot->entry.has_queue || not_before < slot->entry.next_due;
    slot->entry.has_queue = true;
    if (!earlier) return {};
    slot->entry.next_due = not_before;
    replace(*slot, now);
    return {};
  }
  if (schedule_.size() >= static_cast<std::size_t>(policy_->frontier.hosts_in_memory)) {
    more_in_store_ = left_in_store_ = true;
    return {};
  }
  TRY_ASSIGN(auto entry, store_.host(admission.host));
  CHECK(entry.has_value());
  const bool known = raw(entry->id) <= raw(newest_host_);
  entry->has_queue = true;
  entry->next_due = std::min(entry->next_due, not_before);
  replace(load(std::move(*entry), now, known), now);
  return {};
}

void Dispatcher::set_policy(std::shared_ptr<const Policy> policy,
                            std::shared_ptr<const SignatureTable> signatures) {
  policy_ = std::move(policy);
  signatures_ = std::move(signatures);
  robots_.clear();
}

Result<void> Dispatcher::refresh(HostId host, Instant now) {
  if (host == HostId::None) {
    more_in_store_ = true;
    std::vector<HostId> ids;
    for (const auto& [id, slot] : schedule_.slots()) ids.push_back(slot.entry.id);
    for (const HostId id : ids) TRY(refresh(id, now));
    return {};
  }
  TRY_ASSIGN(auto entry, store_.host(host));
  if (!entry) return {};
  HostSlot* slot = schedule_.find(host);
  if (slot == nullptr) {
    if (entry->has_queue) replace(load(std::move(*entry), now, true), now);
    return {};
  }
  slot->entry = std::move(*entry);
  slot->egress_until = kLongAgo;
  slot->rule = rule_for(*policy_, slot->name);
  name_mirror(*policy_, *slot);
  if (slot->entry.wishes.paused) fail_errands(*slot, now);
  replace(*slot, now);
  return {};
}

HostSlot& Dispatcher::load(HostEntry entry, Instant now, bool known) {
  newest_host_ = HostId{std::max(raw(newest_host_), raw(entry.id))};
  HostSlot slot;
  slot.name = host_of(entry.key);
  slot.site = bucket_of(slot.name);
  slot.rule = rule_for(*policy_, slot.name);
  slot.entry = std::move(entry);
  name_mirror(*policy_, slot);
  // Its last request is not on record: whoever had it may have asked a moment ago.
  const Millis gap = pace(slot.entry, now).from_start();
  slot.ready_at = known ? now + gap : std::max(slot.ready_at, recovered_at_ + gap);
  for (const GroupRule& group : policy_->groups) {
    const bool member =
        std::any_of(group.hosts.begin(), group.hosts.end(),
                    [&](const auto& pattern) { return host_matches(pattern, slot.name); });
    if (member && slot.group.empty()) slot.group = "name:" + group.name;
  }
  return schedule_.add(std::move(slot));
}

// Hosts that are not due for long (at rest, or up to date) must not keep out those in the store.
void Dispatcher::make_room(Instant now) {
  const auto bound = static_cast<std::size_t>(policy_->frontier.hosts_in_memory);
  if (schedule_.size() < bound || now < next_sweep_) return;
  next_sweep_ = now + kSweepEvery;
  for (std::size_t i = 0; i < kLoadPage; ++i) {
    const HostSlot* slot = schedule_.latest();
    if (slot == nullptr || slot->placed_at <= now + kFarAhead || !is_at_rest(*slot)) return;
    left_in_store_ = left_in_store_ || slot->entry.has_queue;
    schedule_.erase(slot->entry.id);
  }
}

Result<void> Dispatcher::load_more(Instant now) {
  if (!more_in_store_) return {};
  if (cursor_ == HostId::None && now < next_round_) return {};
  make_room(now);
  const auto bound = static_cast<std::size_t>(policy_->frontier.hosts_in_memory);
  if (schedule_.size() >= bound) return {};
  const std::size_t limit = std::min(kLoadPage, bound - schedule_.size());
  TRY_ASSIGN(auto entries, store_.hosts_with_queue(cursor_, limit));
  for (HostEntry& entry : entries) {
    cursor_ = entry.id;
    if (schedule_.find(entry.id) != nullptr) continue;
    const bool scarce = schedule_.size() >= bound - bound / 4;
    const Instant due = std::max(entry.next_due, entry.state.rest_until);
    if (scarce && due > now + kFarAhead) {
      left_in_store_ = true;
      continue;
    }
    replace(load(std::move(entry), now, true), now);
  }
  if (entries.size() < limit) {
    cursor_ = HostId::None;
    more_in_store_ = left_in_store_;
    left_in_store_ = false;
    next_round_ = now + kSweepEvery;
  }
  return {};
}

Pace Dispatcher::pace(const HostEntry& entry, Instant now) const {
  const HostSlot* slot = schedule_.find(entry.id);
  const HostRule rule = slot != nullptr ? slot->rule : rule_for(*policy_, host_of(entry.key));
  return pace_of(policy_->pace, rule, entry.wishes, entry.state, now);
}

// When this host next deserves attention; kNever while something else will bring it back.
Instant Dispatcher::attention(const HostSlot& slot, Instant now) const {
  const HostState& state = slot.entry.state;
  if (slot.resolving || slot.parked || slot.entry.wishes.paused) return kNever;
  const Pace pace = pace_of(policy_->pace, slot.rule, slot.entry.wishes, state, now);
  if (slot.flights >= pace.flights) return kNever;
  if (state.exhausted) return slot.entry.has_queue ? now : kNever;
  Instant at = std::max({slot.ready_at, state.rest_until, slot.egress_until});
  if (!slot.errands.empty()) return at;
  const Instant own = slot.entry.has_queue ? slot.entry.next_due : kNever;
  const Instant due = std::min(own, stand_in_due(slot, now));
  if (due == kNever || slot.awaiting_robots) return kNever;
  if (state.breaker == Breaker::Closed) at = std::max(at, slot.shut_until);
  return std::max(at, due);
}

void Dispatcher::replace(HostSlot& slot, Instant now) {
  tend_mirrors(slot, now);
  const Instant at = attention(slot, now);
  const bool wanted = slot.entry.has_queue || slot.flights > 0 || !slot.errands.empty() ||
                      slot.resolving || slot.parked || slot.awaiting_robots ||
                      !slot.stands_in_for.empty();
  const bool crowded = more_in_store_ && slot.turns >= kTurnsUnderPressure;
  if (!wanted || (crowded && is_at_rest(slot))) {
    // Forgetting the pace is safe only once the gap has passed; until then the slot stays, idle.
    left_in_store_ = left_in_store_ || slot.entry.has_queue;
    if (slot.ready_at <= now || crowded) return schedule_.erase(slot.entry.id);
    return schedule_.place(slot, slot.ready_at);
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
  if (!unflown_.empty()) return now;
  if (paused_ || draining_ || fetcher_.free_slots() == 0) return nap;
  const Instant due = std::min(schedule_.next_at(), groups_.next_at());
  return std::clamp(std::max(due, our_trouble_.paused_until()), now, nap);
}

HostMoment Dispatcher::moment(const HostEntry& entry, Instant now) const {
  const HostSlot* slot = schedule_.find(entry.id);
  const HostState& state = slot != nullptr ? slot->entry.state : entry.state;
  const int flights = slot != nullptr ? slot->flights : 0;
  if (entry.wishes.paused) return {HostCondition::Paused, kNever};
  if (state.rest_until > now && !state.exhausted) return {HostCondition::Resting, state.rest_until};
  const bool probing = state.breaker == Breaker::Probing || state.breaker == Breaker::Open;
  if (probing && !state.exhausted) return {HostCondition::Probing, now};
  if (flights > 0) return {HostCondition::Busy, now};
  const bool has_queue = slot != nullptr ? slot->entry.has_queue : entry.has_queue;
  if (!has_queue || state.exhausted) return {HostCondition::Idle, kNever};
  const Instant at =
      slot != nullptr
          ? std::max({slot->ready_at, slot->shut_until, slot->egress_until, slot->entry.next_due})
          : entry.next_due;
  if (at > now) return {HostCondition::Pacing, at};
  return {HostCondition::Ready, now};
}

}  // namespace frontierd
