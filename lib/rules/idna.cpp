#include "rules/idna.h"

#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace frontierd {
namespace {

constexpr std::string_view kAcePrefix = "xn--";

struct Lookup {
  int code = IDN2_OK;
  std::string text;
};

Lookup look_up(const std::string& label, int flags) {
  std::uint8_t* ascii = nullptr;
  const int code = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(label.c_str()), &ascii,
                                  flags | IDN2_NFC_INPUT);
  if (code != IDN2_OK) return {code, {}};
  Lookup found{code, reinterpret_cast<const char*>(ascii)};
  idn2_free(ascii);
  return found;
}

bool only_idna2008_objects(int code) {
  return code == IDN2_DISALLOWED || code == IDN2_UNASSIGNED || code == IDN2_CONTEXTO ||
         code == IDN2_CONTEXTO_NO_RULE;
}

// Whether it holds one of the four characters that transitional mapping treats in its own way.
bool has_deviation(std::string_view label) {
  const auto holds = [&](std::string_view c) { return label.find(c) != std::string_view::npos; };
  return holds("\u00df") || holds("\u03c2") || holds("\u200c") || holds("\u200d");
}

// The code point at the head of well-formed UTF-8; malformed text gives some number.
char32_t code_point(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t value = length == 1 ? first : first & (0x7fu >> length);
  for (char c : text.substr(1, length - 1)) value = value << 6 | (static_cast<unsigned>(c) & 0x3f);
  return value;
}

// The blocks of the scripts that are written from right to left.
bool has_right_to_left(std::string_view label) {
  for (; !label.empty(); label.remove_prefix(1)) {
    const char32_t c = code_point(label);
    if ((c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
        (c >= 0xfe70 && c <= 0xfefe) || (c >= 0x10800 && c <= 0x10fff) ||
        (c >= 0x1e800 && c <= 0x1efff)) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> map_label(const std::string& label) {
  Lookup found = look_up(label, IDN2_NONTRANSITIONAL);
  if (only_idna2008_objects(found.code) && !has_deviation(label) && !has_right_to_left(label)) {
    found = look_up(label, IDN2_TRANSITIONAL);
  }
  if (found.code != IDN2_OK) return std::nullopt;
  return std::move(found.text);
}

}  // namespace

std::optional<std::string> idna_label(std::string_view label) {
  const bool ascii = std::all_of(label.begin(), label.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii && !label.starts_with(kAcePrefix)) return std::string(label);
  std::string text(label);
  // Capital sharp s becomes the small one since Unicode 15.1; libidn2's older tables write "ss".
  for (std::size_t at = 0; (at = text.find("\u1e9e", at)) != std::string::npos;) {
    text.replace(at, 3, "\u00df");
  }
  return map_label(text);
}

}  // namespace frontierd
