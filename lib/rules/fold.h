// One spelling for comparing prose: lower case (Latin, Greek, Cyrillic), white space collapsed,
// typographic apostrophes, quotes, dashes and dots as ASCII, entities decoded. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frontierd {

// The code point at `at` in UTF-8, advancing `at`; a damaged byte stands for itself.
std::uint32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(std::uint32_t code_point, std::string& out);
// An HTML character reference at text[at] == '&': its code point, advancing `at`; '&' if it is
// none.
std::uint32_t next_reference(std::string_view text, std::size_t& at);
// Appends the folded code point; white space is written once and never first.
void append_folded(std::uint32_t code_point, std::string& out);
std::string fold(std::string_view utf8);

}  // namespace frontierd
