#include "rules/url_ip.h"

#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::uint64_t kTooBig = std::uint64_t{1} << 32;  // above every IPv4 address

std::string_view without_final_dot(std::string_view host) {
  if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
  return host;
}

// One part of an IPv4 address; kTooBig stands for everything that does not fit.
std::optional<std::uint64_t> parse_part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  int base = 10;
  if (istarts_with(part, "0x")) {
    base = 16;
    part.remove_prefix(2);
  } else if (part.size() > 1 && part[0] == '0') {
    base = 8;
    part.remove_prefix(1);
  }
  std::uint64_t value = 0;
  for (char c : part) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= base) return std::nullopt;
    value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
    if (value > kTooBig) value = kTooBig;
  }
  return value;
}

void append_number(std::string& out, std::uint32_t value, int base) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, base);
  out.append(digits, end);
}

// Four decimal numbers to the end of the text, as the last two groups.
bool parse_dotted_tail(std::string_view text, Ipv6Groups& groups, std::size_t index) {
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 4) return false;
  std::uint32_t address = 0;
  for (std::string_view part : parts) {
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    std::uint32_t value = 0;
    for (char c : part) {
      if (!is_digit(c)) return false;
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (value > 255) return false;
    address = address << 8 | value;
  }
  groups[index] = static_cast<std::uint16_t>(address >> 16);
  groups[index + 1] = static_cast<std::uint16_t>(address & 0xffff);
  return true;
}

// Moves the groups that followed "::" to the end.
void expand(Ipv6Groups& groups, std::size_t compressed_at, std::size_t count) {
  std::size_t to = groups.size();
  for (std::size_t from = count; from > compressed_at; --from) {
    groups[--to] = std::exchange(groups[from - 1], std::uint16_t{0});
  }
}

struct Run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

Run longest_zero_run(const Ipv6Groups& groups) {
  Run best, current;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] != 0) {
      current.length = 0;
      continue;
    }
    if (current.length++ == 0) current.begin = i;
    if (current.length > best.length) best = current;
  }
  return best.length > 1 ? best : Run{};
}

}  // namespace

bool ends_in_number(std::string_view host) {
  host = without_final_dot(host);
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty() || !is_digit(last[0])) return false;
  return last.find_first_not_of("0123456789") == std::string_view::npos ||
         parse_part(last).has_value();
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  text = without_final_dot(text);
  std::uint64_t address = 0;
  for (int shift = 24;; shift -= 8) {
    const std::size_t dot = text.find('.');
    const std::optional<std::uint64_t> part = parse_part(text.substr(0, dot));
    if (!part || shift < 0) return std::nullopt;
    if (dot == std::string_view::npos) {
      if (*part >= std::uint64_t{1} << (shift + 8)) return std::nullopt;
      return static_cast<std::uint32_t>(address | *part);
    }
    if (*part > 255) return std::nullopt;
    address |= *part << shift;
    text.remove_prefix(dot + 1);
  }
}

std::optional<Ipv6Groups> parse_ipv6(std::string_view text) {
  Ipv6Groups groups{};
  std::size_t count = 0;
  std::optional<std::size_t> compressed_at;
  if (text.size() < 2 || (text[0] == ':' && text[1] != ':')) return std::nullopt;
  if (text[0] == ':') text.remove_prefix(1);
  while (!text.empty()) {
    if (text[0] == ':') {  // the second colon of "::"
      if (compressed_at) return std::nullopt;
      compressed_at = count;
      text.remove_prefix(1);
      continue;
    }
    if (count == groups.size()) return std::nullopt;
    unsigned value = 0;
    std::size_t length = 0;
    for (; length < 4 && length < text.size() && hex_value(text[length]) >= 0; ++length) {
      value = value * 16 + static_cast<unsigned>(hex_value(text[length]));
    }
    if (length == 0) return std::nullopt;
    if (length < text.size() && text[length] == '.') {
      if (count > 6 || !parse_dotted_tail(text, groups, count)) return std::nullopt;
      count += 2;
      break;
    }
    groups[count++] = static_cast<std::uint16_t>(value);
    text.remove_prefix(length);
    if (text.empty()) break;
    if (text[0] != ':' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  if (compressed_at ? count == groups.size() : count != groups.size()) return std::nullopt;
  if (compressed_at) expand(groups, *compressed_at, count);
  return groups;
}

void append_ipv4(std::string& out, std::uint32_t address) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    append_number(out, address >> shift & 0xff, 10);
    if (shift > 0) out += '.';
  }
}

void append_ipv6(std::string& out, const Ipv6Groups& groups) {
  const Run zeros = longest_zero_run(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (zeros.length > 0 && i == zeros.begin) {
      out += "::";
      i += zeros.length - 1;
      continue;
    }
    if (i > 0 && out.back() != ':') out += ':';
    append_number(out, groups[i], 16);
  }
}

}  // namespace frontierd
