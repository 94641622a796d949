// Why what is queued is not being fetched: one reason of a closed list, until when, and who or what
// holds it. There is no wait without a reason: `Wait` cannot be made without one, and a host's
// moment, the explanation of a URL, the views of the API and the metrics are all made from a Wait.
//
// The first that holds is the reason, in the order of this list: what stops everything, then what
// stops the host, then what stops the one URL. (For a *host* that has a reason of its own, that one
// is told; what stops everything is told of hosts that could go on otherwise.)
//
// A new place that makes somebody wait adds its reason here, with its words in wait_words(), and
// answers with it from Dispatcher::moment() or Dispatcher::held(). Plain values, thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace frontierd {

enum class WaitReason {
  // Nothing is leased anywhere. `who`: the trouble, the disk, the file, the count, in words.
  Draining,     // the daemon stops
  PausedAll,    // an operator paused all fetching
  OurTrouble,   // many unrelated hosts failed at once: it is us
  ClockUnsure,  // the wall clock cannot be trusted yet
  DiskReserve,  // a disk that is written has less room than its reserve
  ArchiveFull,  // the archive's queue is full
  LogFull,      // the database's log is at its bound
  Database,     // the database cannot be written: another program holds it, or it is gone
  Descriptors,  // no descriptor (or memory) of ours is free for another flight
  Flights,      // as many flights as all hosts together may have
  // Its host is not asked.
  GivenUp,        // the host is given up: what it has queued is dropped, a part at a time
  HostPaused,     // an operator paused it; who: the note
  Mirror,         // the host rests, and its mirror is asked in its stead, in turn; who: the mirror
  Rest,           // the host rests after trouble; who: the class
  NotYetDue,      // the URL's own time (a back-off, a revisit, as seeded) has not come
  Probe,          // the rest is over: one request decides; who: the class
  HostsInMemory,  // the host waits in the store for a place in the schedule
  Name,           // another scheme or port of its name was asked or rests; who: which
  Robots,         // robots.txt must be had first; who: whose
  NameLookup,     // its name is being looked up; who: the name
  Egress,         // every way out is closed to it; who: why
  Group,          // its politeness group has no free flight, or its gap is not over; who: the group
  DomainShare,    // its registrable domain holds its share of flights or bytes; who: the domain
  AddressShare,   // its address does; who: what it holds
  SlowShare,      // hosts as slow as it (or never met) hold theirs; who: how much
  BodyRoom,       // hosts that send large bodies do, or there is no room for bodies; who: how much
  HostFlights,    // the host has as many flights as it may have; who: the count
  HostGap,        // the gap since its last request is not over
  // Nothing holds it: it is taken with the next turn of the loop.
  Turn,
  Nothing,  // of a host: nothing is queued
};
inline constexpr int kWaitReasons = static_cast<int>(WaitReason::Nothing) + 1;

std::string_view to_string(WaitReason reason);  // "name_lookup"
std::optional<WaitReason> parse_wait_reason(std::string_view name);

// Everything waits, not this host alone.
constexpr bool holds_everything(WaitReason reason) {
  return reason <= WaitReason::Flights;
}

struct Wait {
  explicit Wait(WaitReason for_what, Instant ends = kNever, std::string held_by = {})
      : reason(for_what), until(ends), who(std::move(held_by)) {}
  bool operator==(const Wait&) const = default;

  WaitReason reason;
  Instant until;    // kNever: it does not end at a known time
  std::string who;  // who or what holds it, in a few words; empty where the reason says all
};

// Of the host that waits, "its host" and not its name: "its robots.txt has to be had first, asked
// for again 2026-..." A clause without a full stop, for people.
std::string wait_words(const Wait& wait, Instant now);

// What a host is doing, for people and metrics; derived from its wait and never stored. Waiting: on
// something other than its own pace (robots.txt, a name, a group, a share, a way out, us).
enum class HostCondition { Ready, Busy, Pacing, Resting, Probing, Paused, Idle, Waiting };
inline constexpr int kHostConditions = 8;
std::string_view to_string(HostCondition condition);
std::optional<HostCondition> parse_host_condition(std::string_view name);
HostCondition condition_of(WaitReason reason);

}  // namespace frontierd
