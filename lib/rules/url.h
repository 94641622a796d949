// A canonical http(s) URL: the only form in which a URL is stored, compared and given to the
// fetcher.
//
// Canonical means: WHATWG URL host and path rules (ASCII-lower scheme and host, UTS 46 to Punycode,
// IPv4 shorthand spelled out, dot segments resolved, default port dropped), no dot at the end of
// the host ("example.com." is the same name), no fragment, no userinfo, percent-encoding in upper-case hex, unreserved bytes decoded, reserved bytes left as
// they came (%2F stays %2F). parse(text(parse(x))) == parse(x). The text is printable ASCII without
// space or backslash, and its host is IPv6 in brackets or only letters, digits, '-', '_' and '.':
// nothing another parser could read as something else. Differences from WHATWG are listed in
// tests/golden/README.md. Parsing is linear in the input. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace frontierd {

enum class UrlFault {
  Empty,
  TooLong,    // longer than kUrlLengthMax, before or after canonicalisation
  TooDeep,    // more than kUrlDepthMax path segments
  BadScheme,  // neither http nor https, or no scheme at all
  Userinfo,   // user:password@ is refused: secrets do not belong in a frontier
  BadHost,    // empty, forbidden code points, IDNA failure, bad IPv4 or IPv6, no DNS name
  BadPort,    // not a number from 1 to 65535
};
std::string_view to_string(UrlFault fault);  // "bad_scheme"
std::string_view reason(UrlFault fault);     // for people: what is wrong and what is accepted

// No URL at all is longer; which are wanted, ScopePolicy::url_max says.
inline constexpr std::size_t kUrlLengthMax = 16'384;
inline constexpr std::size_t kUrlDepthMax = 64;
inline constexpr std::uint32_t kBuckets = 1'024;

// A default-made Url is empty; it is a place to put one, never a value to store.
class Url {
 public:
  static tl::expected<Url, UrlFault> parse(std::string_view text);
  // A reference (Location, redirect target) as seen from this URL; the result passes every rule.
  tl::expected<Url, UrlFault> resolve(std::string_view reference) const;

  const std::string& text() const { return text_; }
  std::string_view scheme() const;
  std::string_view host() const;                // IPv6 without its brackets
  std::uint16_t port() const { return port_; }  // the effective port, never 0
  bool is_https() const { return scheme_end_ == 5; }
  // "https://example.com" or "http://[::1]:8080": no trailing slash.
  std::string_view host_key() const;
  std::string_view path() const;  // "/a/b", at least "/"
  std::string_view path_and_query() const;
  Url robots() const;  // host key + /robots.txt

  bool operator==(const Url& other) const { return text_ == other.text_; }

 private:
  static tl::expected<Url, UrlFault> from_authority(bool https, std::string_view text);
  tl::expected<Url, UrlFault> from_relative(std::string_view reference) const;
  std::optional<UrlFault> append_authority(std::string_view authority);
  std::optional<UrlFault> append_target(std::string_view path, std::string_view query);

  std::string text_;
  std::uint32_t scheme_end_ = 0;  // length of the scheme
  std::uint32_t host_end_ = 0;    // end of scheme://host[:port]
  std::uint32_t path_end_ = 0;
  std::uint16_t port_ = 0;
};

// Parts of text that is canonical already (a stored URL, a host key): found, not parsed again.
std::string_view host_in(std::string_view canonical);            // as Url::host()
std::string_view path_and_query_in(std::string_view canonical);  // empty for a host key

// The bucket of a host: a hash of its canonical registrable domain (public suffix list; the address
// itself for IP hosts), so that all hosts of a site share an owner. Stable over versions.
std::uint32_t bucket_of(std::string_view host);
// "example.co.uk" for "www.shop.example.co.uk"; the host itself where there is none.
std::string registrable_domain(std::string_view host);

}  // namespace frontierd
