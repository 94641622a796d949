#include "originlab/dates.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace frontierd::originlab {
namespace {

constexpr std::array<const char*, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string http_date(std::int64_t unix_seconds, DateForm form) {
  const std::chrono::sys_seconds at{std::chrono::seconds{unix_seconds}};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const char* day = kDays[std::chrono::weekday{midnight}.c_encoding()];
  const char* month = kMonths[unsigned{date.month()} - 1];
  const unsigned number{date.day()};
  const int year{date.year()};
  const auto seconds = static_cast<int>((at - midnight).count());
  const int hour = seconds / 3'600, minute = seconds / 60 % 60, second = seconds % 60;
  char out[96];
  switch (form) {
    case DateForm::Imf:
      std::snprintf(out, sizeof out, "%.3s, %02u %s %04d %02d:%02d:%02d GMT", day, number, month,
                    year, hour, minute, second);
      break;
    case DateForm::Rfc850:
      std::snprintf(out, sizeof out, "%s, %02u-%s-%02d %02d:%02d:%02d GMT", day, number, month,
                    year % 100, hour, minute, second);
      break;
    case DateForm::Asctime:
      std::snprintf(out, sizeof out, "%.3s %s %2u %02d:%02d:%02d %d", day, month, number, hour,
                    minute, second, year);
      break;
  }
  return out;
}

std::optional<std::int64_t> parse_imf_date(std::string_view text) {
  if (text.size() != 29) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    return parse_int<int>(text.substr(at, count)).value_or(-1);
  };
  for (unsigned month = 0; month < kMonths.size(); ++month) {
    if (text.substr(8, 3) != kMonths[month]) continue;
    const std::chrono::year_month_day date{std::chrono::year{number(12, 4)},
                                           std::chrono::month{month + 1},
                                           std::chrono::day{static_cast<unsigned>(number(5, 2))}};
    if (!date.ok()) return std::nullopt;
    const auto time = std::chrono::hours{number(17, 2)} + std::chrono::minutes{number(20, 2)} +
                      std::chrono::seconds{number(23, 2)};
    const std::int64_t seconds = (std::chrono::sys_days{date} + time).time_since_epoch().count();
    if (http_date(seconds) == text) return seconds;
  }
  return std::nullopt;
}

}  // namespace frontierd::originlab
