#include "rules/mirror.h"

#include <algorithm>

namespace frontierd {

std::optional<std::string> parse_origin(std::string_view text) {
  const auto url = Url::parse(text);
  if (!url || url->path_and_query() != "/" || text.find('#') != std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(url->host_key());
}

std::optional<std::string> complaint(std::span<const MirrorRule> known, const MirrorRule& rule) {
  if (rule.from == rule.to) return rule.from + " cannot be its own mirror";
  for (const MirrorRule& other : known) {
    if (other.from == rule.from) return rule.from + " has a mirror already, " + other.to;
    if (other.from == rule.to) {
      return rule.to + " has a mirror itself, " + other.to + "; mirrors make no chains";
    }
    if (other.to == rule.from) {
      return rule.from + " is a mirror itself, of " + other.from + "; mirrors make no chains";
    }
  }
  return std::nullopt;
}

const MirrorRule* mirror_of(const Policy& policy, std::string_view host_key) {
  const auto found = std::find_if(policy.mirrors.begin(), policy.mirrors.end(),
                                  [&](const MirrorRule& rule) { return rule.from == host_key; });
  return found == policy.mirrors.end() ? nullptr : &*found;
}

bool lets_mirror_serve(const HostState& host, Instant now) {
  if (host.exhausted || host.breaker != Breaker::Open || host.rest_until <= now) return false;
  return host.rest_cls == OutcomeClass::Overloaded || host.rest_cls == OutcomeClass::Maintenance ||
         host.rest_cls == OutcomeClass::UpstreamFailed ||
         host.rest_cls == OutcomeClass::Unreachable;
}

std::optional<Url> url_at(std::string_view mirror, const Url& url) {
  auto there = Url::parse(std::string(mirror) + std::string(url.path_and_query()));
  if (!there) return std::nullopt;
  return std::move(*there);
}

Verdict judge_mirrored(const Policy& policy, const UrlFacts& url, const std::string& asked,
                       const Outcome& outcome, Instant rest_until, Instant now) {
  if (outcome.cls == OutcomeClass::Fetched || outcome.cls == OutcomeClass::Unchanged) {
    return judge(policy, url, outcome, {}, false, now, Dice{});
  }
  std::string why = "its mirror " + asked + " answered " + std::string(to_string(outcome.cls));
  if (!outcome.evidence.empty()) why += ": " + outcome.evidence.front().what;
  return Retry{std::max(rest_until, now), false, url.past_cache,
               why + "; nothing is counted, it waits for its own host"};
}

}  // namespace frontierd
