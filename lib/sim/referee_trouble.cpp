// The referee on hosts in trouble: its own count of their incidents, what a rest may be taken back
// for, when a host may be given up, and how it is asked while it is on trial.
#include <algorithm>

#include "sim/referee.h"

namespace frontierd::sim {

// One incident, one step: only a flight that left after the last one was known makes another.
void Referee::take_incident(HostBook& host, const Settlement& settlement, const Flight* flight) {
  TroubleBook& book = host.trouble;
  if (settlement.lease.leased_at <= book.at) {
    breach(5, settlement.lease.url + " left before the incident of " + host.key +
                  " was known and is counted as another one");
  }
  const bool landed = flight != nullptr && flight->landed;
  const OutcomeClass meant = landed ? flight->answer.meaning.cls : OutcomeClass::Unreachable;
  // A run of plain refusals may be a limit that is said no other way.
  if (!is_trouble(meant) && meant != OutcomeClass::Refused) {
    breach(5, settlement.lease.url + " is counted as an incident of " + host.key +
                  ", the origin meant " + std::string(to_string(meant)));
  }
  if (book.incidents == 0) book.since = settlement.incident->at;
  ++book.incidents;
  if (meant == OutcomeClass::BotWalled) ++book.walls;
  book.at = settlement.incident->at;
  book.recent.push_back({truth_.now(), book.rest_until});
  book.good_to_go = good_answers_to_close(*policy_);
  book.answered = false;
}

void Referee::take_good_news(HostBook& host, const Settlement& settlement, const Flight* flight) {
  TroubleBook& book = host.trouble;
  if (book.incidents == 0 || flight == nullptr || !flight->landed) return;
  const bool good =
      is_good_news(flight->answer.meaning.cls) && is_good_news(settlement.outcome.cls);
  if (!good || settlement.lease.leased_at < book.at) return;
  book.answered = true;
  if (--book.good_to_go > 0) return;
  book.incidents = book.walls = 0;
}

// Everything that makes it worse needs an incident, or a wait that was asked for.
void Referee::check_escalation(HostBook& host, const HostState& state, bool may_rest) {
  TroubleBook& book = host.trouble;
  if (state.incidents > book.incidents || state.walls > book.walls) {
    breach(5, host.key + " is charged with " + std::to_string(state.incidents) + " incidents, " +
                  std::to_string(state.walls) + " of them walls; we count " +
                  std::to_string(book.incidents) + " and " + std::to_string(book.walls));
  }
  if (!may_rest && state.rest_until > book.rest_until) {
    breach(5, "the rest of " + host.key + " grows by " +
                  to_words(state.rest_until - book.rest_until) +
                  " without an incident, and nobody asked for it");
  }
  book.incidents = std::min(book.incidents, state.incidents);
  book.walls = std::min(book.walls, state.walls);
}

// The host's own budget ends it, and nothing else: so many incidents in a row over so long, so many
// walls, an address that is barred, or a robots.txt that has been silent for too long.
void Referee::check_give_up(const HostBook& host, const HostState& state, const Flight* flight) {
  const TroubleBook& book = host.trouble;
  if (!state.exhausted || book.exhausted) return;
  const RetryPolicy& retry = policy_->retry;
  const bool spent =
      book.incidents >= retry.incidents_max && book.at - book.since >= retry.give_up_after;
  const bool walled = book.walls >= retry.walls_max;
  const bool barred = flight != nullptr && flight->answer.transport == Transport::AddressBarred;
  const bool silent = host.robots.known && host.robots.shut && host.robots.silent_since != kNever &&
                      truth_.now() - host.robots.silent_since >= policy_->robots.unreachable_max;
  if (spent || walled || barred || silent) return;
  breach(6, host.key + " is given up after " + std::to_string(book.incidents) + " incidents in " +
                to_words(book.at - book.since) + ", " + std::to_string(book.walls) +
                " of them walls");
}

// Only trouble of our own takes a rest back, and only what that very trouble had added.
void Referee::check_lowered(Batch& batch, HostBook& host, const HostState& state, bool by_landing) {
  TroubleBook& book = host.trouble;
  if (state.rest_until >= std::max(host.rest_until, kLongAgo)) return;
  const std::string what = "the rest of " + host.key + " is shortened by " +
                           to_words(host.rest_until - state.rest_until);
  // Whatever of the last minute's incidents was ours, nothing before them may be forgotten.
  while (!book.recent.empty() &&
         truth_.now() - book.recent.front().told_at > policy_->frontier.many_window) {
    book.recent.pop_front();
  }
  Instant lowest = host.rest_until;
  for (const ToldIncident& incident : book.recent) {
    if (!by_landing) lowest = std::min(lowest, incident.rest_before);
  }
  if (state.rest_until < lowest) return breach(4, what);
  batch.lowered.push_back(what);
}

void Referee::take_trouble(Batch& batch, HostBook& host, const Settlement& settlement,
                           const Flight* flight) {
  if (settlement.incident) {
    take_incident(host, settlement, flight);
  } else {
    take_good_news(host, settlement, flight);
  }
  if (!settlement.host) return;
  check_lowered(batch, host, *settlement.host, true);
  const bool asked = flight != nullptr && flight->speaks_of_wait;
  check_escalation(host, *settlement.host, settlement.incident || asked);
  check_give_up(host, *settlement.host, flight);
  take_state(batch, host, *settlement.host);
}

void Referee::take_state(Batch& batch, HostBook& host, const HostState& state) {
  host.trouble.rest_until = state.rest_until;
  host.trouble.exhausted = state.exhausted;
  batch.when_durable.push_back([&host, until = state.rest_until, cls = state.rest_cls,
                                spent = state.exhausted, book = host.trouble] {
    host.rest_until = until;
    host.rest_cls = cls;
    host.exhausted = spent;
    host.trouble_durable = book;
  });
}

// A rest is over, and one request asks whether the host can cope: no second one beside it.
void Referee::check_probe(const HostBook& host, const Lease& lease) {
  if (host.trouble.incidents == 0 || host.trouble.answered || host.flights == 0) return;
  breach(3, lease.url + " is asked for beside the probe of " + host.key);
}

}  // namespace frontierd::sim
