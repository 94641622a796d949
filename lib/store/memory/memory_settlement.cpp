// MemoryStore: lease, settle, reclaim.
#include <algorithm>

#include "rules/suspicion.h"
#include "store/memory/memory_store.h"
#include "store/shared.h"

namespace frontierd {
namespace {

// A visit of what is done came to nothing, and is made again: the copy is still there.
bool stays_done(const memory::UrlLife& life, const Verdict& verdict) {
  return life.state == memory::Stored::Done && std::holds_alternative<Retry>(verdict);
}

}  // namespace

Result<LeaseAnswer> MemoryStore::lease(std::span<const LeaseRequest> requests, Instant now,
                                       Millis term) {
  LeaseAnswer answer;
  for (const LeaseRequest& request : requests) {
    HostRow* host = find_host(request.host);
    Lease lease;
    lease.url = request.errand_url;
    const bool page = request.purpose == Purpose::Page;
    if (host == nullptr || (page && !lease_page(*host, now, lease))) {
      if (!page) continue;
      std::optional<Instant> due;
      if (host != nullptr && !host->queue.empty()) due = entry(request.host).next_due;
      answer.idle.push_back({request.host, due});
      continue;
    }
    lease.id = LeaseId{next_lease_++};
    lease.purpose = request.purpose;
    lease.host = request.host;
    lease.host_key = host->key;
    lease.fence = fence_;
    lease.leased_at = now;
    lease.expires_at = now + term;
    flights_[lease.id] = {lease.purpose, lease.host, lease.url_id, lease.fence, lease.expires_at};
    undo_.emplace_back(memory::FlightAdded{lease.id});
    answer.leases.push_back(std::move(lease));
  }
  return answer;
}

bool MemoryStore::lease_page(HostRow& host, Instant now, Lease& lease) {
  auto head = host.queue.begin();
  while (head != host.queue.end() && std::get<Instant>(*head) > now) {
    head = host.queue.lower_bound({std::get<int>(*head) + 1, Instant::min(), UrlId::None});
  }
  if (head == host.queue.end()) return false;
  lease.url_id = std::get<UrlId>(*head);
  const UrlRow& url = row(lease.url_id);
  lease.url = url.url;
  lease.priority = url.priority;
  lease.due_at = *url.life.due;
  lease.attempts = url.life.attempts;
  lease.tries = url.life.tries;
  lease.redirects = url.redirects;
  lease.past_cache = url.life.past_cache;
  lease.last_class = url.life.last_class;
  lease.etag = url.life.etag;
  lease.last_modified = url.life.last_modified;
  lease.copy = url.life.copy;
  UrlLife life = url.life;
  life.aloft = true;
  life.leased_at = now;
  put(lease.url_id, std::move(life));
  return true;
}

void MemoryStore::end_flight(LeaseId id) {
  const auto flight = flights_.find(id);
  undo_.emplace_back(memory::FlightWas{id, flight->second});
  flights_.erase(flight);
}

Result<std::size_t> MemoryStore::settle(std::span<const Settlement> settlements, Instant now) {
  std::size_t applied = 0;
  for (const Settlement& settlement : settlements) applied += settle_one(settlement, now) ? 1 : 0;
  return applied;
}

bool MemoryStore::settle_one(const Settlement& settlement, Instant now) {
  const Lease& lease = settlement.lease;
  const auto flight = flights_.find(lease.id);
  if (flight == flights_.end() || flight->second.fence != lease.fence ||
      flight->second.url != lease.url_id) {
    return false;
  }
  end_flight(lease.id);
  if (lease.purpose == Purpose::Page) settle_url(settlement, now);
  if (settlement.host) put_state(lease.host, *settlement.host);
  put_egress(settlement);
  if (settlement.incident) {
    host_row(lease.host).incidents.push_back(*settlement.incident);
    undo_.emplace_back(memory::IncidentAdded{lease.host});
  }
  if (settlement.robots) {
    const bool own = settlement.robots_for == HostId::None;
    put_robots(own ? lease.host : settlement.robots_for, *settlement.robots);
  }
  return true;
}

void MemoryStore::put_robots(HostId id, const RobotsRecord& record) {
  undo_.emplace_back(memory::RobotsWere{id, std::move(host_row(id).robots)});
  host_row(id).robots = record;
}

void MemoryStore::settle_url(const Settlement& settlement, Instant now) {
  const UrlId id = settlement.lease.url_id;
  UrlLife life = row(id).life;
  if (settlement.record_attempt) {
    add_attempt(settlement, life);
    life.crashes = 0;
  }
  life.aloft = false;
  if (!stays_done(life, settlement.verdict)) {
    life.state = memory::landed_state(settlement.verdict);
    life.changed_at = now;
  }
  life.why = why_of(settlement.verdict, settlement.outcome.cls);
  life.past_cache = false;
  life.due.reset();
  life.because.reset();
  if (const auto* retry = std::get_if<Retry>(&settlement.verdict)) {
    life.due = retry->not_before;
    life.past_cache = retry->past_cache;
    life.attempts += retry->burns_attempt ? 1 : 0;
  } else if (const auto* drop = std::get_if<Drop>(&settlement.verdict)) {
    life.because = drop->because;
  } else {
    life.attempts = 0;
    if (const auto* done = std::get_if<Done>(&settlement.verdict)) life.due = done->revisit_at;
  }
  put(id, std::move(life));
}

void MemoryStore::add_attempt(const Settlement& settlement, UrlLife& life) {
  const UrlId id = settlement.lease.url_id;
  const AttemptFacts& facts = settlement.facts;
  ++life.tries;
  life.last_class = settlement.outcome.cls;
  life.status = facts.status;
  life.content_type = facts.content_type;
  life.body_bytes = facts.body_bytes;
  life.archive = facts.archive.file.empty() ? ArchivePlace{} : facts.archive;
  if (life.last_class == OutcomeClass::Fetched) {
    life.etag = facts.etag;
    life.last_modified = facts.last_modified;
    life.copy = facts.archive.copy;
  }
  if (options_.attempts_kept == 0) return;
  row(id).attempts.push_back({life.tries, settlement.lease.stands_for ? settlement.lease.url : "",
                              facts, settlement.outcome, settlement.verdict});
  undo_.emplace_back(memory::AttemptAdded{id});
}

Result<std::vector<HostId>> MemoryStore::reclaim(Instant now, bool everything, bool crashed,
                                                 int crashes_max) {
  std::vector<LeaseId> ended;
  for (const auto& [id, flight] : flights_) {
    if (everything || flight.expires_at <= now) ended.push_back(id);
  }
  std::vector<HostId> hosts;
  std::vector<UrlId> in_hand;
  for (const LeaseId id : ended) {
    const Flight flight = flights_[id];
    hosts.push_back(flight.host);
    end_flight(id);
    if (flight.url == UrlId::None) continue;
    in_hand.push_back(flight.url);
    UrlLife life = row(flight.url).life;
    life.aloft = false;
    put(flight.url, std::move(life));
  }
  std::sort(in_hand.begin(), in_hand.end());
  if (crashed) suspect(in_hand, crashes_max, now);
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
}

// rules/suspicion.h.
void MemoryStore::suspect(const std::vector<UrlId>& in_hand, int crashes_max, Instant now) {
  for (std::size_t i = 0; i < urls_.size(); ++i) {
    const UrlId id{static_cast<std::int64_t>(i) + 1};
    if (row(id).life.crashes == 0) continue;
    if (std::binary_search(in_hand.begin(), in_hand.end(), id)) continue;
    UrlLife life = row(id).life;
    life.crashes = 0;
    put(id, std::move(life));
  }
  std::size_t suspects = 0;
  std::size_t at_most = 0;
  for (const UrlId id : in_hand) {
    const int crashes = row(id).life.crashes + 1;
    suspects += crashes >= kSuspectedFrom ? 1 : 0;
    at_most += crashes >= crashes_max ? 1 : 0;
  }
  std::size_t index = 0;
  for (const UrlId id : in_hand) {
    UrlLife life = row(id).life;
    ++life.crashes;
    if (is_quarantined(life.crashes, crashes_max, at_most)) {
      life.state = memory::Stored::Dropped;
      life.due.reset();
      life.because = DropReason::Quarantined;
      life.why = why_quarantined(life.crashes);
      life.changed_at = now;
    } else if (life.crashes >= kSuspectedFrom) {
      life.due = std::max(*life.due, now + suspect_wait(life.crashes, index++, suspects));
      life.why = why_suspected(life.crashes);
    }
    put(id, std::move(life));
  }
}

}  // namespace frontierd
