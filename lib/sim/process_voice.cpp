#include "sim/process_voice.h"

namespace frontierd::sim {

void Process::Voice::note(EventKind kind, std::string_view subject, std::string_view detail,
                          Instant until, std::int64_t number, std::string_view why) {
  around_.log.note({around_.truth.now(), kind, subject, detail, until, number, why});
}

void Process::Voice::leased(const Lease& lease, Instant) {
  if (lease.purpose != Purpose::Page) ++around_.figures.errands;
  note(EventKind::Fetch, lease.url, to_string(lease.purpose), kLongAgo, 0, lease.egress);
}

void Process::Voice::settled(const Settlement& settlement, Instant) {
  const Outcome& outcome = settlement.outcome;
  if (settlement.record_attempt && outcome.cls != OutcomeClass::Barred) {
    if (is_trouble(outcome.cls)) ++around_.figures.timeline.at(around_.truth.now()).refused;
    note(EventKind::Land, settlement.lease.url, to_string(outcome.cls), kLongAgo,
         settlement.facts.status,
         outcome.evidence.empty() ? std::string_view{}
                                  : std::string_view(outcome.evidence.front().what));
  }
  if (settlement.lease.purpose == Purpose::Page) tell_verdict(settlement);
}

void Process::Voice::tell_verdict(const Settlement& settlement) {
  const std::string& url = queued_url(settlement.lease);
  if (const auto* retry = std::get_if<Retry>(&settlement.verdict)) {
    if (retry->burns_attempt) ++around_.figures.burnt;
    return note(EventKind::Wait, url, {}, true_time(retry->not_before), retry->burns_attempt,
                retry->why);
  }
  if (const auto* drop = std::get_if<Drop>(&settlement.verdict)) {
    ++around_.figures.drops[static_cast<std::size_t>(drop->because)];
    return note(EventKind::Drop, url, to_string(drop->because), kLongAgo, 0, drop->why);
  }
  ++around_.figures.pages;
  ++around_.figures.timeline.at(around_.truth.now()).pages;
  note(EventKind::Done, url, {});
}

void Process::Voice::rested(const std::string& host_key, const Incident& incident) {
  const Instant until = true_time(incident.rest_until);
  around_.figures.rests[static_cast<std::size_t>(incident.cls)].add(until - around_.truth.now());
  note(EventKind::Rest, host_key, to_string(incident.cls), until, incident.status, incident.why);
}

void Process::Voice::woke(const std::string& host_key, OutcomeClass rested_for, Instant) {
  note(EventKind::Wake, host_key, to_string(rested_for));
}

void Process::Voice::recovered(const std::string& host_key, OutcomeClass rested_for, Millis took,
                               Instant) {
  around_.figures.recoveries[static_cast<std::size_t>(rested_for)].add(took);
  note(EventKind::Recover, host_key, to_string(rested_for), kLongAgo, took.count());
}

void Process::Voice::gave_up(const std::string& host_key, DropReason because, std::size_t urls,
                             Instant) {
  around_.figures.drops[static_cast<std::size_t>(because)] += urls;
  note(EventKind::GiveUp, host_key, to_string(because), kLongAgo, static_cast<std::int64_t>(urls));
}

void Process::Voice::our_trouble(const std::string& why, Instant until) {
  ++around_.figures.our_troubles;
  around_.referee.our_trouble();
  note(EventKind::Trouble, {}, {}, true_time(until), 0, why);
}

}  // namespace frontierd::sim
