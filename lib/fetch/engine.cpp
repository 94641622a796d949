#include "fetch/engine.h"

#include <algorithm>
#include <utility>

namespace frontierd {
namespace {

constexpr Millis kSweepEvery{250};
// libcurl may ask to be called again at once; more rounds than this wait for the next turn.
constexpr int kRoundsMax = 4;
// Idle connections are looked at so often at most, and while there are any so often at the least.
constexpr Millis kLookSoonest{250};
constexpr Millis kLookLatest = Seconds{1};
// libcurl notes the end of a transfer a moment after its socket has come to rest.
constexpr Millis kRestSlack{50};
// Where descriptors are short, and for a while after that, idle connections go at once.
constexpr Seconds kIdleWhenShort{2};
constexpr Seconds kShortFor{10};

long connections_per_shard(const FetchOptions& options) {
  const auto handles =
      static_cast<std::size_t>(options.workers * options.shards) * (1 + options.egresses.size());
  return static_cast<long>(std::max<std::size_t>(options.connections_max / handles, 4));
}

// A source address reaches its own family only.
std::vector<std::string> usable_by(const EgressWay& way, std::vector<std::string> addresses) {
  const bool v6 = way.address.find(':') != std::string::npos;
  std::erase_if(addresses, [v6](const std::string& text) {
    return (text.find(':') != std::string::npos) != v6;
  });
  return addresses;
}

}  // namespace

Engine::Engine(const FetchSetup& setup)
    : setup_(setup),
      next_sweep_(std::chrono::steady_clock::now() + kSweepEvery),
      next_look_(std::chrono::steady_clock::now()) {
  lanes_.emplace_back();
  for (const EgressWay& way : setup.options.egresses) lanes_.push_back({&way, {}});
}

std::unique_ptr<Shard> Engine::make_shard(const EgressWay* way) {
  return std::make_unique<Shard>(++next_id_, setup_, way, sockets_,
                                 connections_per_shard(setup_.options));
}

Engine::Lane* Engine::lane_of(const std::string& egress) {
  const auto named = std::find_if(lanes_.begin() + 1, lanes_.end(),
                                  [&](const Lane& lane) { return lane.way->name == egress; });
  Lane* lane = named != lanes_.end() ? &*named : nullptr;
  const bool plain = lane == nullptr ? egress.empty() || egress == kDirectEgress
                                     : lane->way->kind == EgressKind::Direct;
  if (plain) lane = &lanes_.front();
  if (lane == nullptr) return nullptr;
  while (static_cast<int>(lane->shards.size()) < setup_.options.shards) {
    lane->shards.push_back(make_shard(lane->way));
  }
  return lane;
}

template <class Visit>
void Engine::each(Visit visit) const {
  for (const Lane& lane : lanes_) {
    for (const auto& shard : lane.shards) visit(*shard);
  }
  for (const auto& shard : retired_) visit(*shard);
}

Shard* Engine::find(std::uint32_t id) {
  Shard* found = nullptr;
  each([&](Shard& shard) {
    if (shard.id() == id) found = &shard;
  });
  return found;
}

void Engine::launch(Lease lease, const Authority& authority,
                    const std::vector<std::string>& addresses, Instant addresses_until,
                    std::uint64_t slice) {
  if (auto difference = cross_check_.difference(lease.url, authority)) {
    return ground(std::move(lease), {Transport::ProtocolError, std::move(*difference)});
  }
  Lane* lane = lane_of(lease.egress);
  if (lane == nullptr) {
    const std::string what = "no egress of this process is named " + lease.egress;
    return ground(std::move(lease), {Transport::EgressFailed, what});
  }
  const std::vector<std::string> pinned{lease.address};
  if (lane->way != nullptr && lane->way->kind == EgressKind::Source) {
    std::vector<std::string> usable =
        usable_by(*lane->way, lease.address.empty() ? addresses : pinned);
    if (usable.empty() && !lease.address.empty()) {  // of the other family: any that it can reach
      lease.address.clear();
      usable = usable_by(*lane->way, addresses);
    }
    if (usable.empty()) {
      return ground(std::move(lease), {Transport::ConnectFailed,
                                       "egress " + lane->way->name + ": the host has no " +
                                           "address of the same family as " + lane->way->address});
    }
    return launch_in(*lane, std::move(lease), authority, usable, addresses_until, slice);
  }
  launch_in(*lane, std::move(lease), authority, lease.address.empty() ? addresses : pinned,
            addresses_until, slice);
}

void Engine::launch_in(Lane& lane, Lease lease, const Authority& authority,
                       const std::vector<std::string>& addresses, Instant addresses_until,
                       std::uint64_t slice) {
  auto& shard = lane.shards[slice % lane.shards.size()];
  if (shard->worn_out()) {
    retired_.push_back(std::move(shard));
    shard = make_shard(lane.way);
  }
  shard->launch(std::move(lease), authority, addresses, addresses_until,
                std::chrono::steady_clock::now());
}

void Engine::ground(Lease lease, End end) {
  landed_.push_back(grounded(std::move(lease), std::move(end), *setup_.clock));
}

void Engine::act_on_sockets() {
  for (const EpollSet::Ready& ready : sockets_.poll()) {
    if (Shard* shard = find(ready.tag)) shard->act(ready.fd, ready.events);
  }
}

void Engine::act_on_time(SteadyTime now) {
  for (int round = 0; round < kRoundsMax; ++round) {
    bool again = false;
    each([&](Shard& shard) {
      if (shard.due() > now) return;
      shard.act_on_time();
      again = again || shard.due() <= now;
    });
    if (!again) break;
  }
}

void Engine::close_idle(SteadyTime now) {
  if (now < next_look_) return;
  next_look_ = now + kLookLatest;
  if (sockets_.resting() == 0) return;
  const FetchOptions& options = setup_.options;
  const unsigned shortages = setup_.shortages;
  const std::size_t most = options.connections_max / static_cast<std::size_t>(options.workers);
  if (std::exchange(shortages_, shortages) != shortages || sockets_.open() > most) {
    short_until_ = now + kShortFor;
  }
  auto idle = std::chrono::ceil<Seconds>(options.connection_idle_max);
  if (now < short_until_) idle = std::min(idle, kIdleWhenShort);
  for (const std::uint32_t id : sockets_.to_be_closed(now - idle - kRestSlack)) {
    if (Shard* shard = find(id)) shard->close_idle(idle);
  }
  const SteadyTime next = sockets_.longest_rest() + idle + kRestSlack;
  next_look_ = std::clamp(next, now + kLookSoonest, now + kLookLatest);
}

void Engine::turn() {
  act_on_sockets();
  const SteadyTime now = std::chrono::steady_clock::now();
  close_idle(now);
  act_on_time(now);
  each([&](Shard& shard) { shard.catch_up(landed_); });
  each([&](Shard& shard) { shard.reap(landed_); });
  if (now >= next_sweep_) {
    next_sweep_ = now + kSweepEvery;
    each([&](Shard& shard) { shard.sweep(now, landed_); });
  }
  std::erase_if(retired_, [](const auto& shard) { return shard->idle(); });
}

void Engine::abort_all() {
  each([&](Shard& shard) { shard.abort_all(landed_); });
}

SteadyTime Engine::next_wake() const {
  SteadyTime wake = kNoWake;
  bool flying = false;
  each([&](const Shard& shard) {
    wake = shard.behind() ? SteadyTime::min() : std::min(wake, shard.due());
    flying = flying || !shard.idle();
  });
  if (sockets_.resting() > 0) wake = std::min(wake, next_look_);
  return flying ? std::min(wake, next_sweep_) : wake;
}

}  // namespace frontierd
