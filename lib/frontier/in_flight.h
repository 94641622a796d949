// What is kept of a flight while it is away, beside what the store has on record. Plain data.
#pragma once

#include <optional>
#include <string>

#include "frontier/host_slot.h"
#include "rules/pace.h"

namespace frontierd {

struct InFlight {
  Pace pace;          // that held at its start
  std::string group;  // the group it was counted in, empty for none
  std::string name;   // ... and the name
  HostId host = HostId::None;
  std::optional<Errand> errand;
  ShareClaim claim;
  Instant since = kLongAgo;
  bool trial = false;  // in a pause of our own trouble, to see whether it is over
};

}  // namespace frontierd
