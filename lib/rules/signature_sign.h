// The small words of a signatures file: keys, statuses and signs, from text. Internal; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "rules/literal_scan.h"
#include "rules/signature_row.h"

namespace frontierd {

std::optional<SignKey> parse_sign_key(std::string_view name);
// "503", "5xx" or "520-530"; false for anything else.
bool add_statuses(std::string_view text, StatusSet& out);
// The text as that key compares it: prose folded, the rest as it is.
std::string fold_sign(SignKey key, std::string_view text);
// The sign, or what is wrong with it and what to write instead. `folded`: as fold_sign() gives it.
tl::expected<Sign, std::string> make_sign(SignKey key, std::string_view folded);
// Whether phrases may stand here by the name of their list.
constexpr bool is_prose(SignKey key) {
  return key == SignKey::Title || key == SignKey::Heading || key == SignKey::Text;
}
// The list that "@name" or "*@name*" speaks of; empty where it speaks of none.
std::string_view list_name(SignKey key, std::string_view text);
// The same text with a phrase in the place of "@name".
std::string with_phrase(std::string_view text, std::string_view phrase);

}  // namespace frontierd
