#include "rules/url.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "rules/url_host.h"
#include "rules/url_path.h"

namespace frontierd {
namespace {

// Where the host begins: after "scheme://", which canonical text need not have.
std::size_t authority_begin(std::string_view canonical) {
  const auto slashes = canonical.find("//");
  return slashes == std::string_view::npos ? 0 : slashes + 2;
}

struct FaultText {
  std::string_view name;
  std::string_view reason;
};
constexpr std::array<FaultText, 7> kFaults{{
    {"empty", "there is no URL here; write one like https://example.com/page"},
    {"too_long", "longer than 16384 bytes; only URLs up to that length are accepted"},
    {"too_deep", "more than 64 path segments; only paths up to that depth are accepted"},
    {"bad_scheme", "not an http or https URL; begin it with http:// or https://"},
    {"userinfo", "a user name or password before the host is not accepted; remove it and its @"},
    {"bad_host",
     "the host is missing or no valid name or address; write one like example.com, "
     "192.0.2.1 or [2001:db8::1]"},
    {"bad_port", "the port is no number from 1 to 65535; correct it or leave it out"},
}};
static_assert(kUrlLengthMax == 16'384 && kUrlDepthMax == 64, "the reasons above name the limits");

constexpr bool is_slash(char c) {
  return c == '/' || c == '\\';
}
constexpr bool is_scheme_char(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '+' || c == '-' || c == '.';
}

// Without control bytes and spaces around it, and without tabs and line ends anywhere; `buffer` is
// used only if there were some inside.
std::string_view clean(std::string_view text, std::string& buffer) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  constexpr auto kRemoved = [](char c) { return c == '\t' || c == '\n' || c == '\r'; };
  if (text.size() > kUrlLengthMax || std::none_of(text.begin(), text.end(), kRemoved)) return text;
  std::remove_copy_if(text.begin(), text.end(), std::back_inserter(buffer), kRemoved);
  return buffer;
}

// Takes "scheme:" off the text; empty and untouched if there is none.
std::string_view take_scheme(std::string_view& text) {
  if (text.empty() || !is_scheme_char(text[0]) || ascii_lower(text[0]) < 'a') return {};
  std::size_t end = 1;
  while (end < text.size() && is_scheme_char(text[end])) ++end;
  if (end == text.size() || text[end] != ':') return {};
  const std::string_view scheme = text.substr(0, end);
  text.remove_prefix(end + 1);
  return scheme;
}

std::string_view without_fragment(std::string_view text) {
  return text.substr(0, text.find('#'));
}

struct Target {
  std::string_view path;
  std::string_view query;  // with its '?', or empty
};
Target split_target(std::string_view text) {
  const std::size_t mark = std::min(text.find('?'), text.size());
  return {text.substr(0, mark), text.substr(mark)};
}

struct HostPort {
  std::string_view host;
  std::string_view port;  // without its ':', perhaps empty
};
std::optional<HostPort> split_authority(std::string_view authority) {
  std::size_t end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
  if (authority.starts_with('[')) {
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
    if (end < authority.size() && authority[end] != ':') return std::nullopt;
  }
  if (end >= authority.size()) return HostPort{authority, {}};
  return HostPort{authority.substr(0, end), authority.substr(end + 1)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  const std::optional<std::uint16_t> port = parse_int<std::uint16_t>(text);
  return port == 0 ? std::nullopt : port;
}

}  // namespace

std::string_view to_string(UrlFault fault) {
  return kFaults[static_cast<std::size_t>(fault)].name;
}
std::string_view reason(UrlFault fault) {
  return kFaults[static_cast<std::size_t>(fault)].reason;
}

tl::expected<Url, UrlFault> Url::parse(std::string_view text) {
  std::string buffer;
  text = clean(text, buffer);
  if (text.empty()) return tl::unexpected(UrlFault::Empty);
  if (text.size() > kUrlLengthMax) return tl::unexpected(UrlFault::TooLong);
  const std::string_view scheme = take_scheme(text);
  const bool https = iequals(scheme, "https");
  if (!https && !iequals(scheme, "http")) return tl::unexpected(UrlFault::BadScheme);
  return from_authority(https, text);
}

tl::expected<Url, UrlFault> Url::resolve(std::string_view reference) const {
  std::string buffer;
  reference = clean(reference, buffer);
  if (reference.size() > kUrlLengthMax) return tl::unexpected(UrlFault::TooLong);
  const std::string_view named = take_scheme(reference);
  const bool https = named.empty() ? is_https() : iequals(named, "https");
  if (!named.empty() && !https && !iequals(named, "http")) {
    return tl::unexpected(UrlFault::BadScheme);
  }
  const bool has_authority =
      reference.size() > 1 && is_slash(reference[0]) && is_slash(reference[1]);
  if (has_authority || https != is_https()) return from_authority(https, reference);
  return from_relative(reference);
}

// `text` is what follows the scheme; however many slashes it begins with, a host comes next.
tl::expected<Url, UrlFault> Url::from_authority(bool https, std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("/\\"), text.size()));
  const std::size_t end = std::min(text.find_first_of("/\\?#"), text.size());
  Url url;
  url.text_.reserve(text.size() + 16);
  url.text_ = https ? "https://" : "http://";
  url.scheme_end_ = https ? 5 : 4;
  if (const auto fault = url.append_authority(text.substr(0, end))) return tl::unexpected(*fault);
  const Target target = split_target(without_fragment(text.substr(end)));
  if (const auto fault = url.append_target(target.path, target.query)) {
    return tl::unexpected(*fault);
  }
  return url;
}

