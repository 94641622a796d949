// International names: UTS 46 as WHATWG asks for it (non-transitional, no DNS length check, no
// STD3 rules), by libidn2. Pure and thread-safe.
//
// libidn2 checks for IDNA 2008 on top, which has no symbols; names with them (emoji) exist and
// browsers open them, so what only IDNA 2008 refuses is looked up once more without it, unless it
// is written from right to left, as that look-up does not check the direction. Stricter than
// WHATWG: a non-ASCII label with a hyphen at an end, or two in its third and fourth place, is
// refused. More lenient: the direction of text (bidi) is checked label by label.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace frontierd {

// One label of a name with non-ASCII text, UTF-8, ASCII letters already in lower case, no NUL: its
// ASCII form. A plain ASCII label is its own; one in Punycode must be what UTS 46 makes of its
// text. The result may hold any ASCII byte: what is forbidden in a host is the caller's to check.
std::optional<std::string> idna_label(std::string_view label);

}  // namespace frontierd
