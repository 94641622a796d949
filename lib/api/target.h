// The target of a request, taken apart: path segments and query, percent-decoded. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace frontierd {

inline constexpr std::size_t kTargetBytesMax =
    52 * 1024;  // the longest URL, fully encoded, fits
inline constexpr std::size_t kQueryFieldsMax = 16;

struct Target {
  std::vector<std::string> path;  // "/v1/hosts/https%3A%2F%2Fa" → {"v1", "hosts", "https://a"}
  std::vector<std::pair<std::string, std::string>> query;

  std::optional<std::string> field(std::string_view name) const;  // the first of that name
  // Errc::Usage when a field is not one of `known`: a misspelt filter must not select everything.
  Result<void> only(std::span<const std::string_view> known) const;
};

// Errc::Usage: bad percent-encoding, too long, or too many fields.
Result<Target> parse_target(std::string_view text);

// Everything but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace frontierd
