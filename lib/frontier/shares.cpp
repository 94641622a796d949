#include "frontier/shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr Millis kRemembered = std::chrono::minutes{10};  // who has asked
constexpr int kSlowPause = 4;  // times the length of a flight that was not prompt
constexpr std::uint64_t kAll = 1;                          // keys of the two rooms without a holder
constexpr std::uint64_t kScarce = 2;

// One table holds rooms of several kinds.
std::uint64_t domain_key(const ShareClaim& claim) {
  return claim.domain ^ 0x9e3779b97f4a7c15u;
}
std::uint64_t address_key(const ShareClaim& claim) {
  return claim.address ^ 0xc2b2ae3d27d4eb4fu;
}
std::uint64_t group_key(const ShareClaim& claim) {
  return claim.group ^ 0x165667b19e3779f9u;
}
std::uint64_t in_group_key(const ShareClaim& claim) {
  return (claim.group * 0x9e3779b97f4a7c15u) ^ claim.domain;
}

bool lately(Instant at, Instant now) {
  return at != kLongAgo && at + kRemembered > now;
}

int least_one(double slots) {
  return std::max(1, static_cast<int>(slots + 1e-9));
}

std::size_t line_of(const ShareClaim& claim) {
  return static_cast<std::size_t>(claim.large() ? kSpeeds : claim.speed);
}

}  // namespace

int Shares::Room::from(int speed) const {
  return std::accumulate(flights.begin() + speed, flights.end(), 0);
}

bool Shares::Room::idle() const {
  const bool waited_at =
      waiting && std::any_of(waiting->lines.begin(), waiting->lines.end(),
                             [](const auto& line) { return !line.empty(); });
  return from(0) == 0 && !open && !waited_at;
}

void Shares::set(const SharePolicy& policy, int flights_max) {
  policy_ = policy;
  flights_max_ = flights_max;
  open(kAll, all_);
  open(kScarce, scarce_);
  for (auto& [key, room] : rooms_) open(key, room);
}

void Shares::tight(bool short_of_room) {
  if (std::exchange(tight_, short_of_room) && !tight_) open(kScarce, scarce_);
}

template <class R, class Self>
R* Shares::find_in(Self& self, std::uint64_t key) {
  if (key == kAll) return &self.all_;
  if (key == kScarce) return &self.scarce_;
  const auto found = self.rooms_.find(key);
  return found == self.rooms_.end() ? nullptr : &found->second;
}

template <class R, class Self>
Shares::PlacesOf<R> Shares::places_in(Self& self, const ShareClaim& claim) {
  PlacesOf<R> at;
  at.domain = find_in<R>(self, domain_key(claim));
  if (claim.address != 0) at.address = find_in<R>(self, address_key(claim));
  if (claim.group == 0) return at;
  at.group = find_in<R>(self, group_key(claim));
  at.in_group = find_in<R>(self, in_group_key(claim));
  return at;
}

Shares::Places Shares::make_places(const ShareClaim& claim) {
  Places at;
  at.domain = &rooms_[domain_key(claim)];
  if (claim.address != 0) at.address = &rooms_[address_key(claim)];
  if (claim.group == 0) return at;
  at.group = &rooms_[group_key(claim)];
  at.in_group = &rooms_[in_group_key(claim)];
  return at;
}

template <class Change>
void Shares::at_each(const Places& at, Change change) {
  change(all_);
  for (Room* room : {at.domain, at.address, at.group, at.in_group}) {
    if (room != nullptr) change(*room);
  }
}

void Shares::note_asked(Room& pool, const ShareClaim& claim, Instant now) {
  pool.asked[static_cast<std::size_t>(claim.speed)] = now;
  const auto note = [now](std::uint64_t& last, std::uint64_t own, Instant& other_at) {
    const std::uint64_t before = std::exchange(last, own);
    if (before != 0 && before != own) other_at = now;
  };
  note(pool.last_domain, claim.domain, pool.other_domain_at);
  if (claim.address != 0) note(pool.last_address, claim.address, pool.other_address_at);
}

std::optional<ShareBar> Shares::bar(const ShareClaim& claim, Instant now) {
  sweep(now);
  note_asked(all_, claim, now);
  if (claim.group != 0) note_asked(rooms_[group_key(claim)], claim, now);
  return look(claim, now);
}

// What one holder may have of `slots`; more where no other has asked lately.
int Shares::part(int slots, double share, Instant other_at, Instant now) const {
  if (lately(other_at, now)) return least_one(slots * share);
  return static_cast<int>(std::ceil(slots * (1 - policy_.reserve) - 1e-9));
}

