// What goes wrong on our own side of the wire, planned ahead from a seed. Each kind can be chosen
// by name; the world's own vices are a kind of their own. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace frontierd::sim {

class Simulator;

enum class FaultKind {
  Vices,     // the sites' own: overload, quotas, walls, outages, moves ...
  Crash,     // the process dies at some call at the store's door, before or after it took effect
  Recovery,  // ... and again while it recovers
  DiskFull,  // nothing can be written for a while
  IoError,   // one call is refused, and the process dies of it
  Power,     // the machine reboots
  Clock,     // the wall clock steps, up to a day either way; what is behind stays so over a reboot
  Suspend,   // the machine sleeps
  Resolver,  // no name resolves
  Network,   // nothing gets through
  Operator,  // pauses, wishes, reloads, retries, drops, orderly stops
};
inline constexpr int kFaultKinds = 11;
std::string_view to_string(FaultKind kind);  // "crash"
std::optional<FaultKind> parse_fault_kind(std::string_view name);
std::vector<FaultKind> all_faults();

struct PlannedFault {
  FaultKind kind = FaultKind::Crash;
  Millis at{0};                // from the start
  std::uint64_t requests = 0;  // it waits for so many requests to leave after `at` ...
  Millis delay{0};             // ... and so much longer, so that some of them are on their way
  Millis lasts{0};             // where it lasts
  std::uint64_t dice = 0;      // what else is left to chance
};

// About one fault of each kind a day and a half, in order of time. A polite crawler mostly waits,
// so most of them wait for requests: what hits an idle process proves little.
std::vector<PlannedFault> plan_faults(std::uint64_t seed, Millis span,
                                      const std::vector<FaultKind>& kinds);
// Makes them happen.
void arrange(Simulator& simulator, const std::vector<PlannedFault>& faults);

}  // namespace frontierd::sim
