#include "sim/policy_keys.h"

#include <charconv>
#include <functional>

#include "base/text.h"
#include "rules/host_pattern.h"

namespace frontierd::sim {
namespace {

struct Key {
  std::string name;
  std::string_view wants;
  std::function<bool(Policy&, std::string_view)> set;
};

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Place>
Key length(std::string name, Place place) {
  return {std::move(name), "a length such as 90s", [place](Policy& policy, std::string_view text) {
            const auto value = parse_duration(text);
            if (value) place(policy) = *value;
            return value.has_value();
          }};
}

template <class Place>
Key number(std::string name, Place place) {
  return {std::move(name), "a number such as 0.5", [place](Policy& policy, std::string_view text) {
            const auto value = parse_number(text);
            if (value) place(policy) = *value;
            return value.has_value();
          }};
}

template <class Place>
Key count(std::string name, Place place) {
  return {std::move(name), "a whole number", [place](Policy& policy, std::string_view text) {
            const auto value = parse_int<int>(text);
            if (value) place(policy) = *value;
            return value.has_value();
          }};
}

template <class Place>
Key flag(std::string name, Place place) {
  return {std::move(name), "yes or no", [place](Policy& policy, std::string_view text) {
            if (text != "yes" && text != "no") return false;
            place(policy) = text == "yes";
            return true;
          }};
}

template <class Rule>
void add_rest(std::vector<Key>& keys, const std::string& name, Rule rule) {
  const std::string start = "rest." + name + ".";
  keys.push_back(length(start + "base", [rule](Policy& p) -> Millis& { return rule(p).base; }));
  keys.push_back(length(start + "cap", [rule](Policy& p) -> Millis& { return rule(p).cap; }));
  keys.push_back(
      length(start + "asked_min", [rule](Policy& p) -> Millis& { return rule(p).asked_min; }));
  keys.push_back(
      length(start + "asked_max", [rule](Policy& p) -> Millis& { return rule(p).asked_max; }));
}

void add_rests(std::vector<Key>& keys) {
  add_rest(keys, "rate_limited", [](Policy& p) -> RestRule& { return p.rest.rate_limited; });
  add_rest(keys, "overloaded", [](Policy& p) -> RestRule& { return p.rest.overloaded; });
  add_rest(keys, "maintenance", [](Policy& p) -> RestRule& { return p.rest.maintenance; });
  add_rest(keys, "upstream_failed", [](Policy& p) -> RestRule& { return p.rest.upstream_failed; });
  add_rest(keys, "bot_walled", [](Policy& p) -> RestRule& { return p.rest.bot_walled; });
  add_rest(keys, "unreachable", [](Policy& p) -> RestRule& { return p.rest.unreachable; });
  keys.push_back(
      length("rest.announced_max", [](Policy& p) -> Millis& { return p.rest.announced_max; }));
  keys.push_back(number("rest.jitter", [](Policy& p) -> double& { return p.rest.jitter; }));
}

void add_pace(std::vector<Key>& keys) {
  keys.push_back(length("pace.gap", [](Policy& p) -> Millis& { return p.pace.gap; }));
  keys.push_back(length("pace.gap_min", [](Policy& p) -> Millis& { return p.pace.gap_min; }));
  keys.push_back(length("pace.gap_max", [](Policy& p) -> Millis& { return p.pace.gap_max; }));
  keys.push_back(
      number("pace.latency_factor", [](Policy& p) -> double& { return p.pace.latency_factor; }));
  keys.push_back(number("pace.slow_down", [](Policy& p) -> double& { return p.pace.slow_down; }));
  keys.push_back(length("pace.recover_in", [](Policy& p) -> Millis& { return p.pace.recover_in; }));
  keys.push_back(
      number("pace.quota_margin", [](Policy& p) -> double& { return p.pace.quota_margin; }));
  keys.push_back(
      length("pace.quota_relearn", [](Policy& p) -> Millis& { return p.pace.quota_relearn; }));
  keys.push_back(count("pace.resume_steps", [](Policy& p) -> int& { return p.pace.resume_steps; }));
  keys.push_back(count("pace.flights", [](Policy& p) -> int& { return p.pace.flights; }));
  keys.push_back(
      count("pace.group_flights", [](Policy& p) -> int& { return p.pace.group_flights; }));
  keys.push_back(length("pace.group_gap", [](Policy& p) -> Millis& { return p.pace.group_gap; }));
  keys.push_back(
      flag("pace.group_by_address", [](Policy& p) -> bool& { return p.pace.group_by_address; }));
}

void add_retry(std::vector<Key>& keys) {
  keys.push_back(
      count("retry.attempts_max", [](Policy& p) -> int& { return p.retry.attempts_max; }));
  keys.push_back(
      length("retry.backoff_base", [](Policy& p) -> Millis& { return p.retry.backoff_base; }));
  keys.push_back(
      length("retry.backoff_cap", [](Policy& p) -> Millis& { return p.retry.backoff_cap; }));
  keys.push_back(
      length("retry.backoff_floor", [](Policy& p) -> Millis& { return p.retry.backoff_floor; }));
  keys.push_back(count("retry.walls_max", [](Policy& p) -> int& { return p.retry.walls_max; }));
  keys.push_back(
      count("retry.incidents_max", [](Policy& p) -> int& { return p.retry.incidents_max; }));
  keys.push_back(
      length("retry.give_up_after", [](Policy& p) -> Millis& { return p.retry.give_up_after; }));
  keys.push_back(
      count("retry.url_troubles_max", [](Policy& p) -> int& { return p.retry.url_troubles_max; }));
  keys.push_back(
      count("retry.redirects_max", [](Policy& p) -> int& { return p.retry.redirects_max; }));
  keys.push_back(count("retry.crashes_max", [](Policy& p) -> int& { return p.retry.crashes_max; }));
  keys.push_back(
      length("retry.revisit_after", [](Policy& p) -> Millis& { return p.retry.revisit_after; }));
}

void add_robots(std::vector<Key>& keys) {
  keys.push_back(flag("robots.obey", [](Policy& p) -> bool& { return p.robots.obey; }));
  keys.push_back(length("robots.crawl_delay_max",
                        [](Policy& p) -> Millis& { return p.robots.crawl_delay_max; }));
  keys.push_back(
      length("robots.fresh_for", [](Policy& p) -> Millis& { return p.robots.fresh_for; }));
  keys.push_back(
      length("robots.fresh_min", [](Policy& p) -> Millis& { return p.robots.fresh_min; }));
  keys.push_back(length("robots.unreachable_retry",
                        [](Policy& p) -> Millis& { return p.robots.unreachable_retry; }));
  keys.push_back(length("robots.unreachable_max",
                        [](Policy& p) -> Millis& { return p.robots.unreachable_max; }));
  keys.push_back(flag("robots.allow_after_unreachable",
                      [](Policy& p) -> bool& { return p.robots.allow_after_unreachable; }));
}

void add_frontier(std::vector<Key>& keys) {
  keys.push_back(
      length("frontier.lease_term", [](Policy& p) -> Millis& { return p.frontier.lease_term; }));
  keys.push_back(count("frontier.hosts_in_memory",
                       [](Policy& p) -> int& { return p.frontier.hosts_in_memory; }));
  keys.push_back(
      count("frontier.flights_max", [](Policy& p) -> int& { return p.frontier.flights_max; }));
  keys.push_back(
      count("frontier.batch_max", [](Policy& p) -> int& { return p.frontier.batch_max; }));
  keys.push_back(
      count("frontier.many_hosts", [](Policy& p) -> int& { return p.frontier.many_hosts; }));
  keys.push_back(
      length("frontier.many_window", [](Policy& p) -> Millis& { return p.frontier.many_window; }));
  keys.push_back(length("frontier.egress_pause",
                        [](Policy& p) -> Millis& { return p.frontier.egress_pause; }));
  keys.push_back(
      count("frontier.pause_trials", [](Policy& p) -> int& { return p.frontier.pause_trials; }));
  keys.push_back(count("scope.url_max", [](Policy& p) -> int& { return p.scope.url_max; }));
  keys.push_back({"scope.ports", "a blocked port", [](Policy& p, std::string_view text) {
                    p.scope.ports.emplace_back(text);
                    return true;
                  }});
  keys.push_back({"scope.deny", "a host pattern", [](Policy& p, std::string_view text) {
                    const auto pattern = parse_host_pattern(text);
                    if (pattern) p.scope.deny.push_back(*pattern);
                    return pattern.has_value();
                  }});
}

void add_share(std::vector<Key>& keys) {
  keys.push_back(number("share.domain", [](Policy& p) -> double& { return p.share.domain; }));
  keys.push_back(number("share.address", [](Policy& p) -> double& { return p.share.address; }));
  keys.push_back(number("share.reserve", [](Policy& p) -> double& { return p.share.reserve; }));
  keys.push_back(length("share.prompt", [](Policy& p) -> Millis& { return p.share.prompt; }));
}

void add_egress(std::vector<Key>& keys) {
  keys.push_back(count("egress.refusals", [](Policy& p) -> int& { return p.egress.refusals; }));
  keys.push_back(
      count("egress.max_switches", [](Policy& p) -> int& { return p.egress.max_switches; }));
  keys.push_back(
      length("egress.switch_pause", [](Policy& p) -> Millis& { return p.egress.switch_pause; }));
  keys.push_back(
      count("egress.provider_hosts", [](Policy& p) -> int& { return p.egress.provider_hosts; }));
  keys.push_back(
      length("egress.rest_base", [](Policy& p) -> Millis& { return p.egress.rest_base; }));
  keys.push_back(length("egress.rest_cap", [](Policy& p) -> Millis& { return p.egress.rest_cap; }));
}

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> out;
    add_pace(out);
    add_rests(out);
    add_retry(out);
    add_robots(out);
    add_frontier(out);
    add_share(out);
    add_egress(out);
    return out;
  }();
  return keys;
}

}  // namespace

std::optional<std::string> set_policy_key(Policy& policy, std::string_view key,
                                          std::string_view value) {
  for (const Key& known : all_keys()) {
    if (known.name != key) continue;
    if (known.set(policy, value)) return std::nullopt;
    return std::string(key) + "=" + std::string(value) + ": wants " + std::string(known.wants);
  }
  const auto near = nearest_name(key, policy_key_names());
  return "no policy key \"" + std::string(key) + "\"" +
         (near ? "; did you mean \"" + *near + "\"?" : "");
}

std::vector<std::string> policy_key_names() {
  std::vector<std::string> names;
  for (const Key& key : all_keys()) names.push_back(key.name);
  return names;
}

}  // namespace frontierd::sim
