// Keys of the rules: pace, rest, retry, robots, scope, frontier, share.
#include "base/text.h"
#include "daemon/config_tables.h"
#include "daemon/config_values.h"
#include "rules/port_block.h"
#include "rules/url.h"

namespace frontierd {
namespace {

std::optional<std::string> check_blocked_port(const std::string& text) {
  const auto port = parse_int<std::uint16_t>(text);
  if (port && is_blocked_port(*port)) return std::nullopt;
  return "is " + quoted(for_message(text)) + ", but wants a port that is blocked, such as \"22\"";
}

void pace_keys_1(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"pace", "gap", "Time between two requests to one host"},
      [](Config& c) -> Millis& { return c.policy.pace.gap; }, Millis{0}, kDay));
  keys.push_back(duration_key(
      {"pace", "gap_min", "Nobody goes below this, neither a host rule nor the operator"},
      [](Config& c) -> Millis& { return c.policy.pace.gap_min; }, Millis{0}, kDay));
  keys.push_back(duration_key(
      {"pace", "gap_max", "What is learned never slows a host beyond this"},
      [](Config& c) -> Millis& { return c.policy.pace.gap_max; }, Millis{1}, kDay));
  keys.push_back(number_key(
      {"pace", "latency_factor",
       "The gap is at least this many times the usual latency of the host"},
      [](Config& c) -> double& { return c.policy.pace.latency_factor; }, 0.0, 100.0));
  keys.push_back(number_key(
      {"pace", "slow_down", "Pace after an overload or rate limit, as a share of the pace before"},
      [](Config& c) -> double& { return c.policy.pace.slow_down; }, 0.05, 1.0));
  keys.push_back(duration_key(
      {"pace", "recover_in", "Time in which the last good pace is earned back"},
      [](Config& c) -> Millis& { return c.policy.pace.recover_in; }, kSecond, 30 * kDay));
  keys.push_back(number_key(
      {"pace", "quota_margin", "Stay this share below a limit that was published or met"},
      [](Config& c) -> double& { return c.policy.pace.quota_margin; }, 0.0, 1.0));
  keys.push_back(duration_key(
      {"pace", "quota_relearn", "A learned quota is tested again after this"},
      [](Config& c) -> Millis& { return c.policy.pace.quota_relearn; }, kMinute, 365 * kDay));
  keys.push_back(integer_key(
      {"pace", "resume_steps",
       "After a rest the gap is 2^steps times as long, halved by each good answer"},
      [](Config& c) -> int& { return c.policy.pace.resume_steps; }, 0, 10));
  keys.push_back(integer_key(
      {"pace", "flights", "Requests at once to one host"},
      [](Config& c) -> int& { return c.policy.pace.flights; }, 1, 64));
  keys.push_back(integer_key(
      {"pace", "group_flights", "Requests at once to all hosts behind one address"},
      [](Config& c) -> int& { return c.policy.pace.group_flights; }, 1, 1024));
  keys.push_back(duration_key(
      {"pace", "group_gap", "Time between two requests to one address"},
      [](Config& c) -> Millis& { return c.policy.pace.group_gap; }, Millis{0}, kDay));
}

void pace_keys_2(std::vector<ConfigKey>& keys) {
  keys.push_back(
      boolean_key({"pace", "group_by_address", "Hosts behind one address count as a group"},
                  [](Config& c) -> bool& { return c.policy.pace.group_by_address; }));
}

