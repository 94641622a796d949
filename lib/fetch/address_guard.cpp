#include "fetch/address_guard.h"

#include <algorithm>

#include "base/check.h"

namespace frontierd {
namespace {

struct SpecialRange {
  AddressRange range;
  AddressKind kind;
};

AddressRange range_of(std::string_view text) {
  const auto range = parse_range(text);
  CHECK(range);
  return *range;
}

// The first match decides.
const std::vector<SpecialRange>& special_v4() {
  static const std::vector<SpecialRange> kTable = {
      {range_of("0.0.0.0/8"), AddressKind::Unspecified},
      {range_of("127.0.0.0/8"), AddressKind::Loopback},
      {range_of("169.254.169.254"), AddressKind::Metadata},
      {range_of("169.254.170.2"), AddressKind::Metadata},
      {range_of("168.63.129.16"), AddressKind::Metadata},
      {range_of("192.0.0.192"), AddressKind::Metadata},
      {range_of("100.100.100.200"), AddressKind::Metadata},
      {range_of("169.254.0.0/16"), AddressKind::LinkLocal},
      {range_of("10.0.0.0/8"), AddressKind::Private},
      {range_of("172.16.0.0/12"), AddressKind::Private},
      {range_of("192.168.0.0/16"), AddressKind::Private},
      {range_of("100.64.0.0/10"), AddressKind::CarrierNat},
      {range_of("192.0.0.0/24"), AddressKind::Reserved},
      {range_of("192.0.2.0/24"), AddressKind::Documentation},
      {range_of("198.51.100.0/24"), AddressKind::Documentation},
      {range_of("203.0.113.0/24"), AddressKind::Documentation},
      {range_of("192.88.99.0/24"), AddressKind::Reserved},
      {range_of("198.18.0.0/15"), AddressKind::Reserved},
      {range_of("224.0.0.0/4"), AddressKind::Multicast},
      {range_of("255.255.255.255"), AddressKind::Broadcast},
      {range_of("240.0.0.0/4"), AddressKind::Reserved},
  };
  return kTable;
}

const std::vector<SpecialRange>& special_v6() {
  static const std::vector<SpecialRange> kTable = {
      {range_of("::"), AddressKind::Unspecified},
      {range_of("::1"), AddressKind::Loopback},
      {range_of("64:ff9b:1::/48"), AddressKind::Private},
      {range_of("fd00:ec2::254"), AddressKind::Metadata},
      {range_of("fc00::/7"), AddressKind::UniqueLocal},
      {range_of("fe80::/10"), AddressKind::LinkLocal},
      {range_of("fec0::/10"), AddressKind::Private},
      {range_of("ff00::/8"), AddressKind::Multicast},
      {range_of("2001:db8::/32"), AddressKind::Documentation},
      {range_of("3fff::/20"), AddressKind::Documentation},
      {range_of("2001::/23"), AddressKind::Reserved},
      {range_of("2000::/3"), AddressKind::Global},
      {range_of("::/0"), AddressKind::Reserved},
  };
  return kTable;
}

AddressKind lookup(const std::vector<SpecialRange>& table, const IpAddress& address) {
  for (const SpecialRange& row : table) {
    if (contains(row.range, address)) return row.kind;
  }
  return AddressKind::Global;
}

IpAddress v4_at(const IpAddress& address, std::size_t offset, std::uint8_t flip = 0) {
  IpAddress found;
  for (std::size_t i = 0; i < 4; ++i) {
    found.bytes[i] = static_cast<std::uint8_t>(address.bytes[offset + i] ^ flip);
  }
  return found;
}

bool is_isatap(const IpAddress& address) {
  return (address.bytes[8] & 0xfd) == 0 && address.bytes[9] == 0 && address.bytes[10] == 0x5e &&
         address.bytes[11] == 0xfe;
}

// The IPv4 addresses that an IPv6 address carries.
std::vector<IpAddress> carried(const IpAddress& address) {
  static const AddressRange kTail[] = {range_of("::ffff:0:0/96"), range_of("::ffff:0:0:0/96"),
                                       range_of("64:ff9b::/96"), range_of("::/96")};
  static const AddressRange kSixToFour = range_of("2002::/16");
  static const AddressRange kTeredo = range_of("2001::/32");
  static const IpAddress kLoopback = range_of("::1").base;
  if (!address.v6 || address == kLoopback || address == IpAddress{true, {}}) return {};
  for (const AddressRange& range : kTail) {
    if (contains(range, address)) return {v4_at(address, 12)};
  }
  if (contains(kSixToFour, address)) return {v4_at(address, 2)};
  if (contains(kTeredo, address)) return {v4_at(address, 4), v4_at(address, 12, 0xff)};
  if (is_isatap(address)) return {v4_at(address, 12)};
  return {};
}

}  // namespace

std::string_view to_string(AddressKind kind) {
  switch (kind) {
    case AddressKind::Global:
      return "global";
    case AddressKind::Unspecified:
      return "unspecified";
    case AddressKind::Loopback:
      return "loopback";
    case AddressKind::Private:
      return "private";
    case AddressKind::LinkLocal:
      return "link-local";
    case AddressKind::Metadata:
      return "cloud metadata";
    case AddressKind::CarrierNat:
      return "carrier-grade NAT";
    case AddressKind::UniqueLocal:
      return "unique local";
    case AddressKind::Multicast:
      return "multicast";
    case AddressKind::Broadcast:
      return "broadcast";
    case AddressKind::Documentation:
      return "documentation";
    case AddressKind::Reserved:
      return "reserved";
  }
  return "unknown";
}

AddressKind kind_of(const IpAddress& address) {
  const std::vector<IpAddress> inner = carried(address);
  for (const IpAddress& v4 : inner) {
    if (const AddressKind kind = lookup(special_v4(), v4); kind != AddressKind::Global) return kind;
  }
  if (!inner.empty() && !is_isatap(address)) return AddressKind::Global;
  return lookup(address.v6 ? special_v6() : special_v4(), address);
}

bool AddressGuard::allowed(const IpAddress& address) const {
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const AddressRange& range) { return contains(range, address); });
}

std::optional<std::string> AddressGuard::refusal(const IpAddress& address) const {
  const AddressKind kind = kind_of(address);
  if (kind == AddressKind::Global || allowed(address)) return std::nullopt;
  const std::vector<IpAddress> inner = carried(address);
  const bool inner_will_do = std::all_of(inner.begin(), inner.end(), [&](const IpAddress& v4) {
    return allowed(v4) || kind_of(v4) == AddressKind::Global;
  });
  // An ISATAP address has a network of its own, which must do as well.
  const bool network_will_do =
      !is_isatap(address) || lookup(special_v6(), address) == AddressKind::Global;
  if (!inner.empty() && inner_will_do && network_will_do) return std::nullopt;
  return to_text(address) + " is a " + std::string(to_string(kind)) +
         " address; allow it with fetch.allow_addresses if the crawl is meant to reach it";
}

}  // namespace frontierd
