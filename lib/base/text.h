// Text without a locale: ASCII only, allocation only where a string is returned. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontierd {

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

// 0 to 15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string to_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
// The first position of `needle` in `text` whatever the case, or npos. `needle` must be lower case.
std::size_t ifind(std::string_view text, std::string_view needle);

// Without leading and trailing white space.
std::string_view trim(std::string_view text);
// At every separator; empty parts are kept, so n separators give n + 1 parts.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The whole text as a decimal integer of that type; nothing else around it.
template <class Integer>
std::optional<Integer> parse_int(std::string_view text) {
  Integer value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// Printable ASCII for messages: control and non-ASCII bytes as \xNN; beyond `limit`
// characters it is cut, never inside an escape, and ends in "...".
std::string for_message(std::string_view text, std::size_t limit = 120);

// The candidate nearest to `wanted` by edit distance, whatever the case, if near enough to be a
// likely slip of the pen.
std::optional<std::string> nearest_name(std::string_view wanted,
                                        const std::vector<std::string>& candidates);

// FNV-1a, finished with an avalanche: stable over versions, for buckets and duplicate detection.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ (h >> 32);
}

}  // namespace frontierd
