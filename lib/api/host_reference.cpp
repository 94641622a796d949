#include "api/host_reference.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rules/url.h"

namespace frontierd {
namespace {

constexpr int kNearestShown = 3;
constexpr std::string_view kSchemes[] = {"http://", "https://"};

struct Meant {
  std::string scheme;  // empty: every one
  std::string name;    // as in a key, IPv6 in brackets
  std::string port;    // ":8443"; empty: the scheme's own, or every one where there is no scheme
  std::string key() const { return scheme + name + port; }
};

Result<Meant> parse(const std::string& text) {
  const bool has_scheme = text.find("://") != std::string::npos;
  const auto url = Url::parse(has_scheme ? text : "https://" + text);
  if (!url) return fail(Errc::Usage, "not a host: " + std::string(reason(url.error())));
  Meant meant;
  const bool v6 = url->host().find(':') != std::string_view::npos;
  meant.name = v6 ? "[" + std::string(url->host()) + "]" : std::string(url->host());
  const std::string_view key = url->host_key();
  if (has_scheme) {
    meant.scheme = std::string(url->scheme()) + "://";
    meant.port = key.substr(meant.scheme.size() + meant.name.size());
    return meant;
  }
  // Without a scheme ":443" is said, too.
  const std::string authority = text.substr(0, text.find_first_of("/?#"));
  const std::size_t colon = authority.rfind(':');
  const bool said = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  if (said) meant.port = ":" + std::to_string(url->port());
  return meant;
}

// All of this name that are on record, in the order of their keys.
Result<std::vector<std::string>> of_name(Inspector& inspector, const std::string& name) {
  std::vector<std::string> keys;
  for (const std::string_view scheme : kSchemes) {
    const std::string key = std::string(scheme) + name;
    TRY_ASSIGN(const auto record, inspector.host(key));
    if (record) keys.push_back(key);
    // ';' is the byte after ':'.
    TRY_ASSIGN(const auto ports, inspector.host_keys(key + ':', key + ';', kHostsMeantMax + 1));
    keys.insert(keys.end(), ports.begin(), ports.end());
  }
  return keys;
}

bool is_meant(const Meant& meant, const std::string& key) {
  if (!meant.scheme.empty()) return key == meant.key();
  if (meant.port.empty()) return true;
  const auto url = Url::parse(key);
  return url && ":" + std::to_string(url->port()) == meant.port;
}

// As in a key: IPv6 in brackets, no port.
std::string_view name_in(std::string_view key) {
  key.remove_prefix(key.find("//") + 2);
  return key.substr(0, key.find(':', key.starts_with('[') ? key.find(']') : 0));
}

// Names that begin alike, and the first ones on record, which in a small frontier are all.
Result<std::set<std::string>> candidates(Inspector& inspector, const std::string& name) {
  std::set<std::string> names;
  for (const std::string_view scheme : kSchemes) {
    for (const std::string& begin : {name.substr(0, std::min<std::size_t>(3, name.size())),
                                     std::string("www."), std::string()}) {
      const std::string from = std::string(scheme) + begin;
      TRY_ASSIGN(const auto keys, inspector.host_keys(from, from + '\x7f', kNamesLookedAt / 6));
      for (const std::string& key : keys) names.emplace(name_in(key));
    }
  }
  return names;
}

Result<std::string> nearest(Inspector& inspector, const Meant& meant) {
  TRY_ASSIGN(std::vector<std::string> found, of_name(inspector, meant.name));
  TRY_ASSIGN(const auto others, candidates(inspector, meant.name));
  std::vector<std::string> left(others.begin(), others.end());
  std::erase(left, meant.name);
  while (static_cast<int>(found.size()) < kNearestShown) {
    const auto near = nearest_name(meant.name, left);
    if (!near) break;
    std::erase(left, *near);
    TRY_ASSIGN(const auto hosts, of_name(inspector, *near));
    found.insert(found.end(), hosts.begin(), hosts.end());
  }
  if (found.empty()) return std::string("none is like it");
  found.resize(std::min<std::size_t>(found.size(), kNearestShown));
  return "nearest: " + join(found, ", ");
}

}  // namespace

Result<std::vector<std::string>> hosts_meant(Inspector& inspector, const std::string& text) {
  TRY_ASSIGN(const Meant meant, parse(text));
  TRY_ASSIGN(std::vector<std::string> keys, of_name(inspector, meant.name));
  std::erase_if(keys, [&](const std::string& key) { return !is_meant(meant, key); });
  if (keys.size() > kHostsMeantMax) {
    return fail(Errc::Limit, text + " stands for more than " + std::to_string(kHostsMeantMax) +
                                 " hosts; name them with scheme and port");
  }
  if (!keys.empty()) return keys;
  TRY_ASSIGN(const std::string near, nearest(inspector, meant));
  return fail(Errc::NotFound, "no host " + meant.key() + " is on record (" + near +
                                  "); `frontierctl hosts PART` finds others");
}

Result<std::string> host_meant(Inspector& inspector, const std::string& text) {
  TRY_ASSIGN(const auto keys, hosts_meant(inspector, text));
  if (keys.size() == 1) return keys.front();
  return fail(Errc::Conflict, text + " stands for " + std::to_string(keys.size()) +
                                  " hosts on record (" + join(keys, ", ") +
                                  "); name the one you mean with its scheme");
}

Result<std::string> host_key_of_text(const std::string& text) {
  TRY_ASSIGN(const Meant meant, parse(text));
  const auto url =
      Url::parse((meant.scheme.empty() ? "https://" : meant.scheme) + meant.name + meant.port);
  if (!url) return fail(Errc::Usage, "not a host: " + std::string(reason(url.error())));
  return std::string(url->host_key());
}

}  // namespace frontierd
