#include "rules/retry_after.h"

#include <algorithm>

#include "base/text.h"
#include "rules/header_value.h"
#include "rules/http_date.h"

namespace frontierd {
namespace {

// The origin's own idea of now, where it is wrong enough to matter and fresh enough to trust.
std::optional<Instant> skewed_origin_clock(const std::vector<Header>& headers, Instant now) {
  if (is_aged(headers)) return std::nullopt;
  const auto text = single_value(headers, "Date");
  if (!text) return std::nullopt;
  const auto date = parse_http_date(*text, now);
  if (!date || std::chrono::abs(*date - now) <= kOriginSkewTolerated) return std::nullopt;
  return date;
}

}  // namespace

std::optional<Seconds> parse_delay_seconds(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  for (char c : text) {
    if (!is_digit(c)) return std::nullopt;
    seconds = std::min(seconds * 10 + (c - '0'), kDelaySecondsMax);
  }
  return Seconds{seconds};
}

bool is_aged(const std::vector<Header>& headers) {
  for (const Header& field : headers) {
    if (!iequals(field.name, "Age")) continue;
    const std::string_view value = trim_ows(field.value);
    const auto age = parse_delay_seconds(trim_ows(value.substr(0, value.find(','))));
    return age && *age > Seconds{0};
  }
  return false;
}

std::optional<RetryAfter> read_retry_after(const std::vector<Header>& headers, Instant now) {
  const auto text = single_value(headers, "Retry-After");
  if (!text) return std::nullopt;
  if (const auto delay = parse_delay_seconds(*text)) {
    return RetryAfter{*delay, false, std::string(*text)};
  }
  const auto date = parse_http_date(*text, now);
  if (!date) return std::nullopt;
  const Instant from = skewed_origin_clock(headers, now).value_or(now);
  return RetryAfter{std::max(*date - from, Millis{0}), true, std::string(*text)};
}

}  // namespace frontierd
