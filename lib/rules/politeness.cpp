#include "rules/politeness.h"

#include <algorithm>
#include <cmath>

#include "rules/pace.h"

namespace frontierd {
namespace {

constexpr double kLatencyWeight = 0.2;  // of the newest landing in the smoothed latency

// Failures of our own side: they say nothing about the host.
bool says_nothing(const Outcome& outcome) {
  return outcome.cls == OutcomeClass::StaleCopy || outcome.cls == OutcomeClass::Barred ||
         (outcome.cls == OutcomeClass::Unreachable && outcome.scope == Scope::Egress);
}

bool blames_our_speed(OutcomeClass cls) {
  return cls == OutcomeClass::RateLimited || cls == OutcomeClass::Overloaded;
}

void remember(HostState& host, const Outcome& outcome, const FlightFacts& flight) {
  if (flight.latency > Millis{0}) {
    const double old = static_cast<double>(host.latency.count());
    const double now = static_cast<double>(flight.latency.count());
    const double mixed = host.latency == Millis{0} ? now : old + kLatencyWeight * (now - old);
    host.latency = Millis{static_cast<std::int64_t>(mixed)};
  }
  HostHistory& history = host.history;
  if (history.first_at == kLongAgo) history.first_at = flight.started_at;
  std::shift_right(history.last.begin(), history.last.end(), 1);
  history.last.front() = {flight.landed_at, outcome.cls, flight.path_hash};
  if (is_good_news(outcome.cls)) {
    history.good_at = flight.landed_at;
    ++history.good_in_a_row;
  } else {
    history.good_in_a_row = 0;
  }
}

std::string words(const Outcome& outcome, const FlightFacts& flight, Millis rest) {
  std::string out(to_string(outcome.cls));
  if (flight.status != 0) out += " (" + std::to_string(flight.status) + ")";
  out += " from " + flight.url;
  if (!outcome.evidence.empty()) out += ": " + outcome.evidence.front().what;
  out += "; rests " + to_words(rest);
  if (outcome.wait) out += ", asked by " + outcome.wait->source;
  return out;
}

void close(HostState& host, Instant now) {
  host.breaker = Breaker::Closed;
  host.resume_step = 0;
  host.incidents = 0;
  host.walls = 0;
  host.trouble_since = kLongAgo;
  host.history.quickened_at = now;
  host.why.clear();
}

// One step towards full pace; true if something worth storing changed.
bool recover(const Policy& policy, HostState& host, const FlightFacts& flight) {
  host.url_troubles = 0;
  if (flight.started_at < host.incident_at) return false;  // it left before the trouble: old news
  if (host.breaker == Breaker::Probing) {
    // A maintenance ends; nobody was too fast. Everything else is resumed slowly.
    const bool at_once =
        host.rest_cls == OutcomeClass::Maintenance || policy.pace.resume_steps <= 0;
    host.breaker = Breaker::Recovering;
    host.resume_step = at_once ? 0 : policy.pace.resume_steps;
    if (at_once) close(host, flight.landed_at);
    return true;
  }
  if (host.breaker != Breaker::Recovering) return false;
  host.history.quickened_at = flight.landed_at;
  if (--host.resume_step <= 0) close(host, flight.landed_at);
  return true;
}

bool take_quota(const Policy& policy, HostState& host, const FlightFacts& flight) {
  if (!flight.quota_gap) return false;
  const double wanted =
      static_cast<double>(flight.quota_gap->count()) * (1.0 + policy.pace.quota_margin);
  const double known = static_cast<double>(host.quota_gap.count());
  const bool news = std::abs(wanted - known) > 0.1 * std::max(wanted, known);
  const bool aged = flight.landed_at - host.quota_at >= policy.pace.quota_relearn / 4;
  if (news || aged) host.quota_at = flight.landed_at;
  if (news) host.quota_gap = Millis{static_cast<std::int64_t>(std::ceil(wanted))};
  return news || aged;
}

// Does the latency ask for another gap than the one that a restart would keep to?
bool is_news_of_latency(const PacePolicy& policy, const HostState& host,
                        const FlightFacts& flight) {
  const Millis longer = std::max(host.latency, host.latency_kept);
  const double asked = policy.latency_factor * static_cast<double>(longer.count());
  const Millis gap = std::min(policy.gap, flight.pace.gap);
  if (asked <= 0 || asked < static_cast<double>(gap.count())) return false;
  return host.latency * 4 > host.latency_kept * 5 || host.latency * 2 < host.latency_kept;
}

// A good answer that says "nothing left for 12 s" is obeyed before it becomes a refusal.
bool heed_spent_quota(const Policy& policy, HostState& host, const Outcome& outcome,
                      const FlightFacts& flight) {
  if (outcome.cls == OutcomeClass::Moved || !outcome.wait) return false;
  const Millis wait = std::min(outcome.wait->length, policy.rest.rate_limited.asked_max);
  const Instant until = flight.landed_at + wait;
  if (until <= host.rest_until || wait == Millis{0}) return false;
  host.rest_until = until;
  host.rest_cls = OutcomeClass::RateLimited;
  host.why = "quota spent, said " + flight.url + ": " + outcome.wait->source;
  return true;
}

bool spent(const RetryPolicy& policy, const HostState& host, Instant now) {
  if (host.walls >= policy.walls_max) return true;
  return host.incidents >= policy.incidents_max && now - host.trouble_since >= policy.give_up_after;
}

// The pace that a refusal blames. A lone probe was not too fast, whatever it got: the pace that led
// to the incident stays the one to earn back. In a slow resume it is the pace that was aimed at,
// and a refusal never makes that faster.
HostState slow_down(const Policy& policy, HostState host, const FlightFacts& flight,
                    const HostState& before) {
  if (before.breaker == Breaker::Probing && host.good_gap > Millis{0}) {
    host.slowed_at = host.rest_until;
    return host;
  }
  Millis period = period_of(flight.pace, before.latency);
  if (before.breaker == Breaker::Recovering) {
    period /= 1 << std::clamp(before.resume_step, 0, kResumeStepsMax);
    period = std::max(period, host.good_gap);
  }
  return slowed(policy.pace, std::move(host), period, host.rest_until);
}

// The incident is on record already; a later flight of it can only lengthen the rest.
HostChange same_incident(const Policy& policy, HostChange change, const Outcome& outcome,
                         const FlightFacts& flight) {
  change.blamed = true;
  if (!outcome.wait) return change;
  const Millis rest = rest_length(policy.rest, outcome, 0, Dice{0.0});
  const Instant until = flight.landed_at + rest;
  if (until <= change.state.rest_until) return change;
  change.state.rest_until = until;
  change.state.slowed_at = std::max(change.state.slowed_at, until);
  change.state.why = words(outcome, flight, rest);
  change.learned = true;
  return change;
}

HostChange new_incident(const Policy& policy, HostChange change, const Outcome& outcome,
                        const FlightFacts& flight, Dice dice) {
  HostState& host = change.state;
  const HostState before = host;
  const Millis rest = rest_length(policy.rest, outcome, host.incidents, dice);
  if (host.incidents == 0) host.trouble_since = flight.landed_at;
  ++host.incidents;
  if (outcome.cls == OutcomeClass::BotWalled) ++host.walls;
  host.url_troubles = 0;
  host.breaker = Breaker::Open;
  host.resume_step = 0;
  host.rest_cls = outcome.cls;
  host.rest_until = std::max(host.rest_until, flight.landed_at + rest);
  host.incident_at = flight.landed_at;
  host.why = words(outcome, flight, rest);
  if (blames_our_speed(outcome.cls)) host = slow_down(policy, host, flight, before);
  host.exhausted = spent(policy.retry, host, flight.landed_at);
  change.learned = true;
  change.blamed = true;
  change.incident = Incident{flight.landed_at, outcome.cls, outcome.scope,   outcome.vendor,
                             flight.status,    flight.url,  host.rest_until, host.why};
  return change;
}

HostChange weigh(const Policy& policy, const HostState& before, const Outcome& outcome,
                 const FlightFacts& flight, Dice dice) {
  HostChange change;
  change.state = before;
  if (says_nothing(outcome)) return change;
  remember(change.state, outcome, flight);
  change.learned = take_quota(policy, change.state, flight);
  if (!is_trouble(outcome.cls)) {
    change.learned = recover(policy, change.state, flight) || change.learned;
    change.learned = heed_spent_quota(policy, change.state, outcome, flight) || change.learned;
    return change;
  }
  if (!rests_host(policy, before, outcome)) {
    ++change.state.url_troubles;
    return change;
  }
  // Whatever became of the host meanwhile: a flight that left before belongs to that incident.
  const bool known = flight.started_at <= before.incident_at;
  if (known) return same_incident(policy, std::move(change), outcome, flight);
  return new_incident(policy, std::move(change), outcome, flight, dice);
}

}  // namespace

Millis rest_length(const RestPolicy& policy, const Outcome& outcome, int incidents, Dice dice) {
  const RestRule& rule = policy.of(outcome.cls);
  const double doubled =
      static_cast<double>(rule.base.count()) * std::exp2(std::min(incidents, 40));
  const double own_ceiling = std::min(doubled, static_cast<double>(rule.cap.count()));
  const Millis own = rule.asked_min + Millis{static_cast<std::int64_t>(dice.unit * own_ceiling)};
  const bool said = outcome.wait && outcome.wait->length > Millis{0};
  if (!said) return std::max(own, outcome.hinted_wait.value_or(Millis{0}));

  const bool announced = outcome.cls == OutcomeClass::Maintenance && outcome.wait->is_date;
  const Millis longest =
      announced ? std::max(policy.announced_max, rule.asked_max) : rule.asked_max;
  Millis asked = std::max(outcome.wait->length, outcome.hinted_wait.value_or(Millis{0}));
  asked = std::clamp(asked, std::min(rule.asked_min, longest), longest);
  asked += Millis{
      static_cast<std::int64_t>(dice.unit * policy.jitter * static_cast<double>(asked.count()))};
  // Told "5 seconds" once, we believe it; told so again and again, our own doubling counts too.
  return incidents == 0 ? asked : std::max(asked, own);
}

bool rests_host(const Policy& policy, const HostState& host, const Outcome& outcome) {
  if (!is_trouble(outcome.cls) || says_nothing(outcome)) return false;
  if (outcome.scope != Scope::Url) return true;
  return host.url_troubles + 1 >= policy.retry.url_troubles_max;
}

HostChange settle(const Policy& policy, const HostState& before, const Outcome& outcome,
                  const FlightFacts& flight, Dice dice) {
  HostChange change = weigh(policy, before, outcome, flight, dice);
  if (!says_nothing(outcome)) {
    change.learned = change.learned || is_news_of_latency(policy.pace, change.state, flight);
  }
  if (change.learned) change.state.latency_kept = change.state.latency;
  return change;
}

HostState wake(HostState host, Instant now) {
  if (host.breaker == Breaker::Open && now >= host.rest_until) host.breaker = Breaker::Probing;
  return host;
}

}  // namespace frontierd
