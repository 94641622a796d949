// The values that rate limit fields carry in the wild: counts that may be floats, resets that may
// be a delay, a Unix time in seconds or milliseconds, a date, or a duration with units. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rules/report.h"

namespace frontierd {

// The spellings of the triplets <prefix>Limit, <prefix>Remaining, <prefix>Reset, in order of trust.
inline constexpr std::array<std::string_view, 3> kRateLimitPrefixes{"RateLimit-", "X-RateLimit-",
                                                                    "X-Rate-Limit-"};

// The fields that speak of rate limits, in order: none in most responses, so that they cost no more
// than this one look.
std::vector<Header> rate_limit_headers(const std::vector<Header>& headers);

// Of the first field of that name, the first member of what may be a list ("10, 10;w=60"), without
// its parameters.
std::optional<std::string_view> first_item(const std::vector<Header>& headers,
                                           std::string_view name);

// "12", "0.65", "1795305905000": no sign, no exponent. In thousandths, rounded up (a wait is never
// shortened); saturating at kThousandthsMax.
std::optional<std::int64_t> parse_thousandths(std::string_view text);
inline constexpr std::int64_t kThousandthsMax = 1'000'000'000'000'000'000;

// "1s", "6m0s", "1h30m", "120ms", "33.023s", "500us": one or more numbers, each with its unit.
// Rounded up to the millisecond; saturating at ten thousand years.
std::optional<Millis> parse_unit_duration(std::string_view text);

struct Reset {
  Millis wait{0};        // from `now`; 0 for a moment already past
  bool is_date = false;  // named as a moment
  bool operator==(const Reset&) const = default;
};

// A bare number n by its magnitude, since senders differ and do not say:
//   n > 1e11          Unix time in milliseconds
//   1e9 < n <= 1e11   Unix time in seconds
//   else              seconds from now
// Otherwise an HTTP-date, an RFC 3339 date in UTC, or a duration with units.
std::optional<Reset> parse_reset(std::string_view text, Instant now);

// RFC 3339 with "Z" or "+hh:mm".
std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace frontierd
