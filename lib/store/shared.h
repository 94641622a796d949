// What every store does alike, so that no two of them can differ in it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontier/lease.h"
#include "frontier/store.h"

namespace frontierd {

// "https://example.org" of a canonical URL (rules/url.h: host_key()).
std::string_view host_key_of(std::string_view canonical_url);
// The host name in a host key: no scheme, port or brackets. What bucket_of() wants.
std::string_view host_name_of(std::string_view host_key);

// The keys of all schemes and ports of the name in a host key: two keys, and two ranges without
// their ends.
struct KeysOfName {
  std::string http, https;
  std::string http_from, http_to;
  std::string https_from, https_to;
};
KeysOfName keys_of_name(std::string_view host_key);

// JSON array of {"rule","strength","what"}, as AttemptRecord::evidence promises; empty for none.
std::string evidence_json(const std::vector<Evidence>& evidence);
// "rate_limited (nginx-503)", or empty.
std::string runner_up_text(const std::optional<RunnerUp>& runner_up);

std::string_view verdict_name(const Verdict& verdict);  // "done", "retry", "follow", "drop"
// The decision in words. Only what is of class fetched is called fetched.
std::string why_of(const Verdict& verdict, OutcomeClass cls);
std::optional<Instant> not_before_of(const Verdict& verdict);
bool burns(const Verdict& verdict);

std::string_view to_string(RobotsState state);  // "allow_all", "rules", "disallow_all"
std::optional<RobotsState> parse_robots_state(std::string_view name);
std::optional<Transport> parse_transport(std::string_view name);

// The operator gives an exhausted host another chance: counters forgotten, and one probe first.
HostState new_start(HostState host, Instant now);
// The operator ends a host's rest: one probe first. What it did is not forgotten.
HostState rest_ended(HostState host, Instant now);
// The operator's retry without words of his own, and the other decisions a store takes by itself.
inline constexpr std::string_view kWhyRetried = "the operator asked for it again";
inline constexpr std::string_view kWhyDropped = "the operator dropped it";
std::string why_quarantined(int crashes);
std::string why_suspected(int crashes);

// Means every host that was given up for a reason, not some URLs alone.
bool revives_hosts(const UrlSelection& which);
// At least one field must be set; otherwise a Usage error says so.
Result<void> check_selection(const UrlSelection& which);

}  // namespace frontierd
