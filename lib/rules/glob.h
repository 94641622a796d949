// Globs for headers, URLs and titles: `*` stands for any run of bytes, everything else for itself,
// whatever the ASCII case. Linear in practice and at worst pattern x text; both are short. Pure.
#pragma once

#include <string_view>

namespace frontierd {

bool glob_match(std::string_view pattern, std::string_view text);
// The longest part of the pattern without a `*`: no text matches that lacks it.
std::string_view longest_literal(std::string_view pattern);

}  // namespace frontierd
