// Time in the simulator. VirtualClock is true time: it only goes forward, and only the simulator
// moves it. MachineClock is what one machine shows: a boot clock that follows true time (suspend
// included) and a wall clock that an operator, NTP or a dying battery may step either way.
// DaemonClock keeps the contract of the daemon's clock: it runs on the boot clock from an anchor,
// so no step of the wall clock changes it; after a reboot it starts from the wall clock, but never
// before the last moment on record. Single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/time.h"

namespace frontierd::sim {

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void advance(Instant to) {
    CHECK(to >= now_);
    now_ = to;
  }

 private:
  Instant now_;
};

class MachineClock {
 public:
  explicit MachineClock(const VirtualClock& truth) : truth_(truth), booted_at_(truth.now()) {}
  void step_wall(Millis by) { wall_ahead_ += by; }
  // A new boot: the boot clock starts again, the wall clock is off by `wall_ahead`.
  void reboot(Millis wall_ahead) {
    ++boot_;
    booted_at_ = truth_.now();
    wall_ahead_ = wall_ahead;
  }
  std::uint64_t boot() const { return boot_; }
  Millis since_boot() const { return truth_.now() - booted_at_; }
  Instant wall() const { return truth_.now() + wall_ahead_; }

 private:
  const VirtualClock& truth_;
  Instant booted_at_;
  Millis wall_ahead_{0};
  std::uint64_t boot_ = 1;
};

class DaemonClock final : public Clock {
 public:
  explicit DaemonClock(const MachineClock& machine,
                       const std::optional<std::string>& anchor = std::nullopt);
  Instant now() const override { return anchored_at_ + (machine_.since_boot() - anchored_boot_); }
  // To be kept in the store for the next process: "boot unix_ms boot_ms".
  std::string anchor() const;

 private:
  const MachineClock& machine_;
  Instant anchored_at_;
  Millis anchored_boot_;
};

}  // namespace frontierd::sim
