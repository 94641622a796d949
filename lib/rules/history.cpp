#include "rules/history.h"

#include <algorithm>

#include "rules/pace.h"

namespace frontierd {
namespace {

// Nothing but the status or prose speaks: the bytes do not decide.
bool is_undecided(const Outcome& outcome) {
  if (outcome.wait || outcome.scope == Scope::Egress) return false;
  const bool bare =
      outcome.cls == OutcomeClass::Overloaded || outcome.cls == OutcomeClass::UpstreamFailed;
  return bare && std::none_of(outcome.evidence.begin(), outcome.evidence.end(),
                              [](const Evidence& sign) { return sign.strength > Strength::Weak; });
}

// Were we faster than the last pace known to be good, or had we just been allowed to go faster?
bool pace_just_rose(const HostState& host, const FlightFacts& flight) {
  const Millis since = flight.landed_at - host.history.quickened_at;
  if (host.history.quickened_at != kLongAgo && since <= kPaceRoseWithin) return true;
  return host.good_gap > Millis{0} && period_of(flight.pace, host.latency) < host.good_gap;
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

bool is_page(OutcomeClass cls) {
  return cls == OutcomeClass::Fetched || cls == OutcomeClass::Unchanged;
}

// A permission answer by its status alone: no vendor, no machine code, no words.
bool is_bare_refusal(const Outcome& outcome, const FlightFacts& flight) {
  return outcome.cls == OutcomeClass::Refused && flight.status == 403 && !outcome.wait &&
         std::none_of(outcome.evidence.begin(), outcome.evidence.end(),
                      [](const Evidence& sign) { return sign.strength > Strength::Weak; });
}

// Refusals in a row up to now, if a run of good answers that held this part of the site came right
// before them; else 0.
int refusals_after_good_run(const HostState& host, const FlightFacts& flight) {
  const auto& last = host.history.last;
  std::size_t refused = 0;
  while (refused < last.size() && last[refused].cls == OutcomeClass::Refused) ++refused;
  bool same_part = false;
  for (std::size_t i = refused; i < refused + kGoodRun; ++i) {
    if (i >= last.size() || last[i].at == kLongAgo || !is_page(last[i].cls)) return 0;
    if (flight.landed_at - last[i].at > kHistoryWithin) return 0;
    same_part = same_part || last[i].path_hash == flight.path_hash;
  }
  return same_part ? static_cast<int>(refused) + 1 : 0;
}

void add_evidence(Outcome& outcome, std::string rule, std::string what) {
  outcome.evidence.insert(outcome.evidence.begin(),
                          {std::move(rule), Strength::Weak, std::move(what)});
  if (outcome.evidence.size() > kEvidenceMax) outcome.evidence.pop_back();
}

// The landings before are the onset of a block: refusals in a row, then rests for them and nothing
// else since.
bool was_shut_out(const HostState& host) {
  if (host.breaker != Breaker::Probing) return false;
  const auto& last = host.history.last;
  const auto limited = std::find_if(last.begin(), last.end(), [](const PastLanding& past) {
    return past.cls != OutcomeClass::RateLimited;
  });
  if (limited == last.begin()) return false;
  const auto refused = std::min(last.end(), limited + kShutOutAfter - 1);
  return std::all_of(limited, refused, [](const PastLanding& past) {
    return past.at != kLongAgo && past.cls == OutcomeClass::Refused;
  });
}

// A 403 as a rate limit: some servers know no other way to say it.
Outcome revise_refusal(Outcome outcome, const HostState& host, const FlightFacts& flight) {
  const bool still = was_shut_out(host);
  const int in_a_row = still ? kShutOutAfter : refusals_after_good_run(host, flight);
  if (in_a_row == 0) return outcome;
  if (in_a_row < kShutOutAfter) {
    outcome.doubtful = true;
    add_evidence(outcome, "history-sudden-refusal", "it came amid good answers of this part");
    return outcome;
  }
  outcome.runner_up = RunnerUp{outcome.cls, outcome.evidence.front().rule};
  outcome.cls = OutcomeClass::RateLimited;
  outcome.scope = Scope::Egress;
  add_evidence(outcome, "history-shut-out",
               still ? "the host refused us everything, and still does after a rest"
                     : "after a run of good answers every page is refused");
  return outcome;
}

}  // namespace

Outcome revise(Outcome outcome, const HostState& host, const FlightFacts& flight) {
  if (is_bare_refusal(outcome, flight)) return revise_refusal(std::move(outcome), host, flight);
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
