// Which attempts go into the archive. The key `harvest` of frontierd.toml: "none", or a list of the
// names below. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "rules/report.h"

namespace frontierd {

struct HarvestPolicy {
  bool enabled = true;     // false: harvest = "none", nothing is written
  bool pages = true;       // "2xx", and a 304 that says an archived page is still the same
  bool refusals = true;    // "refusals": 401, 403, 429, 451 and every 5xx
  bool redirects = false;  // "redirects": 3xx; no 304, which would replay as an empty page
  bool errors = false;     // "errors": every 4xx, the refusals among them or not
  bool others = false;     // "all": all of these and any other status
};

// Judges by facts alone, whatever the outcome is called later. A bot wall that answers 200 is a
// page here. Never true where no response arrived, or where we ended the flight ourselves
// (Aborted). `confirms_copy`: see revisit.h.
bool wants_archive(const HarvestPolicy& policy, const FetchReport& report, bool confirms_copy);

// From the names of the configuration. Usage: an unknown name (with the nearest), an empty list, or
// "none" beside another name.
Result<HarvestPolicy> parse_harvest(const std::vector<std::string>& names);

}  // namespace frontierd
