#include "sim/world.h"

#include <algorithm>

#include "base/text.h"
#include "rules/url.h"

namespace frontierd::sim {
namespace {

constexpr Millis kResolverPatience = Seconds{5};
constexpr Millis kNameHangs = Seconds{14};
constexpr Millis kConnectPatience = Seconds{3};

// An address of its own for a name that has none, the same in every run.
std::string own_address(const std::string& host_key) {
  const std::uint64_t h = stable_hash(host_in(host_key));
  return "10." + std::to_string(h % 250) + "." + std::to_string(h / 250 % 250) + "." +
         std::to_string(1 + h / 62'500 % 250);
}

}  // namespace

Origin& World::origin(const std::string& host_key) {
  const auto found = origins_.find(host_key);
  return found != origins_.end() ? *found->second : add(host_key, {});
}

Origin& World::add(const std::string& host_key, Habits habits) {
  const Rng rng(seed_ ^ stable_hash(host_key));
  auto& place = origins_[host_key];
  place = std::make_unique<Origin>(host_key, std::move(habits), born_, rng);
  if (healed_) place->heal();
  return *place;
}

Answer World::ask(const Request& request, Instant now) {
  if (network_gone > 0) return silence(Transport::ConnectFailed, kConnectPatience);
  return origin(request.host_key).answer(request, now);
}

LookUp World::look_up(const std::string& host_key, Instant now) {
  const NamingHabit& naming = origin(host_key).habits().naming;
  LookUp out;
  const bool fails = !healed_ && naming.failing.on(now - born_);
  if (network_gone > 0 || resolver_gone > 0 || fails) {
    if (fails) out.habit = naming.hangs ? Habit::NameHangs : Habit::NameFails;
    out.transport = Transport::DnsTimeout;
    out.detail = "no resolver answered";
    out.takes = fails && naming.hangs ? kNameHangs : kResolverPatience;
    return out;
  }
  if (naming.dead) {
    out.habit = Habit::DeadName;
    out.transport = Transport::DnsFailed;
    out.detail = "no such name";
    return out;
  }
  out.ttl = naming.ttl;
  if (naming.addresses.empty()) {
    out.addresses = {own_address(host_key)};
    return out;
  }
  std::size_t turn = 0;
  if (naming.moves_every > Millis{0}) {
    turn = static_cast<std::size_t>((now - born_) / naming.moves_every) % naming.addresses.size();
  }
  if (turn > 0) out.habit = Habit::AddressMoved;
  out.addresses = naming.addresses;
  std::rotate(out.addresses.begin(), out.addresses.begin() + static_cast<std::ptrdiff_t>(turn),
              out.addresses.end());
  if (!naming.rotates) out.addresses.resize(1);
  return out;
}

void World::heal() {
  healed_ = true;
  network_gone = resolver_gone = 0;
  for (auto& [key, origin] : origins_) origin->heal();
}

}  // namespace frontierd::sim
