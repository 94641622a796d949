// Which addresses a crawler may connect to: global unicast, and what the operator allowed. It keeps
// a link on a public page from reaching the machine's own services, the neighbours' printers or a
// cloud's metadata. Addresses that carry an IPv4 address inside (mapped, compatible, NAT64, 6to4,
// Teredo, ISATAP) are judged by what they carry. Registries: RFC 6890 and the IANA special-purpose
// lists. It is asked when a name is resolved, and again, as the authority, when a socket is opened.
// Immutable, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/address.h"

namespace frontierd {

enum class AddressKind {
  Global,
  Unspecified,  // 0.0.0.0/8, ::
  Loopback,
  Private,  // RFC 1918, fec0::/10, NAT64 for local use
  LinkLocal,
  Metadata,     // where clouds serve credentials
  CarrierNat,   // 100.64.0.0/10
  UniqueLocal,  // fc00::/7
  Multicast,
  Broadcast,
  Documentation,
  Reserved,  // everything else that is not globally reachable
};
std::string_view to_string(AddressKind kind);  // "loopback", "link-local", ...

// The kind of the address, or of the least global address it carries.
AddressKind kind_of(const IpAddress& address);

class AddressGuard {
 public:
  AddressGuard() = default;
  explicit AddressGuard(std::vector<AddressRange> allowed) : allowed_(std::move(allowed)) {}

  // Why we do not connect there, and which setting would change it; nullopt: go ahead.
  std::optional<std::string> refusal(const IpAddress& address) const;

 private:
  bool allowed(const IpAddress& address) const;

  std::vector<AddressRange> allowed_;
};

}  // namespace frontierd
