// Retry-After, RFC 9110 §10.2.3, read strictly: a run of digits, or one of the three HTTP-dates.
// Signs, fractions, units and words make the field say nothing; a numeric prefix is never taken.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "rules/report.h"

namespace frontierd {

// delay-seconds saturate here, as RFC 9111 §1.2.2 does for its own: a later cap is policy.
inline constexpr std::int64_t kDelaySecondsMax = 2'147'483'648;

// An origin whose Date is further from the receipt than this has a wrong clock, or we have, and its
// dates are then measured from its Date. Nearer, nobody can tell whose clock is right or how long
// the answer was on its way: its dates are measured from whichever makes the wait longer.
inline constexpr Millis kOriginSkewTolerated = std::chrono::minutes{5};

struct RetryAfter {
  Millis wait{0};        // from receipt; 0 for a moment already past
  bool is_date = false;  // named as a moment
  std::string text;      // the field's value, without the white space around it
  bool operator==(const RetryAfter&) const = default;
};

// `now` is the receipt of the response. Identical repeated fields count as one, contradicting ones
// say nothing. The Date of a response from a cache (Age above 0) is old by design, so no skew is
// read from it.
std::optional<RetryAfter> read_retry_after(const std::vector<Header>& headers, Instant now);

// The value of a 1*DIGIT delay, saturating at kDelaySecondsMax; nothing for any other text.
std::optional<Seconds> parse_delay_seconds(std::string_view text);

// The response came from a cache: Age (RFC 9111 §5.1) says one second or more.
bool is_aged(const std::vector<Header>& headers);

}  // namespace frontierd
