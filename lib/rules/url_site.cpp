#include <libpsl.h>

#include <cstring>

#include "base/text.h"
#include "rules/url.h"
#include "rules/url_ip.h"

namespace frontierd {
namespace {

constexpr std::size_t kHostBytesMax = 255;  // longer than every canonical name

// The tail of `host` that is its registrable domain, or all of it.
std::string_view site_of(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool is_address = host.find(':') != std::string_view::npos || ends_in_number(host);
  if (is_address || host.empty() || host.size() > kHostBytesMax) return host;
  char name[kHostBytesMax + 1];  // libpsl reads up to a NUL
  std::memcpy(name, host.data(), host.size());
  name[host.size()] = '\0';
  const char* domain = psl_registrable_domain(psl_builtin(), name);
  return domain == nullptr ? host : host.substr(static_cast<std::size_t>(domain - name));
}

}  // namespace

std::uint32_t bucket_of(std::string_view host) {
  return static_cast<std::uint32_t>(stable_hash(site_of(host)) % kBuckets);
}

std::string registrable_domain(std::string_view host) {
  return std::string(site_of(host));
}

}  // namespace frontierd
