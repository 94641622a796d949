// Patterns in which `*` stands for any run of characters. Pure, linear in practice.
#pragma once

#include <string_view>

namespace frontierd::originlab {

bool glob(std::string_view pattern, std::string_view text);
// As glob; the query of the target counts only if the pattern has a `?`.
bool glob_path(std::string_view pattern, std::string_view target);

}  // namespace frontierd::originlab
