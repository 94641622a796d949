#include "rules/retry_after.h"

#include <algorithm>

#include "base/text.h"
#include "rules/header_value.h"
#include "rules/http_date.h"

namespace frontierd {
namespace {

// From when the origin's dates are measured: its own idea of now, where it is fresh, or ours.
Instant origin_now(const std::vector<Header>& headers, Instant now) {
  if (is_aged(headers)) return now;
  const auto text = single_value(headers, "Date");
  const auto date = text ? parse_http_date(*text, now) : std::nullopt;
  if (!date) return now;
  const bool wrong = std::chrono::abs(*date - now) > kOriginSkewTolerated;
  return wrong ? *date : std::min(*date, now);
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
  const Millis wait = *date - origin_now(headers, now);
  return RetryAfter{std::max(wait, Millis{0}), true, std::string(*text)};
}

}  // namespace frontierd