std::optional<ShareBar> Shares::look(const ShareClaim& claim, Instant now) const {
  using enum ShareBar::Of;
  const SeenPlaces at = places_in<const Room>(*this, claim);
  if (tight_ && (claim.large() || !claim.met)) return ShareBar{BodyRoom, kScarce, 0, 0, 0};
  if (auto bar = check_speed(all_, kAll, flights_max_, claim.speed, Speed, now)) return bar;
  const int of_domain = part(flights_max_, policy_.domain, all_.other_domain_at, now);
  auto bar = check_holder(at.domain, domain_key(claim), all_, flights_max_, of_domain, claim,
                          Domain);
  if (bar) return bar;
  const int of_address = part(flights_max_, policy_.address, all_.other_address_at, now);
  bar = check_holder(at.address, address_key(claim), all_, flights_max_, of_address, claim,
                     Address);
  if (bar) return bar;
  if ((bar = check_group(claim, at, now))) return bar;
  return claim.large() ? check_bodies(claim, at, now) : std::nullopt;
}

// For each speed down to this one: those of it and slower leave something to the faster ones.
std::optional<ShareBar> Shares::check_speed(const Room& pool, std::uint64_t key, int slots,
                                            int speed, ShareBar::Of of, Instant now) const {
  double left = slots;
  bool faster = lately(pool.asked[0], now);
  for (int k = 1; k <= speed; ++k) {
    left *= 1 - policy_.reserve;
    const int most = faster ? least_one(left)
                            : std::max(1, static_cast<int>(std::ceil(
                                              slots * (1 - policy_.reserve) - 1e-9)));
    if (slots == 1 && faster && pool.slow_until > now) {
      return ShareBar{of, key, 1, 1, 1, pool.slow_until};
    }
    const int held = pool.from(k);
    if (held >= most) {
      return ShareBar{of, key, static_cast<std::uint64_t>(held), static_cast<std::uint64_t>(most),
                      held};
    }
    faster = faster || lately(pool.asked[static_cast<std::size_t>(k)], now);
  }
  return std::nullopt;
}

std::optional<ShareBar> Shares::check_holder(const Room* holder, std::uint64_t key,
                                             const Room& pool, int slots, int most,
                                             const ShareClaim& claim, ShareBar::Of of) const {
  if (holder == nullptr) return std::nullopt;
  const int slow = holder->from(1);
  if (holder->from(0) < most) return std::nullopt;
  const bool slow_goes = claim.speed == 0 || slow < most;
  if (slow_goes && pool.from(0) < slots * (1 - policy_.reserve)) return std::nullopt;
  return ShareBar{of, key, static_cast<std::uint64_t>(holder->from(0)),
                  static_cast<std::uint64_t>(most), slow};
}

std::optional<ShareBar> Shares::check_group(const ShareClaim& claim, const SeenPlaces& at,
                                            Instant now) const {
  if (at.group == nullptr || claim.group_flights <= 0) return std::nullopt;
  const int slots = claim.group_flights;
  auto bar = check_speed(*at.group, group_key(claim), slots, claim.speed,
                         ShareBar::Of::GroupSpeed, now);
  if (bar) return bar;
  const int most = part(slots, policy_.domain, at.group->other_domain_at, now);
  return check_holder(at.in_group, in_group_key(claim), *at.group, slots, most, claim,
                      ShareBar::Of::GroupDomain);
}

std::optional<ShareBar> Shares::check_bytes(const Room* holder, std::uint64_t key,
                                            std::uint64_t most, const ShareClaim& claim,
                                            ShareBar::Of of) const {
  if (holder == nullptr || holder->bytes == 0 || holder->bytes + claim.bytes <= most) {
    return std::nullopt;
  }
  return ShareBar{of, key, holder->bytes, most, 0};
}

std::optional<ShareBar> Shares::check_bodies(const ShareClaim& claim, const SeenPlaces& at,
                                             Instant now) const {
  using enum ShareBar::Of;
  const auto of_bytes = [&](double share) {
    return static_cast<std::uint64_t>(static_cast<double>(policy_.bytes) * share);
  };
  const std::uint64_t most = of_bytes(1 - policy_.reserve);
  if (auto bar = check_bytes(&all_, kAll, most, claim, Bytes)) return bar;
  const std::uint64_t domain = lately(all_.other_domain_at, now) ? of_bytes(policy_.domain) : most;
  auto bar = check_bytes(at.domain, domain_key(claim), domain, claim, DomainBytes);
  if (bar) return bar;
  const std::uint64_t address =
      lately(all_.other_address_at, now) ? of_bytes(policy_.address) : most;
  return check_bytes(at.address, address_key(claim), address, claim, AddressBytes);
}

void Shares::take(const ShareClaim& claim) {
  const auto speed = static_cast<std::size_t>(claim.speed);
  at_each(make_places(claim), [&](Room& room) {
    ++room.flights[speed];
    if (claim.large()) room.bytes += claim.bytes;
  });
}

