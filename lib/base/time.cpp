#include "base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.h"

namespace frontierd {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr Instant kFirstIso = from_unix_ms(-62'167'219'200'000);  // 0000-01-01T00:00:00.000Z
constexpr Instant kLastIso = from_unix_ms(253'402'300'799'999);   // 9999-12-31T23:59:59.999Z
constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::int64_t kLongestMs = 1'000'000'000'000'000;  // thirty thousand years

bool take_digits(std::string_view& text, std::size_t count, int& out) {
  if (text.size() < count) return false;
  const auto* end = text.data() + count;
  auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc{} || stop != end || text[0] == '-') return false;
  text.remove_prefix(count);
  return true;
}

bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// Takes "." and 1 to 9 digits, as billionths; nothing there is zero.
bool take_fraction(std::string_view& text, std::int64_t& billionths) {
  billionths = 0;
  if (!take_char(text, '.')) return true;
  std::size_t digits = 0;
  for (std::int64_t scale = 100'000'000; !text.empty() && is_digit(text[0]); scale /= 10) {
    billionths += (text[0] - '0') * scale;
    text.remove_prefix(1);
    if (++digits > 9) return false;
  }
  return digits > 0;
}

}  // namespace

std::string to_iso(Instant at) {
  at = std::clamp(at, kFirstIso, kLastIso);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  char out[48];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
                unsigned{date.month()}, unsigned{date.day()},
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return out;
}

std::optional<Instant> parse_iso(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t billionths = 0;
  const bool shaped =
      take_digits(text, 4, year) && take_char(text, '-') && take_digits(text, 2, month) &&
      take_char(text, '-') && take_digits(text, 2, day) && take_char(text, 'T') &&
      take_digits(text, 2, hour) && take_char(text, ':') && take_digits(text, 2, minute) &&
      take_char(text, ':') && take_digits(text, 2, second) && take_fraction(text, billionths) &&
      take_char(text, 'Z') && text.empty();
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!shaped || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + Millis{billionths / 1'000'000};
}

std::string to_words(Millis length) {
  std::int64_t left = length.count();
  if (left < 0) return "-" + to_words(Millis{left == INT64_MIN ? INT64_MAX : -left});
  if (left == 0) return "0s";
  if (left >= 1'000 && left < 60'000) {
    std::string out = std::to_string(left / 1'000);
    if (left % 1'000 >= 100) out += "." + std::to_string(left % 1'000 / 100);
    return out + "s";
  }
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (left < kUnits[i].ms) continue;
    std::string out = std::to_string(left / kUnits[i].ms) + std::string(kUnits[i].name);
    left %= kUnits[i].ms;
    if (i + 1 < kUnits.size() && left >= kUnits[i + 1].ms && kUnits[i].ms > 1'000) {
      out += " " + std::to_string(left / kUnits[i + 1].ms) + std::string(kUnits[i + 1].name);
    }
    return out;
  }
  return "0s";
}

std::optional<Millis> parse_duration(std::string_view text) {
  if (text == "0") return Millis{0};
  std::int64_t whole = 0;
  const auto* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc{} || whole < 0 || text.empty() || text[0] == '-') return std::nullopt;
  std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  std::int64_t billionths = 0;
  if (!take_fraction(rest, billionths)) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (rest != unit.name) continue;
    const std::int64_t part = billionths * unit.ms;
    if (whole > kLongestMs / unit.ms || part % kBillion != 0) return std::nullopt;
    return Millis{whole * unit.ms + part / kBillion};
  }
  return std::nullopt;
}

}  // namespace frontierd
