#include "rules/policy.h"

#include <algorithm>
#include <array>

#include "base/names.h"
#include "rules/host_pattern.h"
#include "rules/port_block.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 4> kEgressKinds{"direct", "source", "http", "socks5"};

}  // namespace

std::string_view to_string(EgressKind kind) {
  return kEgressKinds[static_cast<std::size_t>(kind)];
}

std::optional<EgressKind> parse_egress_kind(std::string_view name) {
  return find_name<EgressKind>(kEgressKinds, name);
}

const RestRule& RestPolicy::of(OutcomeClass cls) const {
  switch (cls) {
    case OutcomeClass::RateLimited:
      return rate_limited;
    case OutcomeClass::Maintenance:
      return maintenance;
    case OutcomeClass::UpstreamFailed:
      return upstream_failed;
    case OutcomeClass::BotWalled:
      return bot_walled;
    case OutcomeClass::Unreachable:
      return unreachable;
    default:
      return overloaded;
  }
}

bool in_scope(const ScopePolicy& scope, std::string_view host) {
  const auto matches = [host](const std::string& pattern) { return host_matches(pattern, host); };
  return std::any_of(scope.allow.begin(), scope.allow.end(), matches) &&
         std::none_of(scope.deny.begin(), scope.deny.end(), matches);
}

std::optional<std::string> port_bar(const ScopePolicy& scope, std::uint16_t port) {
  if (!is_blocked_port(port)) return std::nullopt;
  const std::string name = std::to_string(port);
  const auto allowed = std::find(scope.ports.begin(), scope.ports.end(), name);
  if (allowed != scope.ports.end()) return std::nullopt;
  return "at port " + name + ", where no web server is meant to be; scope.ports can allow it";
}

std::optional<std::string> scope_bar(const ScopePolicy& scope, std::string_view host,
                                     std::uint16_t port, std::size_t bytes) {
  if (auto bar = port_bar(scope, port)) return bar;
  if (!in_scope(scope, host)) return "out of scope: scope.allow and scope.deny decide";
  if (bytes <= static_cast<std::size_t>(scope.url_max)) return std::nullopt;
  return "longer than scope.url_max: " + std::to_string(bytes) + " bytes, allowed are " +
         std::to_string(scope.url_max);
}

HostRule rule_for(const Policy& policy, std::string_view host) {
  HostRule merged;
  for (const HostRule& rule : policy.hosts) {
    if (!host_matches(rule.pattern, host)) continue;
    if (!merged.gap) merged.gap = rule.gap;
    if (!merged.flights) merged.flights = rule.flights;
    if (merged.health_path.empty()) merged.health_path = rule.health_path;
    if (!merged.separate) merged.separate = rule.separate;
  }
  return merged;
}

}  // namespace frontierd
