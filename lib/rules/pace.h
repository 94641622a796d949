// How fast we go: the gap between two requests to a host. Slower with latency and trouble, earned
// back along a cubic (fast to the last good pace, slow beyond it; after the CUBIC of RFC 9438 §4).
// A pure function of what is stored and of `now`, so that nothing is written per page.
#pragma once

#include "rules/host_state.h"
#include "rules/policy.h"

namespace frontierd {

struct Pace {
  Millis gap{0};    // between the end of one request and the start of the next
  int flights = 1;  // at once
};

// `rule` and `wishes` are the configured and the operator's say on this host; the operator's wins.
Pace pace_of(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes,
             const HostState& host, Instant now);

// The configured floor alone: what the gap is when nothing was ever learned.
Millis gap_floor(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes);

// What an incident that blames our speed does to the pace. `gap` is the pace in use; the cubic
// starts at `from`, the end of the rest.
HostState slowed(const PacePolicy& policy, HostState host, Millis gap, Instant from);

}  // namespace frontierd
