// What may be odd about an answer, by the habit it came from: the report counts them, so that a
// habit which never shows is seen. Plain values.
#pragma once

#include <array>
#include <string_view>

namespace frontierd::sim {

enum class Habit {
  None,
  DeadName,
  NameFails,
  AddressMoved,
  Outage,
  Reset,
  Maintenance,
  StaleError,
  OverCapacity,
  OverQuota,
  Wall,
  RobotsFails,
  RobotsIsPage,
  RobotsMoved,
  RobotsChanged,
  Gone,
  Broken,
  SlowGateway,
  Moved,
  MovedAway,
  Looping,
  Trap,
  Unsteady,  // not there yet, or not any more
  Unchanged,
  Slow,
  Drip,
  Hang,
  Flood,
  NameHangs,
};
inline constexpr int kHabits = 29;

constexpr std::string_view to_string(Habit habit) {
  constexpr std::array<std::string_view, kHabits> kNames{
      "none",    "dead_name",    "name_fails",     "address_moved", "outage",
      "reset",   "maintenance",  "stale_error",    "over_capacity", "over_quota",
      "wall",    "robots_fails", "robots_is_page", "robots_moved",  "robots_changed",
      "gone",    "broken",       "slow_gateway",   "moved",         "moved_away",
      "looping", "trap",         "unsteady",       "unchanged",     "slow",
      "drip",    "hang",         "flood",          "name_hangs"};
  return kNames[static_cast<std::size_t>(habit)];
}

}  // namespace frontierd::sim
