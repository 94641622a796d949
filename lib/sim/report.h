// A trial, told: for people as text, for programs as JSON. The CPU time is the caller's to measure.
#pragma once

#include <string>

#include "sim/trial.h"

namespace frontierd::sim {

std::string report_text(const TrialReport& report, double cpu_seconds);
std::string report_json(const TrialReport& report, double cpu_seconds);
std::string to_hex(std::uint64_t hash);
// "12.3" days a CPU minute.
double days_per_minute(const TrialReport& report, double cpu_seconds);

}  // namespace frontierd::sim
