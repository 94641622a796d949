// Time in the simulator. VirtualClock is true time: it only goes forward, and only the simulator
// moves it. MachineClock is what one machine shows: a boot clock that follows true time (suspend
// included) and a wall clock that an operator, NTP or a dying battery may step either way.
// DaemonClock is the daemon's rule (base/boot_time.h) on that machine. Single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/boot_time.h"
#include "base/check.h"

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
  // A new boot: the boot clock starts again, the wall clock goes on, off by `wall_ahead`.
  void reboot(Millis wall_ahead) {
    ++boot_;
    booted_at_ = truth_.now();
    wall_ahead_ = wall_ahead;
  }
  Millis wall_ahead() const { return wall_ahead_; }
  Millis since_boot() const { return truth_.now() - booted_at_; }
  Instant wall() const { return truth_.now() + wall_ahead_; }
  MachineTime time() const { return {std::to_string(boot_), wall(), since_boot()}; }

 private:
  const VirtualClock& truth_;
  Instant booted_at_;
  Millis wall_ahead_{0};
  std::uint64_t boot_ = 1;
};

class DaemonClock final : public Clock {
 public:
  explicit DaemonClock(const MachineClock& machine,
                       const std::optional<std::string>& anchor = std::nullopt)
      : machine_(machine), time_(machine.time(), anchor) {}
  Instant now() const override { return time_.at(machine_.since_boot()); }
  // To be kept in the store for the next process.
  std::string anchor() const { return time_.anchor(machine_.time()); }

 private:
  const MachineClock& machine_;
  BootTime time_;
};

}  // namespace frontierd::sim
