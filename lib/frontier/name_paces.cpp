#include "frontier/name_paces.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace frontierd {

void NamePaces::Last::note(HostId host, Instant at) {
  if (first.host != host) second = first;
  first = {host, at};
}

Instant NamePaces::Last::at(HostId host, bool but_own) const {
  const Instant own_first = but_own && first.host == host ? kLongAgo : first.at;
  const Instant own_second = but_own && second.host == host ? kLongAgo : second.at;
  return std::max(own_first, own_second);
}

void NamePaces::reckon(Name& name) {
  name.strictest = Pace{};
  for (std::size_t i = 0; i < name.members.size(); ++i) {
    const Pace& pace = name.members[i].pace;
    name.strictest.gap = std::max(name.strictest.gap, pace.gap);
    name.strictest.period = std::max(name.strictest.period, pace.from_start());
    name.strictest.flights = i == 0 ? pace.flights : std::min(name.strictest.flights, pace.flights);
  }
}

void NamePaces::join(const std::string& key, HostId host, const Pace& pace) {
  Name& name = names_[key];
  const auto known = std::find_if(name.members.begin(), name.members.end(),
                                  [host](const Member& member) { return member.host == host; });
  if (known == name.members.end()) {
    name.members.push_back({host, pace});
  } else if (known->pace.gap == pace.gap && known->pace.from_start() == pace.from_start() &&
             known->pace.flights == pace.flights) {
    return;
  } else {
    known->pace = pace;
  }
  reckon(name);
  place(key, name);
}

void NamePaces::leave(const std::string& key, HostId host) {
  const auto found = names_.find(key);
  if (found == names_.end()) return;
  Name& name = found->second;
  std::erase_if(name.members, [host](const Member& member) { return member.host == host; });
  std::erase(name.waiting, host);
  if (name.turn == host) name.turn = HostId::None;
  if (!name.members.empty()) reckon(name);  // the last pace stays until the gap is over
  place(key, name);
}

Instant NamePaces::ready_at(const Name& name, HostId host) {
  const auto own = std::find_if(name.members.begin(), name.members.end(),
                                [host](const Member& member) { return member.host == host; });
  const Pace pace = own != name.members.end() ? own->pace : Pace{};
  const bool strict =
      pace.gap >= name.strictest.gap && pace.from_start() >= name.strictest.from_start();
  const auto after = [](Instant at, Millis length) {
    return at == kLongAgo ? kLongAgo : at + length;
  };
  return std::max(after(name.starts.at(host, strict), name.strictest.from_start()),
                  after(name.ends.at(host, strict), name.strictest.gap));
}

Instant NamePaces::ready_at(const std::string& key, HostId host) const {
  const auto found = names_.find(key);
  return found == names_.end() ? kLongAgo : ready_at(found->second, host);
}

bool NamePaces::admits(const std::string& key, HostId host, Instant now) const {
  const auto found = names_.find(key);
  if (found == names_.end()) return true;
  const Name& name = found->second;
  return (name.turn == HostId::None || name.turn == host) &&
         name.flights < name.strictest.flights && ready_at(name, host) <= now;
}

void NamePaces::take_turn(const std::string& key, HostId host) {
  Name& name = names_[key];
  CHECK(name.turn == HostId::None || name.turn == host);
  name.turn = host;
  place(key, name);
}

void NamePaces::give_turn_back(const std::string& key, HostId host) {
  const auto found = names_.find(key);
  if (found == names_.end() || found->second.turn != host) return;
  found->second.turn = HostId::None;
  place(key, found->second);
}

void NamePaces::started(const std::string& key, HostId host, const Pace& pace, Instant now) {
  if (names_.size() > forget_above_) forget_idle(now);
  join(key, host, pace);
  Name& name = names_[key];
  CHECK(name.turn == host);
  name.turn = HostId::None;
  ++name.flights;
  name.starts.note(host, now);
  place(key, name);
}

void NamePaces::landed(const std::string& key, HostId host, const Pace& pace, Instant now) {
  join(key, host, pace);
  Name& name = names_[key];
  CHECK(name.flights > 0);
  --name.flights;
  name.ends.note(host, now);
  place(key, name);
}

void NamePaces::moved(const std::string& from, const std::string& to, HostId host, Instant now) {
  Name& former = names_[from];
  CHECK(former.flights > 0);
  --former.flights;
  place(from, former);
  Name& name = names_[to];
  ++name.flights;
  name.starts.note(host, now);
  place(to, name);
}

void NamePaces::rest(const std::string& key, HostId by, const HostState& state) {
  if (!rests_name(state.rest_cls)) return;
  Rest& rest = names_[key].rest;
  if (state.rest_until > rest.until) rest = {state.rest_until, by};
}

NamePaces::Rest NamePaces::rest_of(const std::string& key) const {
  const auto found = names_.find(key);
  return found == names_.end() ? Rest{} : found->second.rest;
}

bool NamePaces::forgive(const std::string& key, HostId by) {
  const auto found = names_.find(key);
  if (found == names_.end() || found->second.rest.by != by) return false;
  found->second.rest = {};
  return true;
}

void NamePaces::park(const std::string& key, HostId host) {
  Name& name = names_[key];
  if (name.turn == host) {
    name.turn = HostId::None;
    name.waiting.push_front(host);
  } else {
    name.waiting.push_back(host);
  }
  place(key, name);
}

HostId NamePaces::pop_due(Instant now) {
  if (order_.empty() || order_.begin()->first > now) return HostId::None;
  const std::string key = order_.begin()->second;
  Name& name = names_.at(key);
  const HostId host = name.waiting.front();
  name.waiting.pop_front();
  place(key, name);
  return host;
}

Instant NamePaces::next_at() const {
  return order_.empty() ? kNever : order_.begin()->first;
}

std::vector<HostId> NamePaces::take_parked() {
  std::vector<HostId> parked;
  for (auto& [key, name] : names_) {
    parked.insert(parked.end(), name.waiting.begin(), name.waiting.end());
    name.waiting.clear();
    place(key, name);
  }
  return parked;
}

std::vector<HostId> NamePaces::members(const std::string& key) const {
  std::vector<HostId> out;
  const auto found = names_.find(key);
  if (found == names_.end()) return out;
  for (const Member& member : found->second.members) out.push_back(member.host);
  return out;
}

void NamePaces::place(const std::string& key, Name& name) {
  const bool wanted =
      !name.waiting.empty() && name.turn == HostId::None && name.flights < name.strictest.flights;
  const Instant at = wanted ? ready_at(name, name.waiting.front()) : kNever;
  if (name.placed_at == at) return;
  if (name.placed_at != kNever) order_.erase({name.placed_at, key});
  name.placed_at = at;
  if (at != kNever) order_.emplace(at, key);
}

void NamePaces::forget_idle(Instant now) {
  std::erase_if(names_, [now](const auto& item) {
    const Name& name = item.second;
    return name.members.empty() && name.flights == 0 && name.rest.until <= now &&
           ready_at(name, HostId::None) <= now;
  });
  forget_above_ = std::max<std::size_t>(1'024, names_.size() * 2);
}

}  // namespace frontierd
