// History is evidence. What the bytes of a response cannot decide, the host's recent past can: a
// bare 503 right after our pace rose is a rate limit; trouble on one path while others answer is
// the URL's. Strong evidence in the response is never overruled. Pure.
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

// The outcome as it is to be acted on; what it was by its bytes alone becomes the runner-up.
Outcome revise(Outcome outcome, const HostState& host, const FlightFacts& flight);

}  // namespace frontierd
