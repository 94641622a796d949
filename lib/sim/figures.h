// What a run is summed up in: counts and lengths, for the report. Plain values.
#pragma once

#include <cstdint>
#include <string>

#include "frontier/lease.h"
#include "sim/faults.h"
#include "sim/referee.h"
#include "sim/timeline.h"
#include "sim/virtual_fetcher.h"

namespace frontierd::sim {

// A number of lengths of time, summed up.
struct Lengths {
  std::uint64_t count = 0;
  Millis total{0};
  Millis longest{0};
  void add(Millis length) {
    ++count;
    total += length;
    longest = std::max(longest, length);
  }
  Millis mean() const { return count == 0 ? Millis{0} : total / static_cast<std::int64_t>(count); }
};

// Faults of one kind, and how many of them met requests on their way.
struct FaultFigures {
  std::uint64_t happened = 0;
  std::uint64_t in_flight = 0;
  void add(std::size_t flights) {
    ++happened;
    if (flights > 0) ++in_flight;
  }
};

struct Figures {
  WireFigures wire;
  std::uint64_t ticks = 0;
  std::uint64_t seeds = 0;
  std::uint64_t pages = 0;  // done
  std::uint64_t errands = 0;
  std::uint64_t burnt = 0;
  std::uint64_t crashes = 0;
  std::uint64_t crashes_in_flight = 0;  // of these, with requests on their way
  std::uint64_t flights_cut = 0;        // the requests that were
  std::uint64_t our_troubles = 0;
  std::uint64_t drops[kDropReasons] = {};
  Lengths rests[kOutcomeClasses];       // of hosts, by what they rested for
  Lengths recoveries[kOutcomeClasses];  // from the first incident to full pace
  Lengths outages;                      // of our own process
  FaultFigures faults[kFaultKinds];
  Timeline timeline;
};

}  // namespace frontierd::sim
