// Shares of what all hosts need: flights (and with them the look-ups, landings and places in the
// archive's queue that come with a flight), the flights of each politeness group, and the bytes of
// large bodies in hand. They keep any set of hosts, whatever it does, from starving the others
// (promise 9). The daemon's look-ups before a flight have shares of their own in fetch/dns_stage.h.
//
// Who is counted. A flight counts from its offer to its settlement, so that a landing which waits
// for the archive still counts, for its registrable domain, for the address that its host is asked
// at, and in its group. What it costs is the time that it takes, so hosts are told apart by speed:
//
//   speed 0: comes home within `prompt`; 1: within twice that; ... 5: later than 16 times.
//
// A host's speed is what its flights took lately (Usual): a slow one counts at once, each prompt
// one takes three quarters off. A host never met is of speed 3, and needs one prompt answer to be
// of speed 1, another to be of 0. A flight in the air grows slower with its age (age()).
//
// What each may hold, of n slots (all flights, or a group's); at least one in each case:
//   - all that are of speed k or slower: n·(1-reserve)^k. So a part is always left to those who
//     are faster, whatever the slower ones do. Where nobody faster has asked for ten minutes:
//     n·(1-reserve), rounded up.
//     Of a single slot no part can be kept, so it is kept in time: after a flight of a host that is
//     not prompt, the next such flight waits four times as long as that one took.
//   - all of one domain or one address: n·domain, n·address. Where no other domain (address) has
//     asked for ten minutes: n·(1-reserve), rounded up. Beyond that only while all together hold
//     less than n·(1-reserve), and never with so many that are not prompt.
//   - hosts known to send large bodies (kLarge and more): bytes·(1-reserve) all together, and
//     bytes·domain, bytes·address as above; one body always may come. None of them, and no host
//     never met, while the fetcher is short of room for bodies (tight()).
//
// Who must wait is parked here, first come first served among equals, and comes back through
// pop_open() once there may be room; it then asks again.
//
// A value: no clock, no store. A claim costs a few look-ups in one table, and no memory once its
// holders are known.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "frontier/share_claim.h"
#include "rules/policy.h"

namespace frontierd {

class Shares {
 public:
  // Once before anything else, and whenever the policy changes.
  void set(const SharePolicy& policy, int flights_max);
  void tight(bool short_of_room);

  // The first share that has none left for this claim; nullopt: it may be taken. Whoever asks is
  // remembered as somebody who would use what is kept for him.
  std::optional<ShareBar> bar(const ShareClaim& claim, Instant now);
  // The same, for people: nobody is remembered.
  std::optional<ShareBar> look(const ShareClaim& claim, Instant now) const;
  void take(const ShareClaim& claim);
  void give(const ShareClaim& claim, Millis away, Instant now);
  // The flight has been away for so long: it counts as slow as it has become.
  void age(ShareClaim& claim, Millis away);

  void park(const ShareBar& bar, const ShareClaim& claim, HostId host);
  // A parked host for which there seems to be room now; None if there is none.
  HostId pop_open(Instant now);
  // When pop_open() may find somebody; kLongAgo: now.
  Instant next_at() const;
  std::size_t parked() const { return parked_; }

 private:
  struct Parked {
    HostId host = HostId::None;
    ShareClaim claim;
  };
  // Who waits at a room: by speed, large bodies apart; and the rooms whose prompt ones wait for
  // this one, of all flights or of a group, to get emptier.
  struct Waiting {
    std::array<std::deque<Parked>, kSpeeds + 1> lines;
    std::vector<std::uint64_t> beyond;
  };
  // What is held under one key, and who has asked there lately.
  struct Room {
    std::array<int, kSpeeds> flights{};
    std::uint64_t bytes = 0;
    std::array<Instant, kSpeeds> asked;
    Instant slow_until = kLongAgo;  // of a single slot: for the prompt ones until then
    std::uint64_t last_domain = 0, last_address = 0;
    Instant other_domain_at = kLongAgo, other_address_at = kLongAgo;
    std::unique_ptr<Waiting> waiting;
    bool open = false;  // in open_
    Room() { asked.fill(kLongAgo); }
    int from(int speed) const;
    bool idle() const;
  };
  // The rooms that a claim is counted in; null: there is none (yet).
  template <class R>
  struct PlacesOf {
    R* domain = nullptr;
    R* address = nullptr;
    R* group = nullptr;
    R* in_group = nullptr;
  };
  using Places = PlacesOf<Room>;
  using SeenPlaces = PlacesOf<const Room>;

  template <class R, class Self>
  static R* find_in(Self& self, std::uint64_t key);
  template <class R, class Self>
  static PlacesOf<R> places_in(Self& self, const ShareClaim& claim);
  Room* find(std::uint64_t key) { return find_in<Room>(*this, key); }
  Places find_places(const ShareClaim& claim) { return places_in<Room>(*this, claim); }
  Places make_places(const ShareClaim& claim);
  template <class Change>
  void at_each(const Places& at, Change change);
  void note_asked(Room& pool, const ShareClaim& claim, Instant now);
  std::optional<ShareBar> check_speed(const Room& pool, std::uint64_t key, int slots, int speed,
                                      ShareBar::Of of, Instant now) const;
  std::optional<ShareBar> check_holder(const Room* holder, std::uint64_t key, const Room& pool,
                                       int slots, int most, const ShareClaim& claim,
                                       ShareBar::Of of) const;
  std::optional<ShareBar> check_bytes(const Room* holder, std::uint64_t key, std::uint64_t most,
                                      const ShareClaim& claim, ShareBar::Of of) const;
  std::optional<ShareBar> check_group(const ShareClaim& claim, const SeenPlaces& at,
                                      Instant now) const;
  std::optional<ShareBar> check_bodies(const ShareClaim& claim, const SeenPlaces& at,
                                       Instant now) const;
  void wait_for_pool(const ShareBar& bar, const ShareClaim& claim);
  int part(int slots, double share, Instant other_at, Instant now) const;
  HostId pop_from(std::uint64_t key, Room& room, Instant now);
  void open(std::uint64_t key, Room& room);
  void freed(std::uint64_t key, Room* room);
  void sweep(Instant now);

  SharePolicy policy_;
  int flights_max_ = 1;
  bool tight_ = false;
  Room all_;
  Room scarce_;  // who waits for room for bodies
  std::unordered_map<std::uint64_t, Room> rooms_;
  std::deque<std::uint64_t> open_;  // rooms where somebody waits and may go now
  std::set<std::pair<Instant, std::uint64_t>> timed_;  // rooms that open by themselves
  std::size_t sweep_above_ = 4'096;
  std::size_t parked_ = 0;
};

}  // namespace frontierd
