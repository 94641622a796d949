// How fast we go: the gap between two requests to a host. Slower with latency and trouble, earned
// back along a cubic (fast to just below the pace that was refused, much slower beyond it; after
// the CUBIC of RFC 9438 §4).
// A pure function of what is stored and of `now`, so that nothing is written per page.
#pragma once

#include "rules/host_state.h"
#include "rules/policy.h"

namespace frontierd {

// A slow resume multiplies the gap by at most two to the power of this.
inline constexpr int kResumeStepsMax = 16;

struct Pace {
  Millis gap{0};    // between the end of one request and the start of the next
  int flights = 1;  // at once
};

// `rule` and `wishes` are the configured and the operator's say on this host; the operator's wins.
Pace pace_of(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes,
             const HostState& host, Instant now);

// The configured floor alone: what the gap is when nothing was ever learned.
Millis gap_floor(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes);

// The time from the start of one request to the start of the next that `gap` comes to: paces are
// learned and kept as this, so that a limit in requests a second is neither missed nor undercut
// by what an answer takes. With several flights at once the gap alone spaces the starts.
Millis period_of(Millis gap, int flights, Millis latency);

// What an incident that blames our speed does to the pace. `period` is the one in use when it came;
// the pace that is earned back stays quota_margin below it, and half as much again if we had not
// even come back to the last such pace. The cubic starts at `from`, the end of the rest.
HostState slowed(const PacePolicy& policy, HostState host, Millis period, Instant from);

}  // namespace frontierd
