#include "originlab/gates.h"

#include <algorithm>
#include <cmath>

#include "originlab/dates.h"
#include "originlab/fill_in.h"
#include "originlab/glob.h"

namespace frontierd::originlab {
namespace {

template <class Map>
auto& remembered(Map& clients, const std::string& key) {
  if (clients.size() >= kMaxClients && clients.count(key) == 0) clients.clear();
  return clients[key];
}

std::int64_t seconds_up(Micros length) {
  return (length.count() + 999'999) / 1'000'000;
}

}  // namespace

std::string counter_key(Per per, const Visit& visit) {
  switch (per) {
    case Per::Host:
      return {};
    case Per::Path:
      return visit.request.target;
    case Per::Address:
      return visit.client;
    case Per::Agent:
      return visit.request.agent;
  }
  return {};
}

bool WallGate::spared(const Request& request) const {
  if (!wall_.cookie.empty() && request.has_cookie(wall_.cookie)) return true;
  return std::any_of(wall_.spare_agents.begin(), wall_.spare_agents.end(),
                     [&](const std::string& agent) { return glob(agent, request.agent); });
}

bool WallGate::refuses(const Visit& visit) {
  if (!wall_.paths.cover(visit.request.target) || spared(visit.request)) return false;
  Memory& memory = remembered(clients_, counter_key(wall_.per, visit));
  if (visit.now < memory.walled_until) {
    if (wall_.extends) memory.walled_until = visit.now + wall_.lasts;
    return true;
  }
  while (!memory.seen.empty() && visit.now - memory.seen.front() > wall_.within) {
    memory.seen.pop_front();
  }
  if (memory.seen.size() < wall_.after) {
    memory.seen.push_back(visit.now);
    return false;
  }
  memory.seen.clear();
  memory.walled_until = visit.now + wall_.lasts;
  return true;
}

LimitGate::Tally LimitGate::weigh(Memory& memory, Micros now) const {
  const auto quota = static_cast<double>(limit_.requests);
  const auto window = static_cast<double>(limit_.window.count());
  if (limit_.bucket) {
    memory.used -= static_cast<double>((now - memory.since).count()) / window * quota;
    memory.used = std::max(0.0, memory.used);
    memory.since = now;
  } else if (memory.used <= 0 || now - memory.since >= limit_.window) {
    memory.used = 0;
    memory.since = now;
  }
  Tally tally;
  tally.refused = memory.used + 1 > quota + 1e-9;
  if (!tally.refused) memory.used += 1;
  tally.remaining = static_cast<std::uint64_t>(std::max(0.0, quota - memory.used));
  if (!limit_.bucket) {
    tally.reset = memory.since + limit_.window - now;
  } else {
    const double missing = std::max(0.0, memory.used + 1 - quota);
    tally.reset = Micros{static_cast<std::int64_t>(missing / quota * window)};
  }
  return tally;
}

LimitGate::Tally LimitGate::count(const Visit& visit) {
  Memory& memory = remembered(clients_, counter_key(limit_.per, visit));
  if (visit.now < memory.punished_until) {
    memory.punished_until = visit.now + limit_.penalty;
    return {true, 0, limit_.penalty};
  }
  Tally tally = weigh(memory, visit.now);
  if (tally.refused && limit_.penalty > Micros{0}) {
    memory.punished_until = visit.now + limit_.penalty;
    tally.reset = std::max(tally.reset, limit_.penalty);
  }
  return tally;
}

std::vector<std::string> LimitGate::fields(const Tally& tally, std::int64_t unix_seconds) const {
  const std::int64_t reset = seconds_up(tally.reset);
  Facts facts{unix_seconds,
              {{"limit", std::to_string(limit_.requests)},
               {"remaining", std::to_string(tally.remaining)},
               {"reset", std::to_string(reset)},
               {"reset-ms", std::to_string(tally.reset.count() / 1'000)},
               {"reset-epoch", std::to_string(unix_seconds + reset)},
               {"reset-date", http_date(unix_seconds + reset)},
               {"window", std::to_string(seconds_up(limit_.window))}}};
  std::vector<std::string> out;
  for (const std::string& field : limit_.headers) out.push_back(fill_in(field, facts));
  if (!tally.refused) return out;
  for (const std::string& field : limit_.refusal_headers) out.push_back(fill_in(field, facts));
  return out;
}

}  // namespace frontierd::originlab
