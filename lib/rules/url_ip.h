// IP addresses as they stand in the host of a URL: read and written by the rules of WHATWG URL,
// "host parsing" and "host serializing". Pure and thread-safe; no limits on the input's length.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontierd {

using Ipv6Groups = std::array<std::uint16_t, 8>;

// Whether the last label is a number, so that the host is an IPv4 address or nothing at all.
bool ends_in_number(std::string_view host);
// One to four parts, each decimal, octal (leading 0) or hexadecimal (leading 0x); the last part
// fills what is left: "127.1", "0x7f000001" and "0177.0.0.1" are all 127.0.0.1.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
// RFC 4291 section 2.2 without brackets and zone; the last 32 bits may be dotted decimal.
std::optional<Ipv6Groups> parse_ipv6(std::string_view text);

void append_ipv4(std::string& out, std::uint32_t address);
// Lower case, the first longest run of two or more zero groups as "::" (RFC 5952 section 4); never
// dotted decimal, whatever the prefix.
void append_ipv6(std::string& out, const Ipv6Groups& groups);

}  // namespace frontierd
