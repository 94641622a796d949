#include "api/json_text.h"

#include <boost/json.hpp>
#include <cstdio>

#include "base/utf8.h"

namespace frontierd {
namespace {

// Of a character that acts: all of them lie in the basic plane. Those below 0x20 are escaped already.
std::string escaped(std::string_view character) {
  unsigned int value = static_cast<unsigned char>(character[0]);
  if (character.size() == 2) value &= 0x1fu;
  if (character.size() == 3) value &= 0x0fu;
  for (char c : character.substr(1)) value = (value << 6) | (static_cast<unsigned char>(c) & 0x3fu);
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", value & 0xffffu);
  return text;
}

bool is_plain(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x7f) return false;
  }
  return true;
}

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string text = boost::json::serialize(value);
  if (is_plain(text)) return text;
  std::string out;
  out.reserve(text.size());
  for_each_character(valid_utf8(text), [&out](std::string_view character) {
    if (is_control(character)) {
      out += escaped(character);
    } else {
      out += character;
    }
  });
  return out;
}

}  // namespace frontierd
