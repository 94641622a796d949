// Why is it where it is, until when, because of which response, and which command changes it: the
// answer for one URL or one host, in sentences. Pure: records in, words out; nothing is looked up
// and nothing is guessed. Thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "frontier/host_slot.h"
#include "frontier/inspect.h"
#include "rules/pace.h"

namespace frontierd {

inline constexpr int kHostConditions = 7;
std::optional<HostCondition> parse_host_condition(std::string_view name);

// The schedule's view of one host.
struct HostNow {
  HostCondition condition = HostCondition::Idle;
  Instant next_at =
      kNever;  // when it may be asked next; kNever: only new work or an operator helps
  Pace pace;
  int in_flight = 0;
  std::string egress_wait;  // why every way out is closed to it; empty: one is open
};

// What holds for all hosts at once.
struct FrontierNow {
  Instant now = kLongAgo;
  bool paused = false;
  bool draining = false;
  std::string trouble;  // our own network or egress is the problem; empty: it is not
  Instant trouble_until = kLongAgo;
};

struct ExplainCommand {
  std::string run;     // "frontierctl resume https://example.org"
  std::string effect;  // what it changes
};

struct Explanation {
  std::string subject;  // the URL, or the host's key
  bool is_host = false;
  std::string state;  // of a URL: "queued", ...; of a host: its condition
  Instant since = kLongAgo;
  std::optional<Instant> until;  // nullopt: it does not end by itself
  std::string summary;           // one sentence: what it is doing or waiting for
  std::string why;               // the decision, with the response that led to it
  std::vector<std::string>
      chain;         // one sentence per attempt (URL) or incident (host), oldest first
  std::string next;  // what will happen next
  std::vector<ExplainCommand> commands;
};

// `attempts` oldest first. `host` is the URL's host, nullopt if its row is not there yet.
Explanation explain_url(const UrlRecord& url, std::span<const AttemptRecord> attempts,
                        const std::optional<HostRecord>& host, const HostNow& host_now,
                        const FrontierNow& frontier);

// `incidents` newest first, as the inspector gives them.
Explanation explain_host(const HostRecord& host, std::span<const Incident> incidents,
                         const HostNow& host_now, const FrontierNow& frontier);

// "2026-11-22T00:04:45.000Z (in 4m 5s)", "... (3m ago)".
std::string when(Instant at, Instant now);

}  // namespace frontierd
