// Which hosts are in memory, and which wait in the store for a place.
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "frontier/dispatcher.h"
#include "rules/mirror.h"

namespace frontierd {
namespace {

constexpr std::size_t kLoadPage = 1'000;
constexpr std::size_t kSweptAtMost = 8'000;
constexpr Millis kFarAhead = Seconds{60};    // hosts not due before may make room for others ...
constexpr Millis kSweepEvery = Seconds{10};  // ... so often
constexpr Millis kRobotsFreshMost = std::chrono::hours{24};

void name_mirror(const Policy& policy, HostSlot& slot) {
  const MirrorRule* rule = mirror_of(policy, slot.entry.key);
  const std::string mirror = rule != nullptr ? rule->to : "";
  if (slot.mirror != mirror) slot.mirror_id = HostId::None;
  slot.mirror = mirror;
}

// The operator's verbs forgive trouble. Where they did not, what is in memory is newer: it knows of
// answers that were not worth a write.
bool is_forgiven(const HostState& known, const HostState& stored) {
  return stored.exhausted != known.exhausted || stored.incidents != known.incidents ||
         stored.incident_at != known.incident_at || stored.rest_until != known.rest_until;
}

// Every entry from the store passes here. A copy of robots.txt serves a day at most.
void cut_to_range(HostEntry& entry, Instant now) {
  entry.state = within_range(std::move(entry.state), now);
  entry.robots_until = std::min(entry.robots_until, now + kRobotsFreshMost);
}

Instant due_of(const HostEntry& entry, Instant now) {
  if (entry.wishes.paused || !entry.has_queue) return kNever;
  return entry.state.exhausted ? now : std::max(entry.next_due, entry.state.rest_until);
}

}  // namespace

bool Dispatcher::has_room() const {
  return schedule_.size() < static_cast<std::size_t>(policy_->frontier.hosts_in_memory);
}

bool Dispatcher::is_scarce() const {
  const auto bound = static_cast<std::size_t>(policy_->frontier.hosts_in_memory);
  return schedule_.size() >= bound - bound / 4;
}

bool Dispatcher::others_wait(Instant now) const {
  return going_through_store_ || inactive_.due(now) || inactive_.complete_until() <= now;
}

Result<void> Dispatcher::touch(const Admission& admission, Instant not_before, Instant now) {
  given_up_.more(admission.host);
  if (HostSlot* slot = schedule_.find(admission.host)) {
    if (!slot->entry.has_queue) slot->queued_since = now;
    const bool earlier = !slot->entry.has_queue || not_before < slot->entry.next_due;
    slot->entry.has_queue = true;
    if (!earlier) return {};
    slot->entry.next_due = not_before;
    replace(*slot, now);
    return {};
  }
  if (!has_room()) {
    inactive_.hasten(admission.host, not_before);
    return {};
  }
  TRY_ASSIGN(auto entry, store_.host(admission.host));
  CHECK(entry.has_value());
  cut_to_range(*entry, now);
  const bool known = raw(entry->id) <= raw(newest_host_);
  entry->has_queue = true;
  entry->next_due = std::min(entry->next_due, not_before);
  replace(load(std::move(*entry), now, known), now);
  return {};
}

Result<void> Dispatcher::refresh(HostId host, Instant now) {
  if (host == HostId::None) {
    go_through_store();
    std::vector<HostId> ids;
    for (const auto& [id, slot] : schedule_.slots()) ids.push_back(slot.entry.id);
    for (const HostId id : ids) TRY(refresh(id, now));
    return {};
  }
  TRY_ASSIGN(auto entry, store_.host(host));
  if (!entry) return {};
  cut_to_range(*entry, now);
  HostSlot* slot = schedule_.find(host);
  if (slot == nullptr) {
    if (!entry->has_queue) return {};
    HostSlot& loaded = load(std::move(*entry), now, true);
    hold_longer(loaded, Pace{}, now);
    replace(loaded, now);
    return {};
  }
  given_up_.forget(host);  // if it still is, it begins anew
  const Pace before = pace(slot->entry, now);
  if (is_forgiven(slot->entry.state, entry->state)) {
    our_trouble_.forget(host);
    pardon_name(*slot, now);
    slot->name_until = entry->name_rest_until;
  } else {
    entry->state = std::move(slot->entry.state);
  }
  slot->entry = std::move(*entry);
  slot->egress_until = kLongAgo;
  slot->rule = rule_for(*policy_, slot->name);
  hold_longer(*slot, before, now);
  names_.join(slot->pace_name, host, pace(slot->entry, now));
  name_mirror(*policy_, *slot);
  if (slot->entry.wishes.paused) TRY(fail_errands(*slot, "is paused by an operator", now));
  replace(*slot, now);
  return {};
}

HostSlot& Dispatcher::load(HostEntry entry, Instant now, bool known) {
  newest_host_ = HostId{std::max(raw(newest_host_), raw(entry.id))};
  HostSlot slot;
  slot.name = host_in(entry.key);
  slot.site = bucket_of(slot.name);
  slot.domain = stable_hash(registrable_domain(slot.name));
  slot.rule = rule_for(*policy_, slot.name);
  slot.entry = std::move(entry);
  slot.queued_since = now;
  name_mirror(*policy_, slot);
  // Where its last request is not on record, whoever had it may have asked a moment ago.
  const Millis gap = pace(slot.entry, now).from_start();
  const Instant unrecorded = known ? now + gap : std::max(slot.ready_at, recovered_at_ + gap);
  slot.ready_at = inactive_.ready_at(slot.entry.id).value_or(unrecorded);
  if (reloaded_at_ != kLongAgo) slot.ready_at = std::max(slot.ready_at, reloaded_at_ + gap);
  inactive_.erase(slot.entry.id);
  find_company(slot, now);
  return schedule_.add(std::move(slot));
}

// What a host has queued that was given up, a bounded part over all of them. Told once, at its end.
Result<void> Dispatcher::drop_given_up(Instant now) {
  std::size_t left = GivenUpHosts::kPartMax;
  while (left > 0 && !given_up_.empty()) {
    const GivenUpHosts::Part part = given_up_.part(left);
    HostSlot* slot = schedule_.find(part.host);
    if (slot == nullptr || !slot->entry.state.exhausted || slot->entry.wishes.paused) {
      given_up_.forget(part.host);
      continue;
    }
    TRY(fail_errands(*slot, "is given up", now));
    const HostState& state = slot->entry.state;
    const DropReason because = given_up_as(state.rest_cls);
    TRY_ASSIGN(const DroppedPart dropped,
               store_.drop_queue(part.host, part.from, because, state.why, part.limit, now));
    left -= part.limit;
    const auto total = given_up_.took(part.host, dropped);
    if (!total) continue;
    slot->entry.has_queue = false;
    if (*total > 0) journal_.gave_up(slot->entry.key, because, *total, now);
    replace(*slot, now);
  }
  return {};
}

void Dispatcher::forget(const HostSlot& slot, Instant due) {
  given_up_.forget(slot.entry.id);
  if (slot.entry.has_queue) inactive_.put(slot.entry.id, due, slot.ready_at);
  names_.leave(slot.pace_name, slot.entry.id);
  schedule_.erase(slot.entry.id);
}

// Hosts that are not due for long (at rest, or up to date) must not keep out those in the store.
void Dispatcher::make_room(Instant now) {
  if (has_room() || now < next_sweep_) return;
  next_sweep_ = now + kSweepEvery;
  std::vector<HostId> leaving;
  const auto consider = [&](const HostSlot& slot) {
    if (is_at_rest(slot)) leaving.push_back(slot.entry.id);
    return leaving.size() < kLoadPage;
  };
  std::size_t looked = 0;  // past those that are busy
  schedule_.from_the_latest([&](const HostSlot& slot) {
    return slot.placed_at > now + kFarAhead && ++looked < kSweptAtMost && consider(slot);
  });
  // Those that are paused are in no order.
  schedule_.look_at_some(kSweptAtMost, [&](const HostSlot& slot) {
    if (slot.entry.wishes.paused && leaving.size() < kLoadPage) (void)consider(slot);
  });
  for (const HostId id : leaving) {
    const HostSlot* slot = schedule_.find(id);
    if (slot != nullptr) forget(*slot, slot->placed_at);
  }
}

void Dispatcher::go_through_store() {
  going_through_store_ = true;
  cursor_ = HostId::None;
  inactive_.start_over();
}

Result<void> Dispatcher::load_more(Instant now) {
  const Instant soon = now + kFarAhead;
  if (!going_through_store_) {
    TRY(load_inactive(now));
    const Instant gap_at = inactive_.complete_until();
    if (gap_at > soon || inactive_.due(gap_at) || now < next_round_) return {};
    go_through_store();
  }
  make_room(now);
  return load_page(now);
}

// Those that are due soon, in the order of their dues.
Result<void> Dispatcher::load_inactive(Instant now) {
  const Instant by = std::min(now + kFarAhead, inactive_.complete_until());
  if (inactive_.due(by)) make_room(now);
  for (std::size_t i = 0; i < kLoadPage && has_room(); ++i) {
    const std::optional<HostId> id = inactive_.due(by);
    if (!id) return {};
    TRY_ASSIGN(auto entry, store_.host(*id));
    if (entry) cut_to_range(*entry, now);
    const Instant due = entry ? due_of(*entry, now) : kNever;
    if (schedule_.find(*id) != nullptr || due == kNever) {
      inactive_.erase(*id);
    } else if (due > by) {
      inactive_.put(*id, due, std::nullopt);
    } else {
      replace(load(std::move(*entry), now, true), now);
    }
  }
  return {};
}

Result<void> Dispatcher::load_page(Instant now) {
  if (!has_room()) return {};
  const auto bound = static_cast<std::size_t>(policy_->frontier.hosts_in_memory);
  const std::size_t limit = std::min(kLoadPage, bound - schedule_.size());
  TRY_ASSIGN(auto entries, store_.hosts_with_queue(cursor_, limit));
  for (HostEntry& entry : entries) {
    cursor_ = entry.id;
    cut_to_range(entry, now);
    if (schedule_.find(entry.id) != nullptr) continue;
    const Instant due = due_of(entry, now);
    if (!entry.has_queue) continue;  // given up, and nothing to drop
    if (is_scarce() && due > now + kFarAhead) {
      inactive_.put(entry.id, due, std::nullopt);
      continue;
    }
    replace(load(std::move(entry), now, true), now);
  }
  if (entries.size() < limit) {
    going_through_store_ = false;
    next_round_ = now + kSweepEvery;
  }
  return {};
}

}  // namespace frontierd
