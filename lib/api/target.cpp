#include "api/target.h"

#include <algorithm>

#include "base/text.h"

namespace frontierd {
namespace {

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return fail(Errc::Usage,
                    "a '%' in the request target is not followed by two hex digits; "
                    "encode a literal '%' as %25");
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> Target::field(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<void> Target::only(std::span<const std::string_view> known) const {
  for (const auto& [key, value] : query) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::vector<std::string> names(known.begin(), known.end());
    std::string what = "unknown query field \"" + for_message(key, 40) + "\"; ";
    what += names.empty() ? "this route takes none" : "known are " + join(names, ", ");
    return fail(Errc::Usage, std::move(what));
  }
  return {};
}

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kTargetBytesMax) {
    return fail(Errc::Usage,
                "the request target is longer than " + std::to_string(kTargetBytesMax) + " bytes");
  }
  if (text.empty() || text.front() != '/') {
    return fail(Errc::Usage, "the request target must be a path, for example /v1/status");
  }
  Target out;
  const std::size_t mark = text.find('?');
  for (std::string_view part : split(text.substr(1, mark - 1), '/')) {
    TRY_ASSIGN(std::string decoded, percent_decode(part, false));
    out.path.push_back(std::move(decoded));
  }
  if (out.path.back().empty()) out.path.pop_back();
  if (mark == std::string_view::npos || mark + 1 == text.size()) return out;
  for (std::string_view part : split(text.substr(mark + 1), '&')) {
    if (part.empty()) continue;
    if (out.query.size() == kQueryFieldsMax) {
      return fail(Errc::Usage, "more than " + std::to_string(kQueryFieldsMax) + " query fields");
    }
    const std::size_t equals = std::min(part.find('='), part.size());
    TRY_ASSIGN(std::string key, percent_decode(part.substr(0, equals), true));
    TRY_ASSIGN(std::string value,
               percent_decode(part.substr(std::min(equals + 1, part.size())), true));
    out.query.emplace_back(std::move(key), std::move(value));
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    const bool plain = is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

}  // namespace frontierd
