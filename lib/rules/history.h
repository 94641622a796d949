// History is evidence. What the bytes of a response cannot decide, the host's recent past can: a
// bare 503 right after our pace rose is a rate limit; trouble on one path while others answer is
// the URL's; a bare 403 that begins on all pages after a run of good answers is a block of us, and
// those that it began with are asked for again. Strong evidence in the response is never
// overruled. Pure.
#pragma once

#include "rules/host_state.h"
#include "rules/outcome.h"
#include "rules/politeness.h"

namespace frontierd {

// Our pace counts as the cause of trouble that comes within this of its last rise.
inline constexpr Millis kPaceRoseWithin = std::chrono::minutes{2};
// Older landings say nothing about now.
inline constexpr Millis kHistoryWithin = std::chrono::minutes{30};
// Other paths that must have answered well for trouble to be one path's own.
inline constexpr int kOtherPathsGood = 2;

// A bare 403 right after so many good answers in a row may be the first of a block ...
inline constexpr int kGoodRun = 6;
// ... and is one when this many come in a row.
inline constexpr int kShutOutAfter = 3;

// The outcome as it is to be acted on; what it was by its bytes alone becomes the runner-up.
Outcome revise(Outcome outcome, const HostState& host, const FlightFacts& flight);

}  // namespace frontierd
