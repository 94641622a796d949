#include "base/utf8.h"

#include <cstdint>

namespace frontierd {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// How a character that begins with this byte goes on: bytes in all, and what its second byte must
// lie between (which keeps out overlong forms, surrogates and what lies beyond U+10FFFF).
struct Form {
  std::size_t size = 0;  // 0: no character begins so
  unsigned char least = 0x80;
  unsigned char most = 0xbf;
};

Form form_of(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead >= 0xc2 && lead <= 0xdf) return {2};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {3};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead >= 0xf1 && lead <= 0xf3) return {4};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {};
}

struct Piece {
  std::size_t size = 1;
  bool whole = false;
};

// The character at the front, or the ill-formed part that is to be replaced as one.
Piece next_piece(std::string_view text) {
  const Form form = form_of(byte_at(text, 0));
  if (form.size == 0) return {1, false};
  for (std::size_t i = 1; i < form.size; ++i) {
    if (i >= text.size()) return {i, false};
    const unsigned char least = i == 1 ? form.least : 0x80;
    const unsigned char most = i == 1 ? form.most : 0xbf;
    if (byte_at(text, i) < least || byte_at(text, i) > most) return {i, false};
  }
  return {form.size, true};
}

std::uint32_t code_point(std::string_view character) {
  const unsigned char lead = byte_at(character, 0);
  if (character.size() == 1) return lead;
  std::uint32_t value = lead & (0x7fu >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) {
    value = (value << 6) | (byte_at(character, i) & 0x3fu);
  }
  return value;
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Piece piece = next_piece(bytes);
    if (!piece.whole) return false;
    bytes.remove_prefix(piece.size);
  }
  return true;
}

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Piece piece = next_piece(bytes);
    out += piece.whole ? bytes.substr(0, piece.size) : kReplacement;
    bytes.remove_prefix(piece.size);
  }
  return out;
}

bool is_control(std::string_view character) {
  const std::uint32_t c = code_point(character);
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

}  // namespace frontierd
