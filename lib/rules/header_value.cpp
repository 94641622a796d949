#include "rules/header_value.h"

#include "base/text.h"

namespace frontierd {

std::string_view trim_ows(std::string_view value) {
  const auto is_ows = [](char c) { return c == ' ' || c == '\t'; };
  while (!value.empty() && is_ows(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_ows(value.back())) value.remove_suffix(1);
  return value;
}

std::optional<std::string_view> single_value(const std::vector<Header>& headers,
                                             std::string_view name) {
  std::optional<std::string_view> found;
  for (const Header& field : headers) {
    if (!iequals(field.name, name)) continue;
    const std::string_view value = trim_ows(field.value);
    if (found && *found != value) return std::nullopt;
    found = value;
  }
  return found;
}

std::optional<std::string> joined_value(const std::vector<Header>& headers, std::string_view name) {
  std::optional<std::string> joined;
  for (const Header& field : headers) {
    if (!iequals(field.name, name)) continue;
    if (joined) {
      *joined += ", ";
      *joined += trim_ows(field.value);
    } else {
      joined = trim_ows(field.value);
    }
  }
  return joined;
}

}  // namespace frontierd
