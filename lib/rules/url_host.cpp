#include "rules/url_host.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text.h"
#include "rules/idna.h"
#include "rules/url_ip.h"

namespace frontierd {
namespace {

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035 section 2.3.4, as text without the final dot
constexpr std::size_t kLabelBytesMax = 63;  // RFC 1035 section 2.3.4
constexpr std::size_t kRawNameBytesMax = 1'024;  // no longer UTF-8 text becomes a name of 253 bytes

// What an ASCII byte of a name becomes; 0 for what no name may hold.
constexpr std::array<char, 128> kNameByte = [] {
  std::array<char, 128> table{};
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = c;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = ascii_lower(c);
  for (char c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = c;
  for (char c : {'-', '_', '.'}) table[static_cast<std::size_t>(c)] = c;
  return table;
}();

constexpr bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
constexpr bool in_name(char c) {
  return is_ascii(c) && kNameByte[static_cast<std::size_t>(c)] != 0;
}

// The usual case: ASCII, which needs no mapping, Punycode or not. False: there is something else.
bool append_ascii_name(std::string& out, std::string_view host) {
  const std::size_t begin = out.size();
  out.resize(begin + host.size());
  char* to = out.data() + begin;
  for (char c : host) {
    if (!in_name(c)) return false;
    *to++ = kNameByte[static_cast<std::size_t>(c)];
  }
  return true;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_value(text[i + 1]) : -1;
    const int low = escape ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

// A name with non-ASCII text, label by label: WHATWG does not check the hyphens of a plain label,
// and an IDNA library does when it sees it beside another.
bool append_international_name(std::string& out, std::string name) {
  if (name.size() > kRawNameBytesMax) return false;
  for (char& c : name) {
    if (!is_ascii(c)) continue;
    if (!in_name(c)) return false;
    c = kNameByte[static_cast<std::size_t>(c)];
  }
  for (std::string_view stop : {"\u3002", "\uff0e", "\uff61"}) replace_all(name, stop, ".");
  const std::size_t begin = out.size();
  std::string_view separator;
  for (std::string_view label : split(name, '.')) {
    const std::optional<std::string> mapped = idna_label(label);
    if (!mapped || out.size() - begin > kNameBytesMax) return false;
    out.append(separator).append(*mapped);
    separator = ".";
  }
  return true;
}

bool append_name(std::string& out, std::string_view host) {
  const std::size_t begin = out.size();
  if (append_ascii_name(out, host)) return true;
  out.resize(begin);
  std::string decoded = percent_decode(host);
  if (append_ascii_name(out, decoded)) return true;
  out.resize(begin);
  return append_international_name(out, std::move(decoded));
}

bool is_dns_name(std::string_view name) {
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  if (name.size() > kNameBytesMax) return false;
  std::size_t length = 0;
  for (char c : name) {
    if (!in_name(c)) return false;
    length = c == '.' ? 0 : length + 1;
    if (length > kLabelBytesMax) return false;
  }
  return !name.empty() && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos;
}

bool append_bracketed(std::string& out, std::string_view host) {
  if (host.size() < 2 || host.back() != ']') return false;
  const std::optional<Ipv6Groups> address = parse_ipv6(host.substr(1, host.size() - 2));
  if (!address) return false;
  out += '[';
  append_ipv6(out, *address);
  out += ']';
  return true;
}

}  // namespace

bool append_host(std::string& out, std::string_view host) {
  if (host.starts_with('[')) return append_bracketed(out, host);
  const std::size_t begin = out.size();
  if (!append_name(out, host)) return false;
  const std::string_view name = std::string_view(out).substr(begin);
  if (!ends_in_number(name)) {
    if (!is_dns_name(name)) return false;
    if (name.back() == '.') out.pop_back();
    return true;
  }
  const std::optional<std::uint32_t> address = parse_ipv4(name);
  if (!address) return false;
  out.resize(begin);
  append_ipv4(out, *address);
  return true;
}

}  // namespace frontierd
