// The authority of a canonical URL as the fetcher needs it, and the check that libcurl's parser
// reads the same host as we do: a URL that two parsers read differently could pass the gates as one
// host and be fetched from another.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace frontierd {

// Views into the URL that was split.
struct Authority {
  std::string_view origin;  // "https://example.org:8443"
  std::string_view scheme;
  std::string_view host;       // without brackets
  std::string_view host_port;  // as the Host field has it
  std::string_view target;     // path and query, at least "/"
  std::uint16_t port = 0;      // effective
  bool literal_v6 = false;
};

// nullopt: not the canonical form of an http(s) URL. A host key ("https://example.org") will do
// too.
std::optional<Authority> split_authority(std::string_view url);

// One per thread.
class UrlCrossCheck {
 public:
  UrlCrossCheck();
  ~UrlCrossCheck();
  UrlCrossCheck(const UrlCrossCheck&) = delete;
  UrlCrossCheck& operator=(const UrlCrossCheck&) = delete;

  // What libcurl reads differently, in words; nullopt: both agree.
  std::optional<std::string> difference(const std::string& url, const Authority& ours);

 private:
  std::optional<std::string> part(int which);

  void* handle_;
};

}  // namespace frontierd
