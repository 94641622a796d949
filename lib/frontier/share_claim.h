// What Shares is asked for and answers with: for whom a flight is, how long flights of its host
// take, and which share has none left, in words. Plain values; the rules are told in shares.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "frontier/wait_reason.h"
#include "rules/policy.h"

namespace frontierd {

inline constexpr int kSpeeds = 6;
inline constexpr int kSpeedUnmet = 3;
inline constexpr std::uint64_t kLarge = 1u << 20;  // bytes of a body, as the archive counts them

// What a host's flights took lately.
struct Usual {
  bool met = false;
  Millis takes{0};
  std::uint64_t bytes = 0;
  void learn(const SharePolicy& policy, Millis took, std::uint64_t received);
};

int speed_of(const SharePolicy& policy, Millis takes);

// For whom a flight is asked. Keys are hashes; 0: not known, or none.
struct ShareClaim {
  std::uint64_t domain = 0;
  std::uint64_t address = 0;
  std::uint64_t group = 0;
  int group_flights = 0;
  int speed = kSpeedUnmet;
  bool met = false;
  std::uint64_t bytes = 0;  // that its body will have, by what its host sends
  bool large() const { return bytes >= kLarge; }
};

// Which share a claim has to wait for.
struct ShareBar {
  enum class Of {
    Speed,  // hosts as slow as it, or slower
    Domain,
    Address,
    GroupSpeed,  // the same within its group
    GroupDomain,
    Bytes,  // hosts that send large bodies
    DomainBytes,
    AddressBytes,
    BodyRoom,  // the fetcher is short of room for bodies
  };
  Of of = Of::Speed;
  std::uint64_t room = 0;  // where it waits
  std::uint64_t held = 0;  // flights or bytes
  std::uint64_t allowed = 0;
  int slow = 0;            // of the flights held: those that are not prompt
  Instant until = kNever;  // ends by itself then; kNever: when somebody gives back
};

// As a wait that names who holds what: "example.net: 64 of 64 flights, 60 of them slow".
Wait share_wait(const ShareBar& bar, const std::string& host_name, Instant now);

// The key of an address as text: itself, of IPv6 its /64. 0 for what is no address.
std::uint64_t share_key_of_address(std::string_view address);

}  // namespace frontierd
