// The written table as bytes: packed when frontierd is built, so that a start reads no TOML.
// Internal; pure. The bytes are of the same build as their reader: there is no version, and damage
// is a bug.
#pragma once

#include <string>
#include <string_view>

#include "rules/signature_text.h"

namespace frontierd {

std::string pack(const WrittenTable& table);
WrittenTable unpack(std::string_view bytes);

}  // namespace frontierd
