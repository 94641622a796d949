#include "daemon/system_clock.h"

#include <time.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::string_view kUnknownBoot = "unknown";  // never equal to itself

Millis read_clock(clockid_t id) {
  timespec at{};
  clock_gettime(id, &at);
  return Seconds{at.tv_sec} + Millis{at.tv_nsec / 1'000'000};
}

Instant wall() {
  return Instant{read_clock(CLOCK_REALTIME)};
}

std::string read_boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id.empty() ? std::string(kUnknownBoot) : id;
}

struct Anchor {
  std::string boot_id;
  Instant at = kLongAgo;
  Millis boot{0};
};

// "boot_id unix_ms boot_ms"
std::optional<Anchor> parse_anchor(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != 3) return std::nullopt;
  const auto at = parse_int<std::int64_t>(parts[1]);
  const auto boot = parse_int<std::int64_t>(parts[2]);
  if (!at || !boot) return std::nullopt;
  return Anchor{std::string(parts[0]), from_unix_ms(*at), Millis{*boot}};
}

}  // namespace

SystemClock::SystemClock(const std::optional<std::string>& anchor)
    : boot_id_(read_boot_id()), anchored_at_(wall()), anchored_boot_(read_clock(CLOCK_BOOTTIME)) {
  const auto earlier = anchor ? parse_anchor(*anchor) : std::nullopt;
  if (!earlier) return;
  if (boot_id_ != kUnknownBoot && earlier->boot_id == boot_id_ && earlier->boot <= anchored_boot_) {
    anchored_at_ = earlier->at;
    anchored_boot_ = earlier->boot;
  } else {
    anchored_at_ = std::max(anchored_at_, earlier->at);
  }
}

Instant SystemClock::now() const {
  return anchored_at_ + (read_clock(CLOCK_BOOTTIME) - anchored_boot_);
}

std::string SystemClock::anchor() const {
  const Millis boot = read_clock(CLOCK_BOOTTIME);
  const Instant at = anchored_at_ + (boot - anchored_boot_);
  return boot_id_ + " " + std::to_string(to_unix_ms(at)) + " " + std::to_string(boot.count());
}

Millis SystemClock::wall_ahead() const {
  return wall() - now();
}

}  // namespace frontierd
