#include "rules/history.h"

#include <algorithm>

namespace frontierd {
namespace {

// Nothing but the status or prose speaks: the bytes do not decide.
bool is_undecided(const Outcome& outcome) {
  if (outcome.wait || outcome.scope == Scope::Egress) return false;
  const bool bare =
      outcome.cls == OutcomeClass::Overloaded || outcome.cls == OutcomeClass::UpstreamFailed;
  return bare &&
         std::none_of(outcome.evidence.begin(), outcome.evidence.end(),
                      [](const Evidence& sign) { return sign.strength > Strength::Weak; });
}

// Were we faster than the last pace known to be good, or had we just been allowed to go faster?
bool pace_just_rose(const HostState& host, const FlightFacts& flight) {
  const Millis since = flight.landed_at - host.history.quickened_at;
  if (host.history.quickened_at != kLongAgo && since <= kPaceRoseWithin) return true;
  return host.good_gap > Millis{0} && flight.gap < host.good_gap;
}

// Other paths answered well lately, and this one was the only one in trouble.
bool one_path_only(const HostState& host, const FlightFacts& flight) {
  int others_good = 0;
  for (const PastLanding& past : host.history.last) {
    if (past.at == kLongAgo || flight.landed_at - past.at > kHistoryWithin) break;
    if (past.path_hash == flight.path_hash) continue;
    if (is_trouble(past.cls)) return false;
    if (is_good_news(past.cls)) ++others_good;
  }
  const bool again = std::any_of(
      host.history.last.begin(), host.history.last.end(), [&flight](const PastLanding& past) {
        return past.path_hash == flight.path_hash && is_trouble(past.cls) &&
               flight.landed_at - past.at <= kHistoryWithin;
      });
  return again && others_good >= kOtherPathsGood;
}

void add_evidence(Outcome& outcome, std::string rule, std::string what) {
  outcome.evidence.insert(outcome.evidence.begin(),
                          {std::move(rule), Strength::Weak, std::move(what)});
  if (outcome.evidence.size() > kEvidenceMax) outcome.evidence.pop_back();
}

}  // namespace

Outcome revise(Outcome outcome, const HostState& host, const FlightFacts& flight) {
  if (!is_undecided(outcome)) return outcome;
  const std::string by_bytes = outcome.evidence.empty() ? "" : outcome.evidence.front().rule;
  if (outcome.cls == OutcomeClass::Overloaded && pace_just_rose(host, flight)) {
    outcome.runner_up = RunnerUp{outcome.cls, by_bytes};
    outcome.cls = OutcomeClass::RateLimited;
    outcome.scope = Scope::Egress;
    add_evidence(outcome, "history-pace-rose", "it came right after our pace rose");
  } else if (outcome.scope == Scope::Host && one_path_only(host, flight)) {
    outcome.scope = Scope::Url;
    add_evidence(outcome, "history-one-path", "only this path fails, others of the host answer");
  }
  return outcome;
}

}  // namespace frontierd
