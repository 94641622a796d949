// With whom a host shares its pace: the half of the dispatcher between it and its name
// (name_paces.h) and its group (groups.h), and what a reload changes of both.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "frontier/addresses.h"
#include "frontier/dispatcher.h"
#include "rules/host_pattern.h"

namespace frontierd {
namespace {

std::string group_by_name(const Policy& policy, const std::string& name) {
  for (const GroupRule& group : policy.groups) {
    const bool member =
        std::any_of(group.hosts.begin(), group.hosts.end(),
                    [&](const std::string& pattern) { return host_matches(pattern, name); });
    if (member) return "name:" + group.name;
  }
  return {};
}

std::string pace_name_of(const HostSlot& slot) {
  return slot.rule.separate.value_or(false) ? slot.entry.key : slot.name;
}

// Anything of the rule that its hosts would feel at once.
bool holds_more(const GroupRule& rule, const std::vector<GroupRule>& former) {
  return std::none_of(former.begin(), former.end(), [&](const GroupRule& before) {
    return before.name == rule.name && before.hosts == rule.hosts && before.gap >= rule.gap;
  });
}

}  // namespace

// Of a host that has just come into memory.
void Dispatcher::find_company(HostSlot& slot, Instant now) {
  slot.pace_name = pace_name_of(slot);
  slot.group = group_by_name(*policy_, slot.name);
  const HostState& state = slot.entry.state;
  names_.join(slot.pace_name, slot.entry.id,
              pace_of(policy_->pace, slot.rule, slot.entry.wishes, state, now));
  if (slot.pace_name == slot.name) slot.name_until = slot.entry.name_rest_until;
  names_.rest(slot.pace_name, slot.entry.id, state);
}

// A new policy holds from now on for who is in memory, too: for hosts that wait, which ask again,
// and for flights in the air.
void Dispatcher::regroup(const Policy& former, Instant now) {
  schedule_.for_each([&](HostSlot& slot) {
    const std::string group = group_by_name(*policy_, slot.name);
    if (!group.empty()) {
      slot.group = group;
      slot.asked_at.clear();
    } else if (slot.group.starts_with("name:")) {
      slot.group.clear();
      slot.address_until = kLongAgo;
    }
    choose_address(slot, policy_->pace.group_by_address);
    const std::string before = std::exchange(slot.pace_name, pace_name_of(slot));
    if (before == slot.pace_name) return;
    names_.leave(before, slot.entry.id);
    slot.name_until = kLongAgo;
  });
  for (auto& [lease, flight] : in_flight_) {
    const HostSlot* slot = schedule_.find(flight.host);
    CHECK(slot != nullptr);
    if (flight.name != slot->pace_name) {
      names_.moved(std::exchange(flight.name, slot->pace_name), slot->pace_name, flight.host, now);
    }
    if (slot->group.empty() || flight.group == slot->group) continue;
    if (!flight.group.empty()) groups_.landed(flight.group, now);
    groups_.joined(flight.group = slot->group, group_limit(slot->group), now);
  }
  for (const GroupRule& rule : policy_->groups) {
    if (!holds_more(rule, former.groups)) continue;
    groups_.hold("name:" + rule.name, {rule.flights, rule.gap}, now);
  }
  groups_.reload([this](const std::string& group) { return group_limit(group); }, now);
  std::vector<HostId> parked = groups_.take_parked();
  for (const HostId id : names_.take_parked()) parked.push_back(id);
  for (const HostId id : parked) {
    HostSlot* slot = schedule_.find(id);
    if (slot == nullptr) continue;
    slot->parked = Parked::No;
    names_.give_turn_back(slot->pace_name, id);
  }
  schedule_.for_each(
      [&](HostSlot& slot) { names_.join(slot.pace_name, slot.entry.id, pace(slot.entry, now)); });
  for (const HostId id : parked) {
    if (HostSlot* slot = schedule_.find(id)) replace(*slot, now);
  }
}

// The turn of its name; false: it waits for it.
bool Dispatcher::passes_name(HostSlot& slot, Instant now) {
  const std::string& name = slot.pace_name;
  const HostId id = slot.entry.id;
  names_.join(name, id, pace(slot.entry, now));
  const NamePaces::Rest rest = names_.rest_of(name);
  if (rest.by != id && rest.until > now) {
    names_.give_turn_back(name, id);
    slot.name_until = rest.until;
    replace(slot, now);
    return false;
  }
  if (names_.admits(name, id, now)) {
    names_.take_turn(name, id);
    return true;
  }
  slot.parked = Parked::AtName;
  names_.park(name, id);
  return false;
}

// With the rests that it shares.
Instant Dispatcher::rests_until(const HostEntry& host) const {
  Instant until = host.state.rest_until;
  if (const HostSlot* slot = schedule_.find(host.id)) {
    until = std::max({until, slot->name_until, names_.rest_of(slot->pace_name).until});
  } else if (!rule_for(*policy_, host_in(host.key)).separate.value_or(false)) {
    until = std::max(until, host.name_rest_until);
  }
  return until;
}

// It rests: who waits for its errands, or for those of the hosts that rest with it, has no answer.
Result<void> Dispatcher::end_errands(HostSlot& slot, Instant now) {
  TRY(fail_errands(slot, "rests", now));
  if (!rests_name(slot.entry.state.rest_cls)) return {};
  for (const HostId id : names_.members(slot.pace_name)) {
    HostSlot* other = schedule_.find(id);
    if (other == nullptr || id == slot.entry.id) continue;
    TRY(fail_errands(*other, "rests with its name", now));
    replace(*other, now);
  }
  return {};
}

bool Dispatcher::passes_group(HostSlot& slot, Instant now) {
  if (slot.group.empty() || groups_.admits(slot.group, group_limit(slot.group), now)) return true;
  slot.parked = Parked::AtGroup;
  groups_.park(slot.group, group_limit(slot.group), slot.entry.id, is_prompt(slot));
  return false;
}

void Dispatcher::pardon_name(const HostSlot& slot, Instant now) {
  if (!names_.forgive(slot.pace_name, slot.entry.id)) return;
  for (const HostId id : names_.members(slot.pace_name)) {
    HostSlot* other = schedule_.find(id);
    if (other == nullptr || id == slot.entry.id) continue;
    names_.rest(slot.pace_name, id, other->entry.state);
    other->name_until = kLongAgo;
    replace(*other, now);
  }
}

}  // namespace frontierd
