#include "daemon/system_clock.h"

#include <time.h>

#include <fstream>

#include "daemon/version.h"

namespace frontierd {
namespace {

Millis read_clock(clockid_t id) {
  timespec at{};
  clock_gettime(id, &at);
  return Seconds{at.tv_sec} + Millis{at.tv_nsec / 1'000'000};
}

std::string read_boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

MachineTime read_machine(std::string boot) {
  MachineTime machine;
  machine.boot = std::move(boot);
  machine.wall = Instant{read_clock(CLOCK_REALTIME)};
  machine.since_boot = read_clock(CLOCK_BOOTTIME);
  return machine;
}

}  // namespace

SystemClock::SystemClock(const std::optional<std::string>& anchor)
    : time_(read_machine(read_boot_id()), anchor) {}

Instant SystemClock::now() const {
  return time_.at(read_clock(CLOCK_BOOTTIME)) + Millis{stepped_ms_.load()};
}

std::string SystemClock::anchor() const {
  return time_.anchor(read_machine({}), Millis{stepped_ms_.load()});
}

Millis SystemClock::wall_ahead() const {
  return Instant{read_clock(CLOCK_REALTIME)} - now();
}

void SystemClock::go_by_wall() {
  stepped_ms_ += wall_ahead().count();
}

Instant released_at() {
  return parse_iso(std::string(kReleased) + "T00:00:00Z").value_or(kLongAgo);
}

}  // namespace frontierd
