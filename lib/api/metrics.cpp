#include "api/metrics.h"

namespace frontierd {
namespace {

template <class Enum>
std::size_t at(Enum value) {
  return static_cast<std::size_t>(value);
}

double in_seconds(Millis length) {
  return static_cast<double>(length.count()) / 1000.0;
}

}  // namespace

void MetricsJournal::leased(const Lease& lease, Instant /*now*/) {
  ++leases_[at(lease.purpose)];
}

void MetricsJournal::settled(const Settlement& settlement, Instant now) {
  if (const Drop* drop = std::get_if<Drop>(&settlement.verdict)) {
    if (settlement.lease.purpose == Purpose::Page) ++drops_[at(drop->because)];
  }
  if (!settlement.record_attempt) return;
  const Outcome& outcome = settlement.outcome;
  ++outcomes_[at(outcome.cls)][at(outcome.scope)];
  body_bytes_ += settlement.facts.body_bytes;
  if (!settlement.lease.egress.empty()) {
    Way& way = ways_[settlement.lease.egress];
    ++way.flights;
    way.refusals += outcome.cls == OutcomeClass::BotWalled ? 1 : 0;
    way.failures += settlement.facts.transport == Transport::EgressFailed ? 1 : 0;
  }
  if (settlement.lease.purpose == Purpose::Probe) ++probes_[is_good_news(outcome.cls) ? 1 : 0];
  if (settlement.lease.purpose != Purpose::Page) return;
  fetches_.add(in_seconds(settlement.facts.elapsed));
  const std::int64_t second = to_unix_ms(now) / 1000;
  Second& slot = seconds_[static_cast<std::size_t>(second % kWindow)];
  if (slot.at != second) slot = {second, 0};
  ++slot.pages;
}

void MetricsJournal::rested(const std::string& /*host_key*/, const Incident& incident) {
  ++incidents_[at(incident.cls)];
  if (incident.rest_until > incident.at) {
    rest_seconds_[at(incident.cls)] += in_seconds(incident.rest_until - incident.at);
  }
}

void MetricsJournal::recovered(const std::string& /*host_key*/, OutcomeClass rested_for,
                               Millis took, Instant /*now*/) {
  recoveries_[at(rested_for)].add(in_seconds(took));
}

void MetricsJournal::gave_up(const std::string& /*host_key*/, DropReason because, std::size_t urls,
                             Instant /*now*/) {
  ++hosts_given_up_;
  drops_[at(because)] += urls;
}

void MetricsJournal::reclaimed(std::size_t hosts, Instant /*now*/) {
  hosts_reclaimed_ += hosts;
}

void MetricsJournal::our_trouble(const std::string& /*why*/, Instant /*until*/) {
  ++our_troubles_;
}

EgressNow MetricsJournal::egress(const EgressRule& rule) const {
  EgressNow now;
  now.rule = rule;
  const auto found = ways_.find(rule.name);
  if (found == ways_.end()) return now;
  now.flights = found->second.flights;
  now.refusals = found->second.refusals;
  now.failures = found->second.failures;
  return now;
}

void MetricsJournal::resolved(Transport transport) {
  ++lookups_[at(transport)];
}

double MetricsJournal::pages_per_second(Instant now) const {
  const std::int64_t second = to_unix_ms(now) / 1000;
  std::uint64_t pages = 0;
  for (const Second& slot : seconds_) {
    if (slot.at < second && slot.at >= second - (kWindow - 1)) pages += slot.pages;
  }
  return static_cast<double>(pages) / static_cast<double>(kWindow - 1);
}

}  // namespace frontierd
