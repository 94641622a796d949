#include <algorithm>

#include "frontier/explain_words.h"

namespace frontierd {
namespace {

std::string summary_of(const HostRecord& host, const HostNow& host_now, Instant now) {
  const HostState& state = host.entry.state;
  if (state.exhausted) {
    if (host.entry.has_queue) {
      return "Given up: its budget of incidents is spent; what it has queued, " +
             std::to_string(host.queued) + " URLs, is being dropped, and nothing is asked.";
    }
    return "Given up: its budget of incidents is spent; its queue is dropped and nothing is asked.";
  }
  const Wait& wait = host_now.wait;
  switch (wait.reason) {
    case WaitReason::Turn:
      return "Ready: it has due URLs and may be asked at once.";
    case WaitReason::HostFlights:
      return "Busy: " + std::to_string(host_now.in_flight) + " in flight, which is its limit now.";
    case WaitReason::HostGap:
      return "Pacing: the gap since its last request ends " + when(wait.until, now) + ".";
    case WaitReason::Rest:
      return "Resting until " + when(state.rest_until, now) + ": " +
             class_in_words(state.rest_cls) + ".";
    case WaitReason::Mirror:
      return "Resting until " + when(state.rest_until, now) + ": " +
             class_in_words(state.rest_cls) + "; its mirror " + wait.who + " is asked in turn.";
    case WaitReason::Probe:
      return "Probing: its rest for " + class_in_words(state.rest_cls) +
             " is over and one request decides what follows.";
    case WaitReason::HostPaused:
      return "Paused by an operator" + (wait.who.empty() ? "." : ": " + wait.who + ".");
    case WaitReason::Nothing:
      return "Idle: nothing is queued for it.";
    case WaitReason::NotYetDue:
      return "Idle: its next URL is due " + when(host.entry.next_due, now) + ".";
    case WaitReason::Egress:
      return "Waiting for a way out until " + when(wait.until, now) + ": " + wait.who + ".";
    default:
      return "Waiting: " + wait_words(wait, now) + ".";
  }
}

std::string next_of(const HostRecord& host, const HostNow& host_now, const FrontierNow& frontier) {
  const HostState& state = host.entry.state;
  const WaitReason reason = host_now.wait.reason;
  if (state.exhausted) return "Nothing, until an operator gives it a new start.";
  if (reason == WaitReason::HostPaused) return "Nothing, until an operator resumes it.";
  const std::string after =
      frontier.held ? " That waits: " + wait_words(*frontier.held, frontier.now) + "." : "";
  switch (reason) {
    case WaitReason::Rest:
    case WaitReason::Mirror:
      return "At the end of the rest " + after_rest(state) + "." + after;
    case WaitReason::Probe:
      return "Next, " + after_rest(state) + "." + after;
    case WaitReason::Nothing:
      return "Nothing, until a URL of this host is seeded or found.";
    case WaitReason::NotYetDue:
      return "Its next URL is fetched when due." + after;
    default:
      break;
  }
  if (reason == WaitReason::Robots || host.entry.robots_until <= frontier.now) {
    return "Its robots.txt is fetched first, then its pages in order of priority." + after;
  }
  return "Its due URLs are fetched in order of priority, " + pace_in_words(host_now.pace) + "." +
         after;
}

std::optional<Instant> until_of(const HostRecord& host, const HostNow& host_now, Instant now) {
  if (host.entry.state.exhausted) return std::nullopt;
  const Instant until = host_now.wait.until;
  return until < kNever && until > now ? std::optional(until) : std::nullopt;
}

// What is known of its robots.txt, where that is why it waits.
std::string robots_in_words(const HostRecord& host, const HostNow& host_now) {
  if (host_now.wait.reason != WaitReason::Robots) return {};
  return host.robots ? host.robots->why : "its robots.txt has not been asked for yet";
}

std::string blocks_in_words(const HostRecord& host, Instant now) {
  std::string words;
  for (const EgressBlock& block : host.entry.egress_blocks) {
    if (block.until <= now) continue;
    words += "; egress " + block.egress + " is blocked for it until " + when(block.until, now) +
             ": " + block.why;
  }
  return words;
}

std::string why_of(const HostRecord& host, const HostNow& host_now) {
  const HostState& state = host.entry.state;
  std::string why = state.why;
  if (state.incidents > 0) {
    if (!why.empty()) why += "; ";
    why += std::to_string(state.incidents) + " incident(s) in a row, the first at " +
           to_iso(state.trouble_since);
  }
  if (const std::string robots = robots_in_words(host, host_now); !robots.empty()) {
    why = why.empty() ? robots : robots + "; " + why;
  }
  if (!why.empty()) return why;
  if (host_now.wait.reason == WaitReason::HostPaused) return "an operator asked for it";
  return "no trouble is on record";
}

std::vector<ExplainCommand> commands_of(const HostRecord& host, const HostNow& host_now,
                                        Instant now) {
  const std::string key = shell_word(host.entry.key);
  std::vector<ExplainCommand> out;
  const HostState& state = host.entry.state;
  if (host.entry.wishes.paused) {
    out.push_back({"frontierctl resume " + key, "lets it be asked again"});
  }
  if (state.exhausted) {
    out.push_back({"frontierctl retry --host " + key,
                   "gives the host a new start: one probe first, brings its dropped URLs back"});
  } else if (state.rest_until > now) {
    out.push_back({"frontierctl retry --host " + key,
                   "ends the rest: one probe first, brings its dropped URLs back"});
  }
  if (state.rest_cls == OutcomeClass::BotWalled && state.breaker != Breaker::Closed) {
    out.push_back({"frontierctl hosts --walled", "lists every host that keeps us out"});
  }
  if (host_now.wait.reason == WaitReason::HostGap ||
      host_now.wait.reason == WaitReason::HostFlights) {
    out.push_back({"frontierctl set " + key + " gap=500ms flights=2", "changes its pace"});
  }
  if (!host.entry.wishes.paused) {
    out.push_back({"frontierctl pause " + key, "stops asking it"});
  }
  if (host.queued > 0) {
    out.push_back({"frontierctl drop --host " + key, "drops what is queued for it"});
  }
  return out;
}

Instant since_of(const HostRecord& host) {
  const HostState& state = host.entry.state;
  if (state.breaker != Breaker::Closed || state.exhausted) return state.incident_at;
  return std::max(state.history.good_at, state.history.first_at);
}

}  // namespace

Explanation explain_host(const HostRecord& host, std::span<const Incident> incidents,
                         const HostNow& host_now, const FrontierNow& frontier) {
  Explanation out;
  out.subject = host.entry.key;
  out.is_host = true;
  out.state = host.entry.state.exhausted ? "given up" : std::string(to_string(host_now.condition()));
  out.since = since_of(host);
  out.waits_for = host_now.wait.reason;
  out.until = until_of(host, host_now, frontier.now);
  out.summary = summary_of(host, host_now, frontier.now);
  out.why = why_of(host, host_now) + blocks_in_words(host, frontier.now);
  for (const Incident& incident : incidents) out.chain.push_back(incident_sentence(incident));
  std::reverse(out.chain.begin(), out.chain.end());
  out.next = next_of(host, host_now, frontier);
  out.commands = commands_of(host, host_now, frontier.now);
  return out;
}

}  // namespace frontierd
