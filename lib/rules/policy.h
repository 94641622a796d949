// Every number that decides how we behave, with its default. The daemon fills it from
// frontierd.toml (whose keys carry the same names), the simulator from a scenario. Immutable while
// in use: a reload swaps the whole value. docs: man frontierd.toml.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rules/outcome.h"

namespace frontierd {

// How long a host rests for one class of trouble when it does not say, and the bounds when it does.
struct RestRule {
  Millis base{0};       // first own rest; doubles with every further incident
  Millis cap{0};        // longest own rest
  Millis asked_min{0};  // an asked wait is never taken as shorter than this
  Millis asked_max{0};  // ... nor longer: then one probe decides
};

struct RestPolicy {
  RestRule rate_limited{Seconds{30}, std::chrono::hours{1}, Seconds{1}, std::chrono::hours{24}};
  RestRule overloaded{Seconds{20}, std::chrono::hours{1}, Seconds{1}, std::chrono::hours{24}};
  RestRule maintenance{std::chrono::minutes{5}, std::chrono::hours{1}, Seconds{5},
                       std::chrono::hours{24}};
  Millis announced_max = std::chrono::hours{24 * 7};  // maintenance that names a date
  RestRule upstream_failed{Seconds{30}, std::chrono::hours{1}, Seconds{1}, std::chrono::hours{24}};
  RestRule bot_walled{std::chrono::hours{6}, std::chrono::hours{24 * 7}, std::chrono::hours{1},
                      std::chrono::hours{24 * 7}};
  RestRule unreachable{Seconds{60}, std::chrono::hours{6}, Seconds{1}, std::chrono::hours{24}};
  double jitter = 0.1;  // added to an asked wait: a random share of it, never subtracted

