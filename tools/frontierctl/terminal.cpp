#include "frontierctl/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ostream>

#include "base/utf8.h"

namespace frontierd {
namespace {

std::string fixed(double value, int digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

}  // namespace

std::string Style::paint(std::string_view code, std::string_view text) const {
  if (!color) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

void Screen::hint(const std::string& text) const {
  if (!quiet) err << text << "\n";
}

int Screen::complain(const std::string& text, int code) const {
  err << style.bad("frontierctl:") << " " << text << "\n";
  return code;
}

bool is_terminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

bool wants_color(bool flag_off, bool terminal) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  return terminal && !flag_off && !dumb && (no_color == nullptr || *no_color == '\0');
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string in_bytes(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return fixed(value, unit == 0 ? 0 : 1) + " " + kUnits[unit];
}

std::string safe_cell(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t columns = 0;
  for_each_character(valid_utf8(text), [&](std::string_view character) {
    if (columns < width) out += is_control(character) ? "?" : character;
    if (columns == width) out += "...";
    ++columns;
  });
  return out;
}

std::string progress_line(std::uint64_t done, std::uint64_t total, std::uint64_t lines,
                          double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(lines) / seconds : 0;
  const std::string counts =
      with_commas(lines) + " lines  " + with_commas(static_cast<std::uint64_t>(rate)) + "/s";
  if (total == 0) return counts;
  constexpr std::size_t kWidth = 30;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(share * kWidth);
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') + "]  " +
         fixed(share * 100, 0) + " %  " + counts;
}

}  // namespace frontierd
