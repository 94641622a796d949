// Field values as RFC 9110 §5 puts them together. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/report.h"

namespace frontierd {

// Without the spaces and tabs around it; nothing else is white space inside a field.
std::string_view trim_ows(std::string_view value);

// The value that all fields of that name agree on; nothing if there is none, or if they differ.
std::optional<std::string_view> single_value(const std::vector<Header>& headers,
                                             std::string_view name);

// All lines of that name as one, joined by ", " in order (§5.3); nothing if there is none.
std::optional<std::string> joined_value(const std::vector<Header>& headers, std::string_view name);

}  // namespace frontierd
