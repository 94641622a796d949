// What a landing means for the host: when it may be asked next, how fast, and until when it rests.
//
// Promises: only-extend (good news never shortens a wait that bad news set); one incident, one step
// (flights that started before the incident was settled add nothing); the host's trouble is not the
// URL's fault. RFC 9110 §10.2.3 for Retry-After. Pure: no clock, no dice of its own.
#pragma once

#include <optional>
#include <string>

#include "base/random.h"
#include "rules/host_state.h"
#include "rules/outcome.h"
#include "rules/pace.h"
#include "rules/policy.h"

namespace frontierd {

// What settle() must know about the flight besides its outcome.
struct FlightFacts {
  Instant started_at = kLongAgo;
  Instant landed_at = kLongAgo;
  Millis latency{0};  // to the first byte; 0 if none came
  Pace pace;          // that held when it started
  std::uint32_t path_hash = 0;
  int status = 0;
  std::string url;                  // for `why`
  std::optional<Millis> quota_gap;  // the pace that a published quota allows, margin not included
};

// An event worth a row of its own: the host refused us, or gave up on us.
struct Incident {
  Instant at = kLongAgo;
  OutcomeClass cls = OutcomeClass::Overloaded;
  Scope scope = Scope::Host;
  std::string vendor;
  int status = 0;
  std::string url;
  Instant rest_until = kLongAgo;
  std::string why;
};

struct HostChange {
  HostState state;
  bool learned = false;              // must outlive the process: write the row
  bool blamed = false;               // this landing was the host's fault, not the URL's
  std::optional<Incident> incident;  // set when this landing opened a rest
};

HostChange settle(const Policy& policy, const HostState& host, const Outcome& outcome,
                  const FlightFacts& flight, Dice dice);

// What must outlive the process is `learned`: incidents, steps of recovery, a rest, a quota whose
// pace changed by a tenth or that was heard again after a quarter of the time for which it holds,
// and the latency, where it makes the gap: when it is longer by a quarter than on record, or half
// as long. So a plain page writes nothing, and no restart makes us faster than by that quarter.

// Rest over? Open becomes Probing. Anything else stays as it is.
HostState wake(HostState host, Instant now);

// The length of the rest for one more incident of this class: as asked within bounds plus jitter,
// or our own, doubling, with full jitter.
Millis rest_length(const RestPolicy& policy, const Outcome& outcome, int incidents, Dice dice);

// Does this outcome rest the host (now, or as the last of too many url-scope troubles)?
bool rests_host(const Policy& policy, const HostState& host, const Outcome& outcome);

}  // namespace frontierd
