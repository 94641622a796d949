// Cuts a life in which a promise breaks down to a small one in which the same promise still does:
// first what comes after the breach, then sites, then faults, by halves, then quarters, and so on.
#pragma once

#include "sim/trial.h"

namespace frontierd::sim {

struct Shrunk {
  Life life;
  Breach breach;  // the first one in it
  int runs = 0;   // that it took
};

// `failing` must break a promise: the report of its run. Lives at most `budget` lives.
Shrunk shrink(const TrialReport& failing, int budget);

}  // namespace frontierd::sim
