// Whether the time can be right. Nobody tells a machine the truth; several witnesses together tell a
// lie: what was built cannot be younger than now, and unrelated hosts rarely err alike. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace frontierd {

// A wall clock further from ours than this is worth a word, and so are peers that disagree.
inline constexpr Millis kClockApart = std::chrono::minutes{1};
inline constexpr Millis kPeersApart = std::chrono::minutes{5};

struct ClockFacts {
  Instant wall = kLongAgo;      // the machine's
  Instant ours = kLongAgo;      // the frontier's: never stepped, see boot_time.h
  Instant released = kLongAgo;  // when this program was
  std::optional<Millis> peers;  // how far most unrelated hosts are ahead of ours
};

// May it be this hour at all? Between a day before the release (time zones, a builder's clock) and
// thirty years after it.
bool is_plausible(Instant at, Instant released);

// What is wrong, in words; nullopt: nothing that could be seen.
std::optional<std::string> clock_doubt(const ClockFacts& facts);

}  // namespace frontierd
