#include <algorithm>
#include <array>

#include "base/text.h"
#include "fetch/address.h"
#include "fetch/authority.h"
#include "fetch/options.h"
#include "rules/url.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 4> kFields{"{host}", "{site}", "{egress}", "{session}"};
constexpr std::size_t kUsernameMax = 255;  // RFC 1929

std::string session_of(std::string_view host) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint64_t hash = stable_hash(host);
  std::string out;
  for (int i = 0; i < 8; ++i, hash >>= 4) out += digits[hash & 15];
  return out;
}

std::string value_of(std::string_view field, const EgressWay& way, std::string_view host) {
  if (field == "{egress}") return way.name;
  if (field == "{session}") return session_of(host);
  std::string name = field == "{host}" ? std::string(host) : registrable_domain(host);
  std::replace(name.begin(), name.end(), ':', '-');  // a colon would end the username
  return name;
}

// The field that begins at `at`, or nothing.
std::string_view field_at(std::string_view text, std::size_t at) {
  for (const std::string_view field : kFields) {
    if (text.substr(at).starts_with(field)) return field;
  }
  return {};
}

std::string complaint_of_username(const std::string& text) {
  if (text.size() > kUsernameMax) return "username is longer than 255 bytes";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c <= 0x20 || c >= 0x7f || c == ':') return "username wants printable ASCII without \":\"";
    if (text[i] != '{' && text[i] != '}') continue;
    const std::string_view field = field_at(text, i);
    if (field.empty()) return "username knows {host}, {site}, {egress} and {session} only";
    i += field.size() - 1;
  }
  return {};
}

}  // namespace

std::string fill_username(const EgressWay& way, std::string_view host) {
  std::string out;
  for (std::size_t i = 0; i < way.username.size();) {
    const std::string_view field = field_at(way.username, i);
    if (field.empty()) {
      out += way.username[i++];
    } else {
      out += value_of(field, way, host);
      i += field.size();
    }
  }
  return out;
}

std::string complaint(const EgressWay& way) {
  const bool proxy = way.kind == EgressKind::Http || way.kind == EgressKind::Socks5;
  const bool secret = !way.password_file.empty() || !way.credential.empty();
  if (!proxy && (secret || !way.username.empty())) {
    return "takes username and password only with kind http or socks5";
  }
  if (way.kind == EgressKind::Direct) {
    return way.address.empty() ? "" : "takes an address only with kind source, http or socks5";
  }
  if (way.kind == EgressKind::Source) {
    return parse_address(way.address) ? ""
                                      : "address wants an IP address of this machine, such as "
                                        "\"192.0.2.7\"";
  }
  const std::string as_url = "http://" + way.address;
  const auto authority = split_authority(as_url);
  const bool has_port = way.address.rfind(':') != std::string::npos && !way.address.ends_with(']');
  if (!authority || !has_port) return "address wants host:port, such as \"proxy.example:3128\"";
  if (!way.password_file.empty() && !way.credential.empty()) {
    return "takes its password from password_file or credential, not from both";
  }
  if (secret && way.username.empty()) return "has a password but no username";
  if (way.credential.find('/') != std::string::npos) return "credential is a name, not a path";
  return complaint_of_username(way.username);
}

}  // namespace frontierd
