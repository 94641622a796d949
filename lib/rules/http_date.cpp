#include "rules/http_date.h"

#include <array>
#include <chrono>
#include <tuple>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

// Takes the parts of a date from the front of a text; each verb says whether its part was there.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool literal(std::string_view wanted) {
    if (rest_.substr(0, wanted.size()) != wanted) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  bool digits(std::size_t count, int& out) {
    if (rest_.size() < count) return false;
    out = 0;
    for (char c : rest_.substr(0, count)) {
      if (!is_digit(c)) return false;
      out = out * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }
  template <std::size_t N>
  bool name(const std::array<std::string_view, N>& names, int* number = nullptr) {
    for (std::size_t i = 0; i < N; ++i) {
      if (!literal(names[i])) continue;
      if (number != nullptr) *number = static_cast<int>(i) + 1;
      return true;
    }
    return false;
  }
  bool time_of_day(Fields& f) {
    return digits(2, f.hour) && literal(":") && digits(2, f.minute) && literal(":") &&
           digits(2, f.second) && f.hour < 24 && f.minute < 60 && f.second <= 60;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<Instant> to_instant(const Fields& f) {
  const std::chrono::year_month_day date{std::chrono::year{f.year},
                                         std::chrono::month{static_cast<unsigned>(f.month)},
                                         std::chrono::day{static_cast<unsigned>(f.day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{f.hour} + std::chrono::minutes{f.minute} +
         std::chrono::seconds{f.second};
}

std::optional<Instant> imf_fixdate(Cursor in) {
  Fields f;
  const bool shaped = in.name(kDays) && in.literal(", ") && in.digits(2, f.day) &&
                      in.literal(" ") && in.name(kMonths, &f.month) && in.literal(" ") &&
                      in.digits(4, f.year) && in.literal(" ") && in.time_of_day(f) &&
                      in.literal(" GMT") && in.done();
  return shaped ? to_instant(f) : std::nullopt;
}

std::optional<Instant> asctime_date(Cursor in) {
  Fields f;
  const bool shaped =
      in.name(kDays) && in.literal(" ") && in.name(kMonths, &f.month) && in.literal(" ") &&
      (in.literal(" ") ? in.digits(1, f.day) : in.digits(2, f.day)) && in.literal(" ") &&
      in.time_of_day(f) && in.literal(" ") && in.digits(4, f.year) && in.done();
  return shaped ? to_instant(f) : std::nullopt;
}

// f.year holds two digits and becomes the full year.
void choose_century(Fields& f, Instant now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{today};
  const int seconds = static_cast<int>(std::chrono::floor<Seconds>(now - today).count());
  const auto limit = std::tuple(int{date.year()} + 50, static_cast<int>(unsigned{date.month()}),
                                static_cast<int>(unsigned{date.day()}), seconds);
  f.year += (int{date.year()} / 100 + 1) * 100;
  while (std::tuple(f.year, f.month, f.day, f.hour * 3600 + f.minute * 60 + f.second) > limit) {
    f.year -= 100;
  }
}

std::optional<Instant> rfc850_date(Cursor in, Instant now) {
  Fields f;
  const bool shaped = in.name(kLongDays) && in.literal(", ") && in.digits(2, f.day) &&
                      in.literal("-") && in.name(kMonths, &f.month) && in.literal("-") &&
                      in.digits(2, f.year) && in.literal(" ") && in.time_of_day(f) &&
                      in.literal(" GMT") && in.done();
  if (!shaped) return std::nullopt;
  choose_century(f, now);
  return to_instant(f);
}

}  // namespace

std::optional<Instant> parse_http_date(std::string_view text, Instant now) {
  if (auto date = imf_fixdate(Cursor(text))) return date;
  if (auto date = rfc850_date(Cursor(text), now)) return date;
  return asctime_date(Cursor(text));
}

}  // namespace frontierd
