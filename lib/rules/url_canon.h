// One line of `frontierctl url canon`, the canonical form for scripts and for golden tables. Pure.
#pragma once

#include <string>
#include <string_view>

namespace frontierd {

// "canonical<TAB>host key", or "!fault<TAB>reason". No line end. A carriage return before the line
// end, as in files from Windows, is white space like any other around a URL.
std::string canon_line(std::string_view line);

}  // namespace frontierd
