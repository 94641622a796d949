// The frontier's time as a pure rule: it runs on the machine's boot clock (suspend included) from
// an anchor, so that no step of the wall clock changes it. Within one boot a new process continues
// the anchor it finds. After a reboot it goes on from the anchor by what the wall clock has gone on
// since, never back: a clock that was wrong, and is set right, neither shortens nor lengthens a
// wait. Only a wall clock that is set while the machine boots cannot be told from one that went on.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace frontierd {

// How often a process keeps its anchor: so much may be lived through again after a reboot.
inline constexpr Millis kAnchorEvery = std::chrono::minutes{1};

// What the machine shows at one moment.
struct MachineTime {
  std::string boot;  // an id of this boot; empty: unknown, never equal to another
  Instant wall = kLongAgo;
  Millis since_boot{0};
};

class BootTime {
 public:
  // `anchor` is what anchor() gave to an earlier process, if any; nonsense counts as none.
  BootTime(const MachineTime& machine, const std::optional<std::string>& anchor);

  Instant at(Millis since_boot) const { return anchored_at_ + (since_boot - anchored_boot_); }
  // To be kept in the store for the next process: "boot unix_ms boot_ms wall_ms". `machine` is of
  // the same boot. `stepped`: how far the holder's time was moved on purpose since.
  std::string anchor(const MachineTime& machine, Millis stepped = Millis{0}) const;

 private:
  std::string boot_;
  Instant anchored_at_;   // our time when the boot clock showed ...
  Millis anchored_boot_;  // ... this
};

}  // namespace frontierd
