// What landed: the half of the dispatcher that turns reports into settlements.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "frontier/addresses.h"
#include "frontier/dispatcher.h"
#include "rules/classify.h"
#include "rules/history.h"
#include "rules/rate_limit_fields.h"

namespace frontierd {
namespace {

constexpr std::size_t kCookiesHeld = 8;  // of a host, for second tries; one that is lost costs that try

// "One path only" against "every path": the first segment is enough to tell parts of a site apart.
std::uint32_t path_hash(const std::string& text) {
  const std::string_view path = path_and_query_in(text);
  return static_cast<std::uint32_t>(
      stable_hash(path.substr(0, std::min(path.find('/', 1), path.find('?')))));
}

// The pace that a published quota allows: the whole window where it is known, else what is left.
std::optional<Millis> quota_gap(const FetchReport& report) {
  const auto quota = published_quota(report.headers, report.received_at);
  if (!quota) return std::nullopt;
  if (quota->limit && quota->window && *quota->limit > 0) return *quota->window / *quota->limit;
  if (quota->remaining && quota->reset && *quota->remaining > 0) {
    return *quota->reset / *quota->remaining;
  }
  return std::nullopt;
}

// Sent back as it came or not at all: one that is too long, or that we could not store as text, is
// not kept.
std::string validator(std::string_view value) {
  return value.size() <= kValidatorMax && is_valid_utf8(value) ? std::string(value) : "";
}

void weigh_by_past(const Landing& landing, bool errand, HostSlot& slot, Outcome& outcome) {
  // Doubted once in a row: what it was before its last flight does not count.
  outcome.doubtful = outcome.doubtful && landing.lease.last_class != OutcomeClass::Refused;
  // What was never processed says nothing of host or URL; but a host that says so again and again is
  // in trouble, whatever it calls it.
  const bool unprocessed = landing.report.transport == Transport::NotProcessed;
  slot.unprocessed = unprocessed ? slot.unprocessed + 1 : 0;
  if (slot.unprocessed > kUnprocessedMax) outcome.scope = Scope::Host;
  // robots.txt and the probe stand for the whole host.
  if (errand && is_trouble(outcome.cls) && outcome.scope == Scope::Url) outcome.scope = Scope::Host;
}

AttemptFacts facts_of(const Landing& landing, Instant now) {
  const FetchReport& report = landing.report;
  AttemptFacts facts;
  facts.started_at = landing.lease.leased_at;
  facts.landed_at = now;
  facts.status = report.status;
  facts.transport = report.transport;
  facts.peer = report.peer.substr(0, kPeerMax);
  facts.egress = report.egress;
  facts.body_bytes = report.body_bytes;
  facts.elapsed = report.elapsed;
  if (!landing.lease.stands_for) {  // the mirror's validators mean nothing to the host
    facts.etag = validator(header(report, "etag"));
    facts.last_modified = validator(header(report, "last-modified"));
  }
  facts.content_type = valid_utf8(header(report, "content-type").substr(0, kContentTypeMax));
  facts.archive = landing.archive;
  return facts;
}

FlightFacts flight_of(const Landing& landing, const Pace& pace, Instant now) {
  FlightFacts flight;
  flight.started_at = landing.lease.leased_at;
  flight.landed_at = now;
  flight.latency = landing.report.first_byte_after;
  flight.pace = pace;
  flight.path_hash = path_hash(landing.lease.url);
  flight.status = landing.report.status;
  flight.url = landing.lease.url;
  flight.quota_gap = quota_gap(landing.report);
  return flight;
}

}  // namespace

Result<void> Dispatcher::settle_landings(Instant now) {
  std::vector<Landing> landings = fetcher_.landed();
  std::move(unflown_.begin(), unflown_.end(), std::back_inserter(landings));
  unflown_.clear();
  if (landings.empty()) return {};
  std::vector<Settlement> settlements;
  settlements.reserve(landings.size());
  for (Landing& landing : landings) {
    TRY_ASSIGN(auto settlement, weigh(landing, now));
    TRY(write_learned_elsewhere(settlements));
    settlements.push_back(std::move(settlement));
  }
  take_back_charges(settlements);
  TRY(store_.settle(settlements, now));
  for (const HostId host : given_back_) {
    if (const HostSlot* slot = schedule_.find(host)) {
      TRY(store_.set_host_state(host, slot->entry.state));
    }
  }
  given_back_.clear();
  for (const Settlement& settlement : settlements) {
    journal_.settled(settlement, now);
    if (settlement.lease.stands_for) TRY(come_home(settlement, now));
  }
  std::vector<Candidate> followed;
  followed.swap(followed_);
  if (!followed.empty()) TRY(admit(followed, now));
  return {};
}

// A host learnt from a flight to another one. Where a landing of its own in this very batch is yet
// to be written, it goes in there: written before, it would be undone by it.
Result<void> Dispatcher::write_learned_elsewhere(std::vector<Settlement>& earlier) {
  for (const auto& [host, state] : std::exchange(learned_elsewhere_, {})) {
    const auto own = std::find_if(earlier.rbegin(), earlier.rend(), [host = host](const auto& one) {
      return one.host && one.lease.host == host;
    });
    if (own == earlier.rend()) {
      TRY(store_.set_host_state(host, state));
    } else {
      own->host = state;
    }
  }
  return {};
}

Result<Settlement> Dispatcher::weigh(Landing& landing, Instant now) {
  HostSlot* slot = schedule_.find(landing.lease.host);
  const auto away = in_flight_.find(raw(landing.lease.id));
  CHECK(slot != nullptr && away != in_flight_.end());
  const InFlight flight = std::move(away->second);
  in_flight_.erase(away);
  --slot->flights;
  --flights_;
  names_.landed(flight.name, slot->entry.id, flight.pace, now);
  take_home(flight, *slot, landing.report, now);
  if (flight.trial) our_trouble_.try_ended();

  Settlement settlement;
  settlement.lease = landing.lease;
  if (landing.report.transport == Transport::Aborted) {
    return weigh_aborted(landing, flight, *slot, now);
  }
  if (asks_elsewhere(*slot, landing)) return move_on(landing, flight, *slot, now);
  settlement.facts = facts_of(landing, now);
  const HostState before = slot->entry.state;
  const FlightFacts facts = flight_of(landing, flight.pace, now);
  settlement.outcome = revise(classify(landing.report, *signatures_), before, facts);
  Outcome& outcome = settlement.outcome;
  weigh_by_past(landing, flight.errand.has_value(), *slot, outcome);
  if (landing.report.transport == Transport::EgressFailed && !landing.lease.egress.empty()) {
    return weigh_egress_failure(landing, flight, *slot, std::move(settlement), now);
  }
  HostChange change = settle(*policy_, before, outcome, facts, rng_.roll());
  // A resolver that says "no such name" has answered: that trouble is never ours.
  const bool dead_name = landing.report.transport == Transport::DnsFailed;
  const bool ours = !dead_name && is_our_trouble(*slot, outcome, now);
  if (ours) {
    change = HostChange{};
    change.state = slot->entry.state;
    outcome.scope = Scope::Egress;
  }
  weigh_egress(*slot, landing, before, facts, change, settlement, now);
  slot->entry.state = change.state;
  names_.rest(slot->pace_name, slot->entry.id, change.state);
  if (change.learned) settlement.host = change.state;
  settlement.incident = change.incident;
  announce(*slot, before, change, now);

  if (flight.errand && ours) {
    drop_errand(*flight.errand, settlement, "the trouble is ours, the host is not charged", now);
  } else if (flight.errand) {
    TRY(weigh_errand(landing, *flight.errand, *slot, settlement, now));
  } else {
    TRY(weigh_page(landing, *slot, change, settlement, now));
    touch_queue(*slot, settlement);
  }
  const bool rests = change.incident || change.state.rest_until > before.rest_until;
  if (rests) TRY(end_errands(*slot, now));
  wait_a_turn(*slot, flight.pace, landing.lease.leased_at, now);
  replace(*slot, now);
  return settlement;
}

Settlement Dispatcher::weigh_aborted(const Landing& landing, const InFlight& flight, HostSlot& slot,
                                     Instant now) {
  Settlement settlement =
      given_back(landing.lease, "given back: the daemon stops", landing.lease.due_at);
  if (flight.errand) abandon_errand(*flight.errand, now);
  if (!flight.errand) touch_queue(slot, settlement);
  replace(slot, now);
  return settlement;
}

// The address that it was asked at did not answer; another one is asked next.
Settlement Dispatcher::move_on(const Landing& landing, const InFlight& flight, HostSlot& slot,
                               Instant now) {
  Settlement settlement;
  settlement.lease = landing.lease;
  settlement.facts = facts_of(landing, now);
  settlement.outcome = classify(landing.report, *signatures_);
  std::string why = landing.lease.address + " does not answer (" +
                    std::string(to_string(landing.report.transport)) + "), " + slot.asked_at +
                    " is asked next; nothing is counted";
  if (flight.errand) {
    drop_errand(*flight.errand, settlement, std::move(why), now);
  } else {
    settlement.verdict = Retry{now, false, landing.lease.past_cache, std::move(why)};
    touch_queue(slot, settlement);
  }
  wait_a_turn(slot, flight.pace, landing.lease.leased_at, now);
  replace(slot, now);
  return settlement;
}

// The gap counts from the end of a flight too; and a pace that is slower now than when it started,
// from that start (or from now, if the clock was set back meanwhile).
void Dispatcher::wait_a_turn(HostSlot& slot, const Pace& at_start, Instant started, Instant now) {
  const Pace holds = pace(slot.entry, now);
  names_.join(slot.pace_name, slot.entry.id, holds);
  slot.ready_at = std::max(slot.ready_at, now + holds.gap);
  if (holds.period <= at_start.period) return;
  slot.ready_at = std::max(slot.ready_at, std::min(started, now) + holds.period);
}

Result<void> Dispatcher::weigh_page(const Landing& landing, HostSlot& slot,
                                    const HostChange& change, Settlement& settlement, Instant now) {
  const Lease& lease = landing.lease;
  if (lease.stands_for) {
    settlement.verdict = judge_for_resting(lease, settlement.outcome, now);
    return {};
  }
  const UrlFacts url{lease.url, lease.attempts, lease.redirects, lease.past_cache,
                     !lease.cookie.empty()};
  settlement.verdict =
      judge(*policy_, url, settlement.outcome, slot.entry.state, change.blamed, now, rng_.roll());
  if (const auto* again = std::get_if<Retry>(&settlement.verdict); again && again->with_cookie) {
    if (slot.cookies.size() >= kCookiesHeld) slot.cookies.erase(slot.cookies.begin());
    slot.cookies.emplace_back(lease.url_id, settlement.outcome.cookie);
  }
  if (const auto* moved = std::get_if<Follow>(&settlement.verdict)) {
    const auto target = Url::parse(moved->target);
    CHECK(target.has_value());
    follow(*target, landing, settlement, moved->not_before);
  }
  return {};
}

// The target of a redirect goes through the whole gate: scope here, robots and politeness at its
// host.
void Dispatcher::follow(const Url& target, const Landing& landing, Settlement& settlement,
                        Instant not_before) {
  if (const auto bar =
          scope_bar(policy_->scope, target.host(), target.port(), target.text().size())) {
    settlement.verdict = Drop{DropReason::OutOfScope,
                              "redirects to " + for_message(target.text()) + ", which is " + *bar};
    return;
  }
  Candidate candidate;
  candidate.url = target.text();
  candidate.host_key = target.host_key();
  candidate.priority = landing.lease.priority;
  candidate.not_before = not_before;
  candidate.redirects = landing.lease.redirects + 1;
  candidate.via = landing.lease.url;
  followed_.push_back(std::move(candidate));
}

// Many unrelated hosts at once: then it is us. The hosts charged so far are given back what they
// were.
bool Dispatcher::is_our_trouble(HostSlot& slot, const Outcome& outcome, Instant now) {
  OurTrouble::Charged charged{now, slot.entry.id, slot.domain, false, slot.entry.state};
  const bool known = our_trouble_.paused(now);
  if (!our_trouble_.note(policy_->frontier, outcome, std::move(charged), now)) return false;
  slot.tried_at = now;  // it has spoken
  if (known) return true;
  for (OurTrouble::Charged& entry : our_trouble_.take_charged()) {
    HostSlot* other = schedule_.find(entry.host);
    if (other == nullptr || other->entry.state.incident_at != entry.at) continue;
    other->entry.state = std::move(entry.before);
    other->tried_at = now;
    pardon_name(*other, now);
    given_back_.push_back(other->entry.id);
    replace(*other, now);
  }
  trouble_ = "many unrelated hosts failed within " + to_words(policy_->frontier.many_window) +
             " and none answered; last: " + slot.entry.key + ", " +
             std::string(to_string(outcome.cls));
  journal_.our_trouble(trouble_, our_trouble_.paused_until());
  return true;
}

// A landing of this very batch may have charged a host that was given back after it.
void Dispatcher::take_back_charges(std::vector<Settlement>& settlements) const {
  for (Settlement& settlement : settlements) {
    const HostId host = settlement.lease.host;
    if (std::find(given_back_.begin(), given_back_.end(), host) == given_back_.end()) continue;
    settlement.host.reset();
    settlement.incident.reset();
  }
}

void Dispatcher::announce(const HostSlot& slot, const HostState& before, const HostChange& change,
                          Instant now) {
  if (change.incident) journal_.rested(slot.entry.key, *change.incident);
  const bool was_in_trouble = before.breaker != Breaker::Closed;
  if (was_in_trouble && change.state.breaker == Breaker::Closed) {
    journal_.recovered(slot.entry.key, before.rest_cls, now - before.trouble_since, now);
  }
}

Settlement Dispatcher::given_back(const Lease& lease, const std::string& why,
                                  Instant not_before) const {
  Settlement settlement;
  settlement.lease = lease;
  settlement.verdict = Retry{not_before, false, lease.past_cache, why};
  settlement.record_attempt = false;
  return settlement;
}

// A URL that waits for another try keeps its host's queue alive.
void Dispatcher::touch_queue(HostSlot& slot, const Settlement& settlement) {
  const Instant due = due_of(settlement.verdict);
  if (due == kNever || settlement.lease.stands_for) return;
  slot.entry.next_due = slot.entry.has_queue ? std::min(slot.entry.next_due, due) : due;
  slot.entry.has_queue = true;
  given_up_.more(slot.entry.id);
}

}  // namespace frontierd
