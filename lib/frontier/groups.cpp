#include "frontier/groups.h"

#include <algorithm>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr int kTurns = 8;  // one of so many for those that are not prompt

}  // namespace

bool Groups::admits(const std::string& name, GroupLimit limit, Instant now) const {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return asked_until_ == kLongAgo || asked_until_ + limit.gap <= now;
  const Group& group = found->second;
  return group.flights < group.limit.flights && group.ready_at <= now;
}

void Groups::started(const std::string& name, GroupLimit limit, Instant now) {
  if (groups_.size() > forget_above_) forget_idle(now);
  Group& group = known(name, limit);
  group.limit = limit;
  ++group.flights;
  group.ready_at = now + limit.gap;
  place(name, group);
}

void Groups::landed(const std::string& name, Instant now) {
  const auto found = groups_.find(name);
  CHECK(found != groups_.end() && found->second.flights > 0);
  Group& group = found->second;
  --group.flights;
  if (group.limit.flights == 1) group.ready_at = std::max(group.ready_at, now + group.limit.gap);
  place(name, group);
}

void Groups::relimit(const std::string& name, Group& group, GroupLimit limit, Instant now) {
  if (limit.gap > group.limit.gap) group.ready_at = std::max(group.ready_at, now + limit.gap);
  group.limit = limit;
  place(name, group);
}

void Groups::hold(const std::string& name, GroupLimit limit, Instant now) {
  Group& group = groups_[name];
  group.limit = limit;
  group.ready_at = std::max(group.ready_at, now + limit.gap);
  place(name, group);
}

void Groups::joined(const std::string& name, GroupLimit limit, Instant now) {
  ++groups_[name].flights;
  hold(name, limit, now);
}

void Groups::gave_back(const std::string& name, Instant now) {
  const auto found = groups_.find(name);
  CHECK(found != groups_.end() && found->second.flights > 0);
  --found->second.flights;
  found->second.ready_at = now;
  place(name, found->second);
}

void Groups::park(const std::string& name, GroupLimit limit, HostId host, bool prompt) {
  Group& group = known(name, limit);
  (prompt ? group.prompt : group.others).push_back(host);
  place(name, group);
}

HostId Groups::pop_due(Instant now) {
  if (order_.empty() || order_.begin()->first > now) return HostId::None;
  Group& group = groups_.at(order_.begin()->second);
  const std::string name = order_.begin()->second;
  const bool others_turn = group.turns + 1 >= kTurns && !group.others.empty();
  const bool takes_prompt = !group.prompt.empty() && !others_turn;
  group.turns = takes_prompt && !group.others.empty() ? group.turns + 1 : 0;
  auto& line = takes_prompt ? group.prompt : group.others;
  const HostId host = line.front();
  line.pop_front();
  place(name, group);
  return host;
}

std::vector<HostId> Groups::take_parked() {
  std::vector<HostId> parked;
  for (auto& [name, group] : groups_) {
    for (auto* line : {&group.prompt, &group.others}) {
      parked.insert(parked.end(), line->begin(), line->end());
      line->clear();
    }
    place(name, group);
  }
  return parked;
}

Instant Groups::next_at() const {
  return order_.empty() ? kNever : order_.begin()->first;
}

Instant Groups::ready_at(const std::string& name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? kLongAgo : found->second.ready_at;
}

Groups::Group& Groups::known(const std::string& name, GroupLimit limit) {
  const auto [place, fresh] = groups_.try_emplace(name);
  if (fresh) {
    place->second.limit = limit;
    if (asked_until_ != kLongAgo) place->second.ready_at = asked_until_ + limit.gap;
  }
  return place->second;
}

void Groups::place(const std::string& name, Group& group) {
  const bool wanted = group.waited_for() && group.flights < group.limit.flights;
  const Instant at = wanted ? group.ready_at : kNever;
  if (group.placed_at == at) return;
  if (group.placed_at != kNever) order_.erase({group.placed_at, name});
  group.placed_at = at;
  if (at != kNever) order_.emplace(at, name);
}

void Groups::forget_idle(Instant now) {
  std::erase_if(groups_, [now](const auto& item) {
    const Group& group = item.second;
    return group.flights == 0 && !group.waited_for() && group.ready_at <= now;
  });
  forget_above_ = std::max<std::size_t>(1'024, groups_.size() * 2);
}

}  // namespace frontierd
