#include "frontierctl/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ostream>

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
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts = (byte & 0xc0) != 0x80;  // of a UTF-8 character
    if (starts && columns == width) {
      out += "...";
      break;
    }
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
    columns += starts ? 1 : 0;
  }
  // C1 controls arrive as two bytes of UTF-8: 0xc2 0x80 to 0xc2 0x9f.
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i] == '\xc2' && static_cast<unsigned char>(out[i + 1]) < 0xa0) out.replace(i, 2, "?");
  }
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