void rest_keys_1(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"rest.rate_limited", "base",
       "First rest after a rate limit that asks for none; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.rest.rate_limited.base; }, Millis{1}, 30 * kDay));
  keys.push_back(duration_key(
      {"rest.rate_limited", "cap", "Longest rest of our own choice after a rate limit"},
      [](Config& c) -> Millis& { return c.policy.rest.rate_limited.cap; }, Millis{1}, 90 * kDay));
  keys.push_back(duration_key(
      {"rest.rate_limited", "asked_min", "An asked wait counts as at least this"},
      [](Config& c) -> Millis& { return c.policy.rest.rate_limited.asked_min; }, Millis{0},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.rate_limited", "asked_max",
       "An asked wait counts as at most this; then one probe decides"},
      [](Config& c) -> Millis& { return c.policy.rest.rate_limited.asked_max; }, Millis{1},
      90 * kDay));
  keys.push_back(duration_key(
      {"rest.overloaded", "base",
       "First rest after an overload that asks for none; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.rest.overloaded.base; }, Millis{1}, 30 * kDay));
  keys.push_back(duration_key(
      {"rest.overloaded", "cap", "Longest rest of our own choice after an overload"},
      [](Config& c) -> Millis& { return c.policy.rest.overloaded.cap; }, Millis{1}, 90 * kDay));
  keys.push_back(duration_key(
      {"rest.overloaded", "asked_min", "An asked wait counts as at least this"},
      [](Config& c) -> Millis& { return c.policy.rest.overloaded.asked_min; }, Millis{0},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.overloaded", "asked_max",
       "An asked wait counts as at most this; then one probe decides"},
      [](Config& c) -> Millis& { return c.policy.rest.overloaded.asked_max; }, Millis{1},
      90 * kDay));
  keys.push_back(duration_key(
      {"rest.maintenance", "base",
       "First rest after a maintenance that asks for none; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.rest.maintenance.base; }, Millis{1}, 30 * kDay));
  keys.push_back(duration_key(
      {"rest.maintenance", "cap", "Longest rest of our own choice after a maintenance"},
      [](Config& c) -> Millis& { return c.policy.rest.maintenance.cap; }, Millis{1}, 90 * kDay));
  keys.push_back(duration_key(
      {"rest.maintenance", "asked_min", "An asked wait counts as at least this"},
      [](Config& c) -> Millis& { return c.policy.rest.maintenance.asked_min; }, Millis{0},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.maintenance", "asked_max",
       "An asked wait counts as at most this; then one probe decides"},
      [](Config& c) -> Millis& { return c.policy.rest.maintenance.asked_max; }, Millis{1},
      90 * kDay));
}

void rest_keys_2(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"rest.upstream_failed", "base",
       "First rest after a failing upstream that asks for none; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.rest.upstream_failed.base; }, Millis{1},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.upstream_failed", "cap", "Longest rest of our own choice after a failing upstream"},
      [](Config& c) -> Millis& { return c.policy.rest.upstream_failed.cap; }, Millis{1},
      90 * kDay));
  keys.push_back(duration_key(
      {"rest.upstream_failed", "asked_min", "An asked wait counts as at least this"},
      [](Config& c) -> Millis& { return c.policy.rest.upstream_failed.asked_min; }, Millis{0},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.upstream_failed", "asked_max",
       "An asked wait counts as at most this; then one probe decides"},
      [](Config& c) -> Millis& { return c.policy.rest.upstream_failed.asked_max; }, Millis{1},
      90 * kDay));
  keys.push_back(duration_key(
      {"rest.bot_walled", "base",
       "First rest after a bot wall that asks for none; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.rest.bot_walled.base; }, Millis{1}, 30 * kDay));
  keys.push_back(duration_key(
      {"rest.bot_walled", "cap", "Longest rest of our own choice after a bot wall"},
      [](Config& c) -> Millis& { return c.policy.rest.bot_walled.cap; }, Millis{1}, 90 * kDay));
  keys.push_back(duration_key(
      {"rest.bot_walled", "asked_min", "An asked wait counts as at least this"},
      [](Config& c) -> Millis& { return c.policy.rest.bot_walled.asked_min; }, Millis{0},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.bot_walled", "asked_max",
       "An asked wait counts as at most this; then one probe decides"},
      [](Config& c) -> Millis& { return c.policy.rest.bot_walled.asked_max; }, Millis{1},
      90 * kDay));
  keys.push_back(duration_key(
      {"rest.unreachable", "base",
       "First rest after no connection that asks for none; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.rest.unreachable.base; }, Millis{1}, 30 * kDay));
  keys.push_back(duration_key(
      {"rest.unreachable", "cap", "Longest rest of our own choice after no connection"},
      [](Config& c) -> Millis& { return c.policy.rest.unreachable.cap; }, Millis{1}, 90 * kDay));
  keys.push_back(duration_key(
      {"rest.unreachable", "asked_min", "An asked wait counts as at least this"},
      [](Config& c) -> Millis& { return c.policy.rest.unreachable.asked_min; }, Millis{0},
      30 * kDay));
  keys.push_back(duration_key(
      {"rest.unreachable", "asked_max",
       "An asked wait counts as at most this; then one probe decides"},
      [](Config& c) -> Millis& { return c.policy.rest.unreachable.asked_max; }, Millis{1},
      90 * kDay));
}

void rest_keys_3(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"rest", "announced_max", "Longest wait for a maintenance whose end is named as a date"},
      [](Config& c) -> Millis& { return c.policy.rest.announced_max; }, kMinute, 90 * kDay));
  keys.push_back(number_key(
      {"rest", "jitter", "A random share up to this is added to every asked wait"},
      [](Config& c) -> double& { return c.policy.rest.jitter; }, 0.0, 1.0));
}

void retry_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(integer_key(
      {"retry", "attempts_max", "Attempts of its own after which a URL is dropped"},
      [](Config& c) -> int& { return c.policy.retry.attempts_max; }, 1, 1000));
  keys.push_back(duration_key(
      {"retry", "backoff_base",
       "First wait of a URL for its own failure; doubles with each further one"},
      [](Config& c) -> Millis& { return c.policy.retry.backoff_base; }, Millis{1}, 30 * kDay));
  keys.push_back(duration_key(
      {"retry", "backoff_cap", "Longest such wait"},
      [](Config& c) -> Millis& { return c.policy.retry.backoff_cap; }, Millis{1}, 90 * kDay));
  keys.push_back(duration_key(
      {"retry", "backoff_floor", "Shortest such wait"},
      [](Config& c) -> Millis& { return c.policy.retry.backoff_floor; }, Millis{0}, kDay));
  keys.push_back(integer_key(
      {"retry", "incidents_max", "Incidents in a row after which a host is given up"},
      [](Config& c) -> int& { return c.policy.retry.incidents_max; }, 1, 100000));
  keys.push_back(duration_key(
      {"retry", "give_up_after", "But never sooner than this after the first of them"},
      [](Config& c) -> Millis& { return c.policy.retry.give_up_after; }, Millis{0}, 365 * kDay));
  keys.push_back(integer_key(
      {"retry", "walls_max", "Bot walls in a row after which a host is given up"},
      [](Config& c) -> int& { return c.policy.retry.walls_max; }, 1, 1000));
  keys.push_back(integer_key(
      {"retry", "url_troubles_max",
       "Failures of single URLs in a row that count as one of their host"},
      [](Config& c) -> int& { return c.policy.retry.url_troubles_max; }, 1, 1000));
  keys.push_back(integer_key(
      {"retry", "redirects_max", "Redirects in a row that are followed"},
      [](Config& c) -> int& { return c.policy.retry.redirects_max; }, 0, 50));
  keys.push_back(integer_key(
      {"retry", "crashes_max",
       "Crashes in a row with a URL in flight, and alone in that, after which it is quarantined"},
      [](Config& c) -> int& { return c.policy.retry.crashes_max; }, 1, 1000));
  keys.push_back(duration_key(
      {"retry", "revisit_after", "A fetched page is fetched again after this; 0 for never"},
      [](Config& c) -> Millis& { return c.policy.retry.revisit_after; }, Millis{0}, 3650 * kDay));
}

