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
#include "frontier/wait_reason.h"
#include "rules/pace.h"

namespace frontierd {

// The schedule's view of one host.
struct HostNow {
  Wait wait;  // what its queue waits for
  Pace pace;
  int in_flight = 0;
  HostCondition condition() const { return condition_of(wait.reason); }
};

// What holds for all hosts at once.
struct FrontierNow {
  Instant now = kLongAgo;
  bool paused = false;
  bool draining = false;
  std::optional<Wait> held;  // why nothing is leased anywhere; none: leasing goes on
};

struct ExplainCommand {
  std::string run;     // "frontierctl resume https://example.org"
  std::string effect;  // what it changes
};

struct Explanation {
  std::string subject;  // the URL, or the host's key
  bool is_host = false;
  std::string state;  // of a URL: "queued", ...; of a host: its condition
  std::optional<WaitReason> waits_for;  // of a queued URL, and of a host
  Instant since = kLongAgo;
  std::optional<Instant> until;  // nullopt: it does not end by itself
  std::string summary;           // one sentence: what it is doing or waiting for
  std::string why;               // the decision, with the response that led to it
  std::vector<std::string>
      chain;         // one sentence per attempt (URL) or incident (host), oldest first
  std::string next;  // what will happen next
  std::vector<ExplainCommand> commands;
};

// The one reason why a queued URL is not being fetched.
Wait url_wait(const UrlRecord& url, const HostNow& host_now, const FrontierNow& frontier);

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
