// What we may draw and where: colour, live lines, and numbers for people.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace frontierd {

// Paint, or nothing where colour is not wanted.
struct Style {
  bool color = false;

  std::string paint(std::string_view code, std::string_view text) const;
  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }
  std::string good(std::string_view text) const { return paint("32", text); }
  std::string warn(std::string_view text) const { return paint("33", text); }
  std::string bad(std::string_view text) const { return paint("31", text); }
};

// The streams of a command, replaceable in tests.
struct Screen {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  Style style;
  bool quiet = false;
  bool json = false;
  bool live_out = false;  // standard output is a terminal that can repaint
  bool live_err = false;
  int in_descriptor = -1;  // of `in`, to wait on; -1: it never waits

  void hint(const std::string& text) const;               // to err, unless quiet
  int complain(const std::string& text, int code) const;  // to err, always; returns `code`
};

bool is_terminal(int descriptor);
// NO_COLOR (no-color.org), TERM=dumb and the flag switch colour off.
bool wants_color(bool flag_off, bool terminal);

std::string with_commas(std::uint64_t number);
std::string in_bytes(std::uint64_t bytes);  // "1.5 MB"
// Valid UTF-8 without characters that act (base/utf8.h), so that no host or page can write to the
// terminal; at most `width`.
std::string safe_cell(std::string_view text, std::size_t width);

// "[#####.....]  50 %  1,234 lines  600/s": one line to repaint.
std::string progress_line(std::uint64_t done, std::uint64_t total, std::uint64_t lines,
                          double seconds);

}  // namespace frontierd
