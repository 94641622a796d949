// The part of the East Asian double-byte character sets that the signatures use: ideographs.tsv,
// which a unit test holds complete against signatures/. Pure; the table is built once.
#pragma once

#include <string>
#include <string_view>

namespace frontierd {

// `charset`: gbk, big5, shift_jis, euc-jp or euc-kr. Unknown characters become U+FFFD.
std::string from_double_byte(std::string_view bytes, std::string_view charset);

// The table itself, for the test of its completeness.
std::string_view ideograph_table();

}  // namespace frontierd
