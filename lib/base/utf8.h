// Bytes of strangers as text that can be emitted: valid UTF-8 (RFC 3629), and safe to look at. Pure.
#pragma once

#include <string>
#include <string_view>

namespace frontierd {

bool is_valid_utf8(std::string_view bytes);

// The text itself, where it is valid; else each maximal ill-formed part (Unicode 15 §3.9, table 3-8)
// becomes one U+FFFD.
std::string valid_utf8(std::string_view bytes);

// Characters that act on who shows them instead of being shown: C0 and C1 controls, DEL, and the
// marks that reorder or hide what stands around them (U+200B to U+200F, U+2028 to U+202E, U+2060 to
// U+2069, U+FEFF). `character` is one character of valid UTF-8.
bool is_control(std::string_view character);

// Calls `use` with each character of valid UTF-8, as its bytes.
template <class Use>
void for_each_character(std::string_view text, Use use) {
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80u) ++size;
    use(text.substr(0, size));
    text.remove_prefix(size);
  }
}

}  // namespace frontierd
