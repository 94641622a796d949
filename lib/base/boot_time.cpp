#include "base/boot_time.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::string_view kUnknownBoot = "unknown";

struct Anchor {
  std::string_view boot;
  Instant at = kLongAgo;
  Millis since_boot{0};
  Instant wall = kLongAgo;
};

std::optional<Anchor> parse_anchor(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != 4) return std::nullopt;
  const auto at = parse_int<std::int64_t>(parts[1]);
  const auto since_boot = parse_int<std::int64_t>(parts[2]);
  const auto wall = parse_int<std::int64_t>(parts[3]);
  if (!at || !since_boot || !wall) return std::nullopt;
  for (const std::int64_t ms : {*at, *since_boot, *wall}) {
    if (ms < 0 || ms > to_unix_ms(kNever)) return std::nullopt;  // not of our making
  }
  return Anchor{parts[0], from_unix_ms(*at), Millis{*since_boot}, from_unix_ms(*wall)};
}

}  // namespace

BootTime::BootTime(const MachineTime& machine, const std::optional<std::string>& anchor)
    : boot_(machine.boot.empty() ? kUnknownBoot : std::string_view(machine.boot)),
      anchored_at_(machine.wall),
      anchored_boot_(machine.since_boot) {
  const auto earlier = anchor ? parse_anchor(*anchor) : std::nullopt;
  if (!earlier) return;
  const bool same_boot = boot_ != kUnknownBoot && earlier->boot == boot_;
  if (same_boot && earlier->since_boot <= machine.since_boot) {
    anchored_at_ = earlier->at;
    anchored_boot_ = earlier->since_boot;
  } else {
    anchored_at_ = earlier->at + std::max(machine.wall - earlier->wall, Millis{0});
  }
}

std::string BootTime::anchor(const MachineTime& machine, Millis stepped) const {
  return boot_ + " " + std::to_string(to_unix_ms(at(machine.since_boot) + stepped)) + " " +
         std::to_string(machine.since_boot.count()) + " " +
         std::to_string(to_unix_ms(machine.wall));
}

}  // namespace frontierd