void robots_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(boolean_key({"robots", "obey", "Obey robots.txt (RFC 9309)"},
                             [](Config& c) -> bool& { return c.policy.robots.obey; }));
  keys.push_back(text_key(
      {"robots", "agent", "Product token looked for in robots.txt"},
      [](Config& c) -> std::string& { return c.policy.robots.agent; },
      "1 to 64 letters, digits, - and _ (RFC 9309 2.2.1)", check_token));
  keys.push_back(duration_key(
      {"robots", "crawl_delay_max", "A longer Crawl-delay is cut to this"},
      [](Config& c) -> Millis& { return c.policy.robots.crawl_delay_max; }, Millis{0}, kDay));
  keys.push_back(duration_key(
      {"robots", "fresh_for", "A robots.txt is asked for again after this"},
      [](Config& c) -> Millis& { return c.policy.robots.fresh_for; }, kMinute, kDay));
  keys.push_back(duration_key(
      {"robots", "fresh_min", "... and not sooner than this, whatever its headers say"},
      [](Config& c) -> Millis& { return c.policy.robots.fresh_min; }, Millis{0}, kDay));
  keys.push_back(duration_key(
      {"robots", "unreachable_retry", "First wait after a robots.txt that could not be had"},
      [](Config& c) -> Millis& { return c.policy.robots.unreachable_retry; }, kSecond, kDay));
  keys.push_back(duration_key(
      {"robots", "unreachable_max",
       "A robots.txt that could not be had for this long decides the host"},
      [](Config& c) -> Millis& { return c.policy.robots.unreachable_max; }, kHour, 365 * kDay));
  keys.push_back(
      boolean_key({"robots", "allow_after_unreachable",
                   "Then: true for \"no rules\", false to give the host up"},
                  [](Config& c) -> bool& { return c.policy.robots.allow_after_unreachable; }));
}

void robots_html_key(std::vector<ConfigKey>& keys) {
  keys.push_back(boolean_key(
      {"robots", "html_means_no_rules",
       "An HTML page in place of robots.txt: true for \"no rules\", false for \"no answer\""},
      [](Config& c) -> bool& { return c.policy.robots.html_means_no_rules; }));
}

