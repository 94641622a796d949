#include "rules/rate_limit_values.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "rules/header_value.h"
#include "rules/http_date.h"

namespace frontierd {
namespace {

constexpr std::int64_t kUnixMillisecondsAbove = 100'000'000'000;
constexpr std::int64_t kUnixSecondsAbove = 1'000'000'000;
constexpr std::int64_t kLongestMs = 315'576'000'000'000;  // ten thousand years

struct DurationUnit {
  std::string_view name;
  std::int64_t microseconds;
};
// Longer names first: "ms" before "m".
constexpr std::array<DurationUnit, 8> kDurationUnits{{{"ns", 0},
                                                      {"us", 1},
                                                      {"\xc2\xb5s", 1},
                                                      {"ms", 1'000},
                                                      {"s", 1'000'000},
                                                      {"m", 60'000'000},
                                                      {"h", 3'600'000'000},
                                                      {"d", 86'400'000'000}}};

Reset at_moment(Instant moment, Instant now) {
  return {std::max(moment - now, Millis{0}), true};
}

std::string_view take_number(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && (is_digit(text[length]) || text[length] == '.')) ++length;
  const std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  return number;
}

const DurationUnit* take_unit(std::string_view& text) {
  for (const DurationUnit& unit : kDurationUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

}  // namespace

std::vector<Header> rate_limit_headers(const std::vector<Header>& headers) {
  std::vector<Header> found;
  for (const Header& field : headers) {
    if (ifind(field.name, "ratelimit") != std::string_view::npos ||
        ifind(field.name, "rate-limit") != std::string_view::npos) {
      found.push_back(field);
    }
  }
  return found;
}

std::optional<std::string_view> first_item(const std::vector<Header>& headers,
                                           std::string_view name) {
  for (const Header& field : headers) {
    if (!iequals(field.name, name)) continue;
    const std::string_view value = field.value;
    return trim_ows(value.substr(0, value.find_first_of(",;")));
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_thousandths(std::string_view text) {
  std::int64_t value = 0;
  std::size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    value = std::min(value * 10 + (text[at] - '0'), kThousandthsMax / 1'000);
  }
  if (at == 0) return std::nullopt;
  value *= 1'000;
  if (at == text.size()) return value;
  if (text[at] != '.' || at + 1 == text.size()) return std::nullopt;
  std::int64_t scale = 100;
  bool more = false;
  for (++at; at < text.size(); ++at, scale /= 10) {
    if (!is_digit(text[at])) return std::nullopt;
    value += (text[at] - '0') * scale;
    more = more || (scale == 0 && text[at] != '0');
  }
  return std::min(value + (more ? 1 : 0), kThousandthsMax);
}

std::optional<Millis> parse_unit_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto thousandths = parse_thousandths(take_number(text));
    const DurationUnit* unit = thousandths ? take_unit(text) : nullptr;
    if (unit == nullptr) return std::nullopt;
    // Thousandths of a unit to milliseconds, up; a nanosecond counts as the least there is.
    const long double ms = static_cast<long double>(*thousandths) *
                           static_cast<long double>(unit->microseconds) / 1e6L;
    std::int64_t whole = kLongestMs;
    if (ms < static_cast<long double>(kLongestMs)) {
      whole = static_cast<std::int64_t>(ms);
      if (static_cast<long double>(whole) < ms || (whole == 0 && *thousandths > 0)) ++whole;
    }
    total = std::min(total + whole, kLongestMs);
  }
  return Millis{total};
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  if (const auto utc = parse_iso(text)) return utc;
  if (text.size() < 25) return std::nullopt;
  const std::string_view zone = text.substr(text.size() - 6);
  const auto hours = parse_int<unsigned>(zone.substr(1, 2));
  const auto minutes = parse_int<unsigned>(zone.substr(4, 2));
  const bool shaped = (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && hours && minutes &&
                      *hours < 24 && *minutes < 60;
  const auto local = parse_iso(std::string(text.substr(0, text.size() - 6)) + "Z");
  if (!shaped || !local) return std::nullopt;
  const auto offset = std::chrono::minutes{*hours * 60 + *minutes};
  return zone[0] == '+' ? *local - offset : *local + offset;
}

std::optional<Reset> parse_reset(std::string_view text, Instant now) {
  if (const auto n = parse_thousandths(text)) {
    if (*n > kUnixMillisecondsAbove * 1'000) {
      return at_moment(from_unix_ms((*n + 999) / 1'000), now);
    }
    if (*n > kUnixSecondsAbove * 1'000) return at_moment(from_unix_ms(*n), now);
    return Reset{Millis{*n}, false};
  }
  if (const auto date = parse_http_date(text, now)) return at_moment(*date, now);
  if (const auto date = parse_rfc3339(text)) return at_moment(*date, now);
  if (const auto length = parse_unit_duration(text)) return Reset{*length, false};
  return std::nullopt;
}

}  // namespace frontierd
