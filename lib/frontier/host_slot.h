// A host as the schedule holds it in memory: the stored entry plus what need not outlive the
// process (its next moment by pace, flights in hand, errands, its address). Rebuilt from the store
// at any time; a rebuilt host waits one gap before its first request, so forgetting is always
// polite.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "frontier/fetcher.h"
#include "frontier/lease.h"
#include "frontier/shares.h"
#include "frontier/wait_reason.h"
#include "rules/policy.h"

namespace frontierd {

// A fetch that is no row of a queue: robots.txt (its hops may lead to other hosts) or a probe.
struct Errand {
  Purpose purpose = Purpose::Robots;
  std::string url;
};

// In whose queue a host waits for its turn; not in the order meanwhile.
enum class Parked { No, AtName, AtGroup, AtShare };

struct HostSlot {
  HostEntry entry;
  std::string name;        // the host without scheme and port
  std::uint32_t site = 0;  // bucket of its registrable domain
  std::uint64_t domain = 0;   // a hash of that domain
  std::uint64_t address = 0;  // key of the address that it was asked at last; 0: not known
  Usual usual;                // what its flights take
  std::optional<ShareClaim> claim;     // for the flight that it was offered
  Instant tried_at = kLongAgo;  // in a pause of our own trouble, to see whether it is over
  std::optional<ShareBar> share_bar;  // what it waits for while parked among the shares
  HostRule rule;
  Instant ready_at = kLongAgo;    // not before, by pace
  Millis late{0};                 // what its learned pace owes to our own lateness
  Instant shut_until = kLongAgo;  // robots.txt could not be had: no page before
  std::string our_failure;        // ... by our own fault, in words; empty: not by ours
  int flights = 0;
  std::optional<Errand> errand;  // its own, which comes before its pages
  // URLs here that the robots.txt of other hosts lead to (bounded), and how many pages of its own
  // have gone before the first of them.
  std::deque<std::string> for_others;
  int own_turns = 0;
  bool awaiting_robots = false;  // its robots.txt is waited for, here or where it leads to
  bool resolving = false;
  Parked parked = Parked::No;
  std::string group;                 // politeness group, empty for none
  Instant resolved_at = kLongAgo;
  std::string pace_name;               // whose pace it shares (name_paces.h)
  Instant name_until = kLongAgo;       // another scheme or port of its name rests until then
  std::vector<std::string> addresses;  // as looked up, ...
  std::string asked_at;                // ... the one of them that is asked, ...
  std::vector<std::string> silent;     // ... and those that did not answer in its stead
  Instant address_until = kLongAgo;  // the look-up must be repeated after
  std::optional<Resolution> lookup_failed;
  std::string egress;               // the way of its next flight
  Instant egress_until = kLongAgo;  // every way is blocked or rests until then
  Instant placed_at = kNever;       // its position in the order; kNever: not in it
  // Of a host with a mirror: its key, its id once it was called, and whose turn it is on which a
  // page of this host was asked for.
  std::string mirror;
  HostId mirror_id = HostId::None;
  HostId turn_of = HostId::None;
  std::vector<HostId> stands_in_for;  // of a mirror: hosts at rest with pages that are due
  std::vector<std::pair<UrlId, std::string>> cookies;  // for one second try each; few, never stored
  int unprocessed = 0;                // requests in a row that the host says it did not process
  Instant queued_since = kLongAgo;    // it has had a queue, as far as it is known here
  int turns = 0;                      // leases since it was loaded, for rotation under pressure
};

// Nothing is under way that would be lost if the slot were forgotten.
bool is_at_rest(const HostSlot& slot);

// Derived for people and metrics, never stored.
struct HostMoment {
  Wait wait;  // of what it has queued
  HostCondition condition() const { return condition_of(wait.reason); }
};

}  // namespace frontierd
