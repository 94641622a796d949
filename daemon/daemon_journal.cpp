#include "daemon/daemon_journal.h"

#include <spdlog/spdlog.h>

namespace frontierd {
namespace {

struct VerdictWords {
  std::string operator()(const Done& done) const {
    return done.why.empty() ? "done" : "done: " + done.why;
  }
  std::string operator()(const Retry& retry) const { return "waits: " + retry.why; }
  std::string operator()(const Follow& follow) const { return "goes on to " + follow.target; }
  std::string operator()(const Drop& drop) const {
    return "dropped, " + std::string(to_string(drop.because)) + ": " + drop.why;
  }
};

}  // namespace

void DaemonJournal::leased(const Lease& lease, Instant now) {
  flights_[raw(lease.id)] = {lease.url, lease.purpose, lease.leased_at};
  metrics_.leased(lease, now);
}

void DaemonJournal::settled(const Settlement& settlement, Instant now) {
  flights_.erase(raw(settlement.lease.id));
  if (log_fetches_ && settlement.record_attempt) {
    const Lease& lease = settlement.lease;
    spdlog::info("{} {}{} {} {}: {}", to_string(lease.purpose), lease.url,
                 lease.stands_for ? ", mirror of " + lease.stands_for->url + "," : "",
                 settlement.facts.status, to_string(settlement.outcome.cls),
                 std::visit(VerdictWords{}, settlement.verdict));
  }
  metrics_.settled(settlement, now);
}

void DaemonJournal::rested(const std::string& host_key, const Incident& incident) {
  spdlog::warn("{} rests until {}: {}", host_key, to_iso(incident.rest_until), incident.why);
  metrics_.rested(host_key, incident);
}

void DaemonJournal::woke(const std::string& host_key, OutcomeClass rested_for, Instant now) {
  spdlog::info("{} is probed after its rest for {}", host_key, to_string(rested_for));
  metrics_.woke(host_key, rested_for, now);
}

void DaemonJournal::recovered(const std::string& host_key, OutcomeClass rested_for, Millis took,
                              Instant now) {
  spdlog::info("{} has recovered from {} after {}", host_key, to_string(rested_for),
               to_words(took));
  metrics_.recovered(host_key, rested_for, took, now);
}

void DaemonJournal::gave_up(const std::string& host_key, DropReason because, std::size_t urls,
                            Instant now) {
  spdlog::warn(
      "{} is given up, {} URLs dropped: {}. `frontierctl retry --host {}` brings them back.",
      host_key, urls, in_words(because), host_key);
  metrics_.gave_up(host_key, because, urls, now);
}

void DaemonJournal::robots_silent(const std::string& host_key, const RobotsRecord& record) {
  spdlog::warn("{}: {}; its robots.txt is next asked for at {}", host_key, record.why,
               to_iso(record.expires_at));
  metrics_.robots_silent(host_key, record);
}

void DaemonJournal::reclaimed(std::size_t hosts, Instant now) {
  spdlog::info("took back what an earlier process had in flight at {} hosts", hosts);
  metrics_.reclaimed(hosts, now);
}

void DaemonJournal::egress_failed(const std::string& egress, const std::string& why,
                                  Instant until) {
  spdlog::error("egress {} failed and rests until {}: {}. No host is charged.", egress,
                to_iso(until), why);
}

void DaemonJournal::egress_blocked(const std::string& host_key, const EgressBlock& block,
                                   const std::string& next) {
  const std::string then =
      next.empty() ? "no other egress is left, the host is parked" : "egress " + next + " is next";
  spdlog::warn("egress {} is blocked for {} until {}: {}; {}", block.egress, host_key,
               to_iso(block.until), block.why, then);
}

void DaemonJournal::provider_blocked(const ProviderBlock& block) {
  spdlog::warn("egress {} is blocked for what {} guards until {}: {}", block.egress, block.vendor,
               to_iso(block.until), block.why);
}

void DaemonJournal::our_trouble(const std::string& why, Instant until) {
  spdlog::error(
      "the trouble seems to be ours: {}. No host is charged; leasing pauses until {}. "
      "Check this machine's network and resolver.",
      why, to_iso(until));
  metrics_.our_trouble(why, until);
}

std::vector<FlightNow> DaemonJournal::flights(std::size_t limit) const {
  std::vector<FlightNow> out;
  for (const auto& [id, flight] : flights_) {
    if (out.size() >= limit) break;
    out.push_back(flight);
  }
  return out;
}

}  // namespace frontierd
