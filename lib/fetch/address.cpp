#include "fetch/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "base/text.h"

namespace frontierd {

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.size() > 1 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  char buffer[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof(buffer)) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  IpAddress address;
  if (inet_pton(AF_INET, buffer, address.bytes.data()) == 1) return address;
  address.v6 = true;
  if (inet_pton(AF_INET6, buffer, address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::string to_text(const IpAddress& address) {
  char buffer[INET6_ADDRSTRLEN];
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), buffer, sizeof(buffer));
  return buffer;
}

std::optional<IpAddress> address_of(const sockaddr* address) {
  IpAddress found;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof(v4));
    std::memcpy(found.bytes.data(), &v4.sin_addr, 4);
    return found;
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof(v6));
    found.v6 = true;
    std::memcpy(found.bytes.data(), &v6.sin6_addr, 16);
    return found;
  }
  return std::nullopt;
}

Result<AddressRange> parse_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  const int widest = base && base->v6 ? 128 : 32;
  int prefix = widest;
  if (slash != std::string_view::npos) {
    prefix = parse_int<int>(text.substr(slash + 1)).value_or(-1);
  }
  if (!base || prefix < 0 || prefix > widest) {
    return fail(Errc::Usage, "'" + for_message(text) +
                                 "' is not an address range; write it like 10.0.0.0/8, "
                                 "fd00::/8 or 127.0.0.1");
  }
  return AddressRange{*base, prefix};
}

bool contains(const AddressRange& range, const IpAddress& address) {
  if (range.base.v6 != address.v6) return false;
  const auto whole = static_cast<std::size_t>(range.prefix / 8);
  if (std::memcmp(range.base.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const int rest = range.prefix % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return ((range.base.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

}  // namespace frontierd
