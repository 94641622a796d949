// IP addresses and ranges as values. Pure and thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sockaddr;

namespace frontierd {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four
  bool operator==(const IpAddress&) const = default;
};

struct AddressRange {
  IpAddress base;
  int prefix = 0;  // bits that count
};

// "192.0.2.1", "2001:db8::1", with or without brackets. No zone, no shorthand.
std::optional<IpAddress> parse_address(std::string_view text);
std::string to_text(const IpAddress& address);
std::optional<IpAddress> address_of(const sockaddr* address);

// "127.0.0.0/8", "fd00::/8", or one address. Errc::Usage with the accepted form otherwise.
Result<AddressRange> parse_range(std::string_view text);
bool contains(const AddressRange& range, const IpAddress& address);

}  // namespace frontierd