tl::expected<Url, UrlFault> Url::from_relative(std::string_view reference) const {
  const Target target = split_target(without_fragment(reference));
  Url url = *this;
  std::string_view query = target.query;
  if (target.path.empty()) {
    if (query.empty()) return url;
    url.text_.resize(path_end_);
  } else {
    const bool absolute = is_slash(target.path[0]);
    url.text_.resize(absolute ? host_end_ : text_.rfind('/', path_end_ - 1) + 1);
  }
  if (const auto fault = url.append_target(target.path, query)) return tl::unexpected(*fault);
  return url;
}

std::optional<UrlFault> Url::append_authority(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) return UrlFault::Userinfo;
  const std::optional<HostPort> parts = split_authority(authority);
  if (!parts || parts->host.empty()) return UrlFault::BadHost;
  if (!append_host(text_, parts->host)) return UrlFault::BadHost;
  const std::uint16_t default_port = is_https() ? 443 : 80;
  port_ = default_port;
  if (!parts->port.empty()) {
    const std::optional<std::uint16_t> port = parse_port(parts->port);
    if (!port) return UrlFault::BadPort;
    port_ = *port;
  }
  if (port_ != default_port) text_.append(1, ':').append(std::to_string(port_));
  host_end_ = static_cast<std::uint32_t>(text_.size());
  return std::nullopt;
}

// The path goes behind what text_ holds of one already; the query begins with '?' or is empty.
std::optional<UrlFault> Url::append_target(std::string_view path, std::string_view query) {
  if (!path.empty() || text_.size() == host_end_) append_path(text_, host_end_, path);
  path_end_ = static_cast<std::uint32_t>(text_.size());
  if (!query.empty()) {
    text_ += '?';
    append_query(text_, query.substr(1));
  }
  if (text_.size() > kUrlLengthMax) return UrlFault::TooLong;
  const std::string_view segments = this->path();
  if (static_cast<std::size_t>(std::count(segments.begin(), segments.end(), '/')) > kUrlDepthMax) {
    return UrlFault::TooDeep;
  }
  return std::nullopt;
}

std::string_view Url::scheme() const {
  return std::string_view(text_).substr(0, scheme_end_);
}

std::string_view Url::host() const {
  return host_in(host_key());
}

std::string_view Url::host_key() const {
  return std::string_view(text_).substr(0, host_end_);
}

std::string_view Url::path() const {
  return std::string_view(text_).substr(host_end_, path_end_ - host_end_);
}

std::string_view Url::path_and_query() const {
  return std::string_view(text_).substr(host_end_);
}

Url Url::robots() const {
  Url url = *this;
  url.text_.resize(host_end_);
  url.text_ += "/robots.txt";
  url.path_end_ = static_cast<std::uint32_t>(url.text_.size());
  return url;
}

std::string_view host_in(std::string_view canonical) {
  const std::string_view authority = canonical.substr(authority_begin(canonical));
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find_first_of(":/"));
}

std::string_view path_and_query_in(std::string_view canonical) {
  const auto path = canonical.find('/', authority_begin(canonical));
  return path == std::string_view::npos ? std::string_view{} : canonical.substr(path);
}

}  // namespace frontierd