void Shares::give(const ShareClaim& claim, Millis away, Instant now) {
  const auto speed = static_cast<std::size_t>(claim.speed);
  const Places at = find_places(claim);
  at_each(at, [&](Room& room) {
    CHECK(room.flights[speed] > 0);
    --room.flights[speed];
    if (claim.large()) room.bytes -= claim.bytes;
  });
  const Instant slow_until = now + away * kSlowPause;
  if (claim.speed > 0 && flights_max_ == 1) all_.slow_until = slow_until;
  if (claim.speed > 0 && at.group != nullptr && claim.group_flights == 1) {
    at.group->slow_until = slow_until;
  }
  freed(kAll, &all_);
  freed(domain_key(claim), at.domain);
  freed(address_key(claim), at.address);
  freed(group_key(claim), at.group);
  freed(in_group_key(claim), at.in_group);
}

void Shares::age(ShareClaim& claim, Millis away) {
  const int speed = speed_of(policy_, away);
  if (speed <= claim.speed) return;
  const auto from = static_cast<std::size_t>(std::exchange(claim.speed, speed));
  at_each(find_places(claim), [&](Room& room) {
    CHECK(room.flights[from] > 0);
    --room.flights[from];
    ++room.flights[static_cast<std::size_t>(speed)];
  });
}

void Shares::park(const ShareBar& bar, const ShareClaim& claim, HostId host) {
  Room* room = find(bar.room);
  CHECK(room != nullptr);
  if (!room->waiting) room->waiting = std::make_unique<Waiting>();
  room->waiting->lines[line_of(claim)].push_back({host, claim});
  ++parked_;
  wait_for_pool(bar, claim);
  if (bar.until != kNever) timed_.emplace(bar.until, bar.room);
}

Instant Shares::next_at() const {
  if (!open_.empty()) return kLongAgo;
  return timed_.empty() ? kNever : timed_.begin()->first;
}

// A claim beyond its holder's share may go, too, when all together hold less.
void Shares::wait_for_pool(const ShareBar& bar, const ShareClaim& claim) {
  const bool by_holder = bar.of == ShareBar::Of::Domain || bar.of == ShareBar::Of::Address ||
                         bar.of == ShareBar::Of::GroupDomain;
  if (!by_holder) return;
  Room* pool = bar.of == ShareBar::Of::GroupDomain ? find(group_key(claim)) : &all_;
  CHECK(pool != nullptr);
  if (!pool->waiting) pool->waiting = std::make_unique<Waiting>();
  auto& beyond = pool->waiting->beyond;
  if (std::find(beyond.begin(), beyond.end(), bar.room) == beyond.end()) {
    beyond.push_back(bar.room);
  }
}

HostId Shares::pop_open(Instant now) {
  while (!timed_.empty() && timed_.begin()->first <= now) {
    const std::uint64_t key = timed_.begin()->second;
    timed_.erase(timed_.begin());
    if (Room* room = find(key)) open(key, *room);
  }
  while (!open_.empty()) {
    const std::uint64_t key = open_.front();
    open_.pop_front();
    Room* room = find(key);
    if (room == nullptr) continue;
    room->open = false;
    const HostId host = pop_from(key, *room, now);
    if (host == HostId::None) continue;
    open(key, *room);  // there may be room for another; the others come first
    return host;
  }
  return HostId::None;
}

// The first of those who wait here that is barred nowhere; whoever is barred elsewhere moves there.
HostId Shares::pop_from(std::uint64_t key, Room& room, Instant now) {
  if (!room.waiting) return HostId::None;
  for (auto& line : room.waiting->lines) {
    while (!line.empty()) {
      const auto bar = look(line.front().claim, now);
      if (bar && bar->room == key) {
        wait_for_pool(*bar, line.front().claim);
        if (bar->until != kNever) timed_.emplace(bar->until, key);
        break;
      }
      const Parked first = line.front();
      line.pop_front();
      --parked_;
      if (!bar) return first.host;
      park(*bar, first.claim, first.host);
    }
  }
  return HostId::None;
}

void Shares::open(std::uint64_t key, Room& room) {
  if (room.open || !room.waiting) return;
  room.open = true;
  open_.push_back(key);
}

void Shares::freed(std::uint64_t key, Room* room) {
  if (room == nullptr || !room->waiting) return;
  open(key, *room);
  for (const std::uint64_t other : std::exchange(room->waiting->beyond, {})) {
    if (Room* holder = find(other)) open(other, *holder);
  }
}

void Shares::sweep(Instant now) {
  if (rooms_.size() <= sweep_above_) return;
  std::erase_if(rooms_, [now](const auto& item) {
    const Room& room = item.second;
    return room.idle() && std::none_of(room.asked.begin(), room.asked.end(),
                                       [now](Instant at) { return lately(at, now); });
  });
  sweep_above_ = std::max<std::size_t>(4'096, rooms_.size() * 2);
}

}  // namespace frontierd