void scope_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(patterns_key(
      {"scope", "allow", "Hosts that may be crawled, by name: every scheme and port of it"},
      [](Config& c) -> std::vector<std::string>& { return c.policy.scope.allow; }));
  keys.push_back(patterns_key(
      {"scope", "deny", "Hosts that may not, whatever allow says"},
      [](Config& c) -> std::vector<std::string>& { return c.policy.scope.deny; }));
  keys.push_back(list_key(
      {"scope", "ports", "Ports asked though the Fetch standard blocks them, such as \"22\""},
      [](Config& c) -> std::vector<std::string>& { return c.policy.scope.ports; },
      "a list of blocked ports", check_blocked_port));
  keys.push_back(integer_key(
      {"scope", "url_max", "Longest URL that is taken, in bytes, seeded or by a redirect"},
      [](Config& c) -> int& { return c.policy.scope.url_max; }, 256, kUrlLengthMax));
}

void frontier_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"frontier", "lease_term", "A flight longer than this is lost and given back"},
      [](Config& c) -> Millis& { return c.policy.frontier.lease_term; }, 10 * kSecond, kDay));
  keys.push_back(integer_key(
      {"frontier", "hosts_in_memory", "Hosts scheduled at once; the others wait in the store"},
      [](Config& c) -> int& { return c.policy.frontier.hosts_in_memory; }, 100, 50000000));
  keys.push_back(integer_key(
      {"frontier", "flights_max", "Requests at once, all hosts together"},
      [](Config& c) -> int& { return c.policy.frontier.flights_max; }, 1, 65536));
  keys.push_back(integer_key(
      {"frontier", "batch_max", "Leases in one commit"},
      [](Config& c) -> int& { return c.policy.frontier.batch_max; }, 1, 100000));
  keys.push_back(bytes_key(
      {"frontier", "robots_cache",
       "Bytes of parsed robots.txt kept in memory; the others are read from the store again. An "
       "ordinary one takes 1 to 3 KiB, the largest some MiB"},
      [](Config& c) -> std::uint64_t& { return c.policy.frontier.robots_cache; }, 65536,
      std::uint64_t{1} << 40));
  keys.push_back(integer_key(
      {"frontier", "many_hosts",
       "This many unrelated hosts failing together, with none answering, is our own trouble"},
      [](Config& c) -> int& { return c.policy.frontier.many_hosts; }, 2, 1000000));
  keys.push_back(duration_key(
      {"frontier", "many_window", "... within this time"},
      [](Config& c) -> Millis& { return c.policy.frontier.many_window; }, kSecond, kHour));
  keys.push_back(duration_key(
      {"frontier", "egress_pause", "First pause for trouble of our own; doubles"},
      [](Config& c) -> Millis& { return c.policy.frontier.egress_pause; }, kSecond, kHour));
  keys.push_back(integer_key(
      {"frontier", "pause_trials",
       "Flights at once in such a pause, four a second at most, to hosts never asked or that "
       "answered well lately: the first good answer ends it"},
      [](Config& c) -> int& { return c.policy.frontier.pause_trials; }, 1, 64));
}

void share_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(number_key(
      {"share", "domain",
       "Of all flights, of a group's and of share.bytes: the part that one registrable domain may "
       "hold, at least one. Its prompt hosts may hold more while a reserve is left"},
      [](Config& c) -> double& { return c.policy.share.domain; }, 0.01, 1.0));
  keys.push_back(number_key(
      {"share", "address", "The same for one address, of IPv6 its /64"},
      [](Config& c) -> double& { return c.policy.share.address; }, 0.01, 1.0));
  keys.push_back(number_key(
      {"share", "reserve",
       "The part that is kept for hosts whose flights come home within share.prompt. Of what is "
       "left, the same part is kept for those twice as slow, and so on, five times"},
      [](Config& c) -> double& { return c.policy.share.reserve; }, 0.0, 0.9));
  keys.push_back(duration_key(
      {"share", "prompt", "A flight that comes home within this is prompt"},
      [](Config& c) -> Millis& { return c.policy.share.prompt; }, Millis{10}, kMinute));
  keys.push_back(bytes_key(
      {"share", "bytes",
       "Large bodies at once, of hosts known to send them: on their way, or not yet archived"},
      [](Config& c) -> std::uint64_t& { return c.policy.share.bytes; }, std::uint64_t{1} << 20,
      std::uint64_t{1} << 40));
}

}  // namespace

void add_policy_keys(std::vector<ConfigKey>& keys) {
  pace_keys_1(keys);
  pace_keys_2(keys);
  rest_keys_1(keys);
  rest_keys_2(keys);
  rest_keys_3(keys);
  retry_keys(keys);
  robots_keys(keys);
  robots_html_key(keys);
  scope_keys(keys);
  frontier_keys(keys);
  share_keys(keys);
}

}  // namespace frontierd
