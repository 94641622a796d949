#include "rules/host_pattern.h"

#include <algorithm>

#include "rules/url.h"

namespace frontierd {
namespace {

constexpr std::string_view kBelow = "*.";

// Nothing that a URL may have beside its host; colons belong to an IPv6 address.
bool has_other_parts(std::string_view text) {
  const auto other = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || std::string_view("/\\?#@*").find(c) != std::string_view::npos;
  };
  return std::any_of(text.begin(), text.end(), other);
}

std::optional<std::string> canonical_host(std::string_view text) {
  if (text.empty() || has_other_parts(text)) return std::nullopt;
  const auto colons = std::count(text.begin(), text.end(), ':');
  if (colons == 1 || (text.front() == '[') != (text.back() == ']')) return std::nullopt;
  const bool bare_v6 = colons > 0 && text.front() != '[';
  const auto url = Url::parse("http://" + (bare_v6 ? "[" + std::string(text) + "]" : std::string(text)));
  if (!url) return std::nullopt;
  return std::string(url->host());
}

}  // namespace

std::optional<std::string> parse_host_pattern(std::string_view text) {
  if (text == "*") return std::string(text);
  if (!text.starts_with(kBelow)) return canonical_host(text);
  const auto domain = canonical_host(text.substr(kBelow.size()));
  if (!domain || domain->find(':') != std::string::npos) return std::nullopt;
  return std::string(kBelow) + *domain;
}

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*") return true;
  if (!pattern.starts_with(kBelow)) return pattern == host;
  const std::string_view domain = pattern.substr(kBelow.size());
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

}  // namespace frontierd
