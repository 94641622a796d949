// How fast we go: the gap between two requests to a host. Slower with latency and trouble, earned
// back along a cubic (fast to just below the pace that was refused, much slower beyond it; after
// the CUBIC of RFC 9438 §4).
// A pure function of what is stored and of `now`, so that nothing is written per page.
#pragma once

#include <algorithm>

#include "rules/host_state.h"
#include "rules/policy.h"

namespace frontierd {

// A slow resume multiplies the gap by at most two to the power of this.
inline constexpr int kResumeStepsMax = 16;

// Two lengths that both hold: a limit in requests a second is learned from start to start, so that
// it is neither missed nor undercut by what an answer takes.
struct Pace {
  Millis gap{0};     // from the end of one request, and from its start, to the start of the next
  int flights = 1;   // at once; when there are several, `gap` alone spaces the starts
  Millis period{0};  // learned: from start to start, on average

  Millis from_start() const { return std::max(gap, period); }
};

// `rule` and `wishes` are the configured and the operator's say on this host; the operator's wins.
Pace pace_of(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes,
             const HostState& host, Instant now);

// The configured floor alone: what the gap is when nothing was ever learned.
Millis gap_floor(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes);

// The time from the start of one request to the start of the next that this pace comes to.
Millis period_of(const Pace& pace, Millis latency);

// How far behind its learned pace a host is through our own lateness: `late` before, and one more
// request that could have started at `ready_at` and starts now. A longer wait was no lateness.
Millis lateness(const Pace& pace, Millis late, Instant ready_at, Instant now);

// What of that the next request may make up for: a timer or a disk that is always a little late
// would otherwise slow a learned pace for good. A tenth of the period, never of the gap.
Millis made_up(const Pace& pace, Millis late);

// What an incident that blames our speed does to the pace. `period` is the one in use when it came;
// the pace that is earned back stays quota_margin below it, and half as much again if we had not
// even come back to the last such pace. The cubic starts at `from`, the end of the rest.
HostState slowed(const PacePolicy& policy, HostState host, Millis period, Instant from);

}  // namespace frontierd