  const RestRule& of(OutcomeClass cls) const;
};

struct RetryPolicy {
  int attempts_max = 5;               // attempts of its own before a URL is dropped
  Millis backoff_base = Seconds{30};  // a URL's own wait: floor + random(0, base * 2^n)
  Millis backoff_cap = std::chrono::hours{6};
  Millis backoff_floor = Seconds{1};
  int walls_max = 4;       // incidents of bot_walled before a host is given up
  int incidents_max = 12;  // incidents in a row before a host is given up ...
  Millis give_up_after = std::chrono::hours{24};  // ... and never sooner than this after the first
  int url_troubles_max = 3;  // url-scope troubles in a row that make it the host's
  int redirects_max = 10;
  int crashes_max = 5;      // crashes with this URL in flight: quarantined
  Millis revisit_after{0};  // 0: a done URL is never fetched again
};

struct PacePolicy {
  Millis gap = Seconds{1};  // between two requests to one host, by default
  Millis gap_min{0};        // nobody, operator included, goes below
  Millis gap_max = std::chrono::minutes{10};
  double latency_factor = 1.0;  // the gap is at least this many times the host's usual latency
  double slow_down = 0.5;  // pace after an incident that blames our speed, as a share of before
  Millis recover_in = std::chrono::minutes{20};   // time to earn back the last good pace (cubic)
  double quota_margin = 0.05;                     // stay this share below a limit, told or met
  Millis quota_relearn = std::chrono::hours{24};  // a learned quota is tested again after this
  int resume_steps = 3;   // after a rest: 2^steps times the gap, halved by each good landing
  int flights = 1;        // flights at once per host
  int group_flights = 8;  // flights at once per politeness group (shared address, pattern)
  Millis group_gap{50};   // between two requests into one group
  bool group_by_address = true;
};

// Hosts the operator treats as one, whatever their address. Patterns: rules/host_pattern.h.
struct GroupRule {
  std::string name;
  std::vector<std::string> hosts;
  int flights = 1;
  Millis gap = Seconds{1};
};

// What differs for hosts of a pattern; the first rule that matches and names a value wins.
struct HostRule {
  std::string pattern;
  std::optional<Millis> gap;
  std::optional<int> flights;
  std::string health_path;  // used for the probe instead of /robots.txt
  std::optional<bool> separate;  // its schemes and ports are paced apart, as if they were names
};

// Another origin that serves the same pages, asked while `from` rests. Host keys, such as
// "https://a.example". See rules/mirror.h.
struct MirrorRule {
  std::string from;
  std::string to;
};

struct ScopePolicy {
  std::vector<std::string> allow{"*"};  // host patterns
  std::vector<std::string> deny;
  std::vector<std::string> ports;  // asked though they are blocked (port_block.h)
  int url_max = 8'000;  // bytes of a canonical URL (RFC 9110 §4.1 recommends no less)
};

struct RobotsRules {
  bool obey = true;
  std::string agent = "frontierd";            // product token matched in robots.txt
  Millis crawl_delay_max = Seconds{30};       // a longer Crawl-delay is cut to this
  Millis fresh_for = std::chrono::hours{24};  // RFC 9309 §2.4: not longer than a day
  Millis fresh_min = std::chrono::minutes{10};
  Millis unreachable_retry = std::chrono::minutes{5};  // first; doubles up to fresh_for
  Millis unreachable_max = std::chrono::hours{24 * 30};
  bool allow_after_unreachable = false;  // after unreachable_max: treat as "no rules", or stay out
  // An HTML page there (walls excepted): "no rules", as RFC 9309 §2.3.1.5 has it, or no answer at
  // all.
  bool html_means_no_rules = true;
};

struct FrontierPolicy {
  Millis lease_term = std::chrono::minutes{10};  // a flight longer than this is given up as lost
  int hosts_in_memory = 200'000;                 // the schedule's size; the rest waits in the store
  int flights_max = 256;                         // flights at once, all hosts
  int batch_max = 512;                           // settlements and leases in one commit
  std::uint64_t robots_cache = 64u << 20;        // bytes of parsed robots.txt kept in memory
  int many_hosts = 8;                            // unrelated hosts in trouble within many_window:
  Millis many_window = Seconds{60};              // the trouble is ours, leasing pauses
  Millis egress_pause = Seconds{30};
  int pause_trials = 4;                          // flights at once that look whether it is over
};

// How much of what all hosts need one holder may have in hand; see frontier/shares.h.
struct SharePolicy {
  double domain = 0.25;   // one registrable domain: of all flights, a group's flights, `bytes`
  double address = 0.25;  // one address, of IPv6 its /64: of the same
  double reserve = 0.2;   // kept for hosts whose flights come home within ...
  Millis prompt = Seconds{1};  // ... this; of the rest as much for those twice as slow, and so on
  std::uint64_t bytes = 256u << 20;  // of large bodies at once: on their way, or not yet archived
};

// The way a flight leaves us.
enum class EgressKind { Direct, Source, Http, Socks5 };
std::string_view to_string(EgressKind kind);  // "direct", "source", "http", "socks5"
std::optional<EgressKind> parse_egress_kind(std::string_view name);

// The plain connection, as an egress. Its name is taken: no other kind may bear it.
inline constexpr std::string_view kDirectEgress = "direct";

// One way out that the operator allows, and for what. How it is gone is the fetcher's business.
struct EgressRule {
  std::string name;
  EgressKind kind = EgressKind::Direct;
  std::vector<std::string> hosts{"*"};  // host patterns
  bool first = true;                    // may carry a host from the start
  bool when_walled = true;              // may take over when another way met a bot wall
};

struct EgressPolicy {
  std::vector<EgressRule> pool;       // in order of preference; empty: one plain way, no switching
  int refusals = 2;                   // walls in a row after which a way is blocked for a host
  int max_switches = 2;               // ways blocked for a host, after which it is parked
  Millis switch_pause = Seconds{60};  // the host's rest before another way is tried
  int provider_hosts = 3;             // unrelated hosts of one vendor that block a way for it
  Millis rest_base = Seconds{30};     // of a way that failed; doubles
  Millis rest_cap = std::chrono::minutes{30};
};

struct Policy {
  PacePolicy pace;
  RestPolicy rest;
  RetryPolicy retry;
  RobotsRules robots;
  ScopePolicy scope;
  FrontierPolicy frontier;
  SharePolicy share;
  EgressPolicy egress;
  std::vector<GroupRule> groups;
  std::vector<HostRule> hosts;
  std::vector<MirrorRule> mirrors;
};

bool in_scope(const ScopePolicy& scope, std::string_view host);
// Why a URL at this port is not asked for, whoever leads there; nothing: it may be.
std::optional<std::string> port_bar(const ScopePolicy& scope, std::uint16_t port);
// Why a canonical URL of this host, port and length is none of ours, as a clause for people;
// nothing: it is in scope.
std::optional<std::string> scope_bar(const ScopePolicy& scope, std::string_view host,
                                     std::uint16_t port, std::size_t bytes);
// The rule values for one host; unset where no rule speaks.
HostRule rule_for(const Policy& policy, std::string_view host);

}  // namespace frontierd
