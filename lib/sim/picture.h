// A trial, drawn: goodput and refusals along the run, rests and recoveries by class, fairness.
#pragma once

#include <string>

#include "sim/trial.h"

namespace frontierd::sim {

// A whole SVG document, the same bytes for the same report.
std::string report_svg(const TrialReport& report);

}  // namespace frontierd::sim
