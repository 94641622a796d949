#include "rules/fold.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::size_t kReferenceMax = 10;  // the longest one known below, with room for digits

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 62> kNamed{{
    {"Aacute", 0xc1}, {"Auml", 0xc4},    {"Ccedil", 0xc7},  {"Eacute", 0xc9},   {"Ntilde", 0xd1},
    {"Ouml", 0xd6},   {"Uuml", 0xdc},    {"aacute", 0xe1},  {"acirc", 0xe2},    {"agrave", 0xe0},
    {"amp", '&'},     {"apos", '\''},    {"aring", 0xe5},   {"atilde", 0xe3},   {"auml", 0xe4},
    {"bull", 0x2022}, {"ccedil", 0xe7},  {"copy", 0xa9},    {"eacute", 0xe9},   {"ecirc", 0xea},
    {"egrave", 0xe8}, {"euml", 0xeb},    {"gt", '>'},       {"hellip", 0x2026}, {"iacute", 0xed},
    {"icirc", 0xee},  {"iexcl", 0xa1},   {"igrave", 0xec},  {"iquest", 0xbf},   {"iuml", 0xef},
    {"laquo", 0xab},  {"ldquo", 0x201c}, {"lsquo", 0x2018}, {"lt", '<'},        {"mdash", 0x2014},
    {"middot", 0xb7}, {"nbsp", ' '},     {"ndash", 0x2013}, {"ntilde", 0xf1},   {"oacute", 0xf3},
    {"ocirc", 0xf4},  {"ograve", 0xf2},  {"oslash", 0xf8},  {"otilde", 0xf5},   {"ouml", 0xf6},
    {"quot", '"'},    {"raquo", 0xbb},   {"rdquo", 0x201d}, {"reg", 0xae},      {"rsquo", 0x2019},
    {"shy", 0xad},    {"szlig", 0xdf},   {"thinsp", ' '},   {"times", 0xd7},    {"trade", 0x2122},
    {"uacute", 0xfa}, {"ucirc", 0xfb},   {"ugrave", 0xf9},  {"uuml", 0xfc},     {"yacute", 0xfd},
    {"zwj", 0x200d},  {"zwnj", 0x200c},
}};

std::uint32_t numeric_reference(std::string_view digits) {
  const bool hex = !digits.empty() && ascii_lower(digits[0]) == 'x';
  if (hex) digits.remove_prefix(1);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && value > 0 && value <= 0x10ffff ? value : 0;
}

std::uint32_t lower_code_point(std::uint32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xc0 && c <= 0xde && c != 0xd7) return c + 32;
  if (c >= 0x100 && c <= 0x137 && c != 0x130) return c | 1;
  if (c >= 0x139 && c <= 0x148) return c + (c & 1);
  if (c >= 0x14a && c <= 0x177) return c | 1;
  if (c >= 0x391 && c <= 0x3a9) return c + 32;
  if (c >= 0x410 && c <= 0x42f) return c + 32;
  if (c >= 0x400 && c <= 0x40f) return c + 80;
  return c == 0x130 ? 'i' : c;
}

bool is_ignorable(std::uint32_t c) {
  return c == 0xad || c == 0x200b || c == 0x200c || c == 0x200d || c == 0xfeff;
}

bool is_white(std::uint32_t c) {
  return c <= ' ' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f;
}

}  // namespace

std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(at++);
  if (lead < 0xc2 || lead > 0xf4) return lead;
  const std::size_t more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  if (at + more > text.size()) return lead;
  std::uint32_t value = lead & (0x3fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    const std::uint32_t b = byte(at + i);
    if ((b & 0xc0) != 0x80) return lead;
    value = value << 6 | (b & 0x3f);
  }
  at += more;
  return value;
}

void append_utf8(std::uint32_t c, std::string& out) {
  const auto put = [&](std::uint32_t b) {
    out += static_cast<char>(static_cast<unsigned char>(b));
  };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

std::uint32_t next_reference(std::string_view text, std::size_t& at) {
  const std::size_t end = text.substr(at, kReferenceMax + 2).find(';');
  if (end == std::string_view::npos || end < 3) return static_cast<unsigned char>(text[at++]);
  const std::string_view name = text.substr(at + 1, end - 1);
  std::uint32_t value = 0;
  if (name[0] == '#') {
    value = numeric_reference(name.substr(1));
  } else {
    const auto found =
        std::lower_bound(kNamed.begin(), kNamed.end(), name,
                         [](const auto& a, std::string_view b) { return a.first < b; });
    if (found != kNamed.end() && found->first == name) value = found->second;
  }
  if (value == 0) return static_cast<unsigned char>(text[at++]);
  at += end + 1;
  return value;
}

void append_folded(std::uint32_t c, std::string& out) {
  if (is_ignorable(c)) return;
  if (is_white(c)) {
    if (!out.empty() && out.back() != ' ') out += ' ';
    return;
  }
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0xb4:
      out += '\'';
      return;
    case 0x201c:
    case 0x201d:
      out += '"';
      return;
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
      out += '-';
      return;
    case 0x2026:
      out += "...";
      return;
    default:
      append_utf8(lower_code_point(c), out);
  }
}

std::string fold(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) append_folded(next_code_point(utf8, at), out);
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace frontierd
