// Time as the house speaks it: an Instant is a point on the frontier's clock, in whole milliseconds
// since the Unix epoch; Millis is a length. Nothing here asks the hour: `now` is always a
// parameter. Pure and thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontierd {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Instant = std::chrono::sys_time<Millis>;

constexpr Instant from_unix_ms(std::int64_t ms) {
  return Instant{Millis{ms}};
}
constexpr std::int64_t to_unix_ms(Instant at) {
  return at.time_since_epoch().count();
}

// The instant that is always past, and the one that never comes. Both leave room for sums.
inline constexpr Instant kLongAgo = from_unix_ms(0);
inline constexpr Instant kNever = from_unix_ms(INT64_MAX / 4);

// Where the hour comes from. The daemon's never steps back; the simulator's is told.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// "2026-11-22T00:04:45.000Z" (RFC 3339, always UTC, always milliseconds). Years are 0000 to 9999:
// what lies beyond, such as kNever, is written as the last instant of that range (or the first).
std::string to_iso(Instant at);
// Accepts what to_iso writes, and the same with no or 1 to 9 digits of fraction.
std::optional<Instant> parse_iso(std::string_view text);

// "250ms", "4.2s", "3m 20s", "2h 5m", "7d 1h": two units at most, for people.
std::string to_words(Millis length);
// "250ms", "1s", "1.5s", "90m", "24h", "7d", "0", as a whole number of milliseconds. Nothing else:
// no sign, no space, no fraction of a millisecond, nothing beyond thirty thousand years.
std::optional<Millis> parse_duration(std::string_view text);

}  // namespace frontierd
