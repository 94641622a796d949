#include "sim/virtual_clock.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd::sim {

DaemonClock::DaemonClock(const MachineClock& machine, const std::optional<std::string>& anchor)
    : machine_(machine), anchored_at_(machine.wall()), anchored_boot_(machine.since_boot()) {
  if (!anchor) return;
  const auto parts = split(*anchor, ' ');
  if (parts.size() != 3) return;
  const auto boot = parse_int<std::uint64_t>(parts[0]);
  const auto at = parse_int<std::int64_t>(parts[1]);
  const auto since_boot = parse_int<std::int64_t>(parts[2]);
  if (!boot || !at || !since_boot) return;
  if (*boot == machine.boot()) {
    anchored_at_ = from_unix_ms(*at);
    anchored_boot_ = Millis{*since_boot};
  } else {
    anchored_at_ = std::max(anchored_at_, from_unix_ms(*at));
  }
}

std::string DaemonClock::anchor() const {
  return std::to_string(machine_.boot()) + " " + std::to_string(to_unix_ms(now())) + " " +
         std::to_string(machine_.since_boot().count());
}

}  // namespace frontierd::sim
