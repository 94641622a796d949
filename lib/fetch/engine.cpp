#include "fetch/engine.h"

#include <algorithm>

namespace frontierd {
namespace {

constexpr Millis kSweepEvery{250};
// libcurl may ask to be called again at once; more rounds than this wait for the next turn.
constexpr int kRoundsMax = 4;

long connections_per_shard(const FetchOptions& options) {
  const auto handles = static_cast<std::size_t>(options.workers * options.shards);
  return static_cast<long>(std::max<std::size_t>(options.connections_max / handles, 4));
}

}  // namespace

Engine::Engine(const FetchSetup& setup)
    : setup_(setup), next_sweep_(std::chrono::steady_clock::now() + kSweepEvery) {
  for (int i = 0; i < setup.options.shards; ++i) shards_.push_back(make_shard());
}

std::unique_ptr<Shard> Engine::make_shard() {
  return std::make_unique<Shard>(++next_id_, setup_, sockets_,
                                 connections_per_shard(setup_.options));
}

template <class Visit>
void Engine::each(Visit visit) {
  for (const auto& shard : shards_) visit(*shard);
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
  auto& shard = shards_[slice % shards_.size()];
  if (shard->worn_out()) {
    retired_.push_back(std::move(shard));
    shard = make_shard();
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

void Engine::turn() {
  act_on_sockets();
  const SteadyTime now = std::chrono::steady_clock::now();
  act_on_time(now);
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
  for (const auto* group : {&shards_, &retired_}) {
    for (const auto& shard : *group) {
      wake = std::min(wake, shard->due());
      flying = flying || !shard->idle();
    }
  }
  return flying ? std::min(wake, next_sweep_) : wake;
}

}  // namespace frontierd
