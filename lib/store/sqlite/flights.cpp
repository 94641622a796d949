// SqliteStore: lease and reclaim.
#include <algorithm>

#include "rules/suspicion.h"
#include "store/shared.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

struct SqliteStore::Aloft {
  std::int64_t id = 0;  // of the URL, or negative for an errand
  HostId host = HostId::None;
  LeaseId lease = LeaseId::None;
  std::uint64_t fence = 0;
  bool revisit = false;
};

Result<LeaseAnswer> SqliteStore::lease(std::span<const LeaseRequest> requests, Instant now,
                                       Millis term) {
  return change([&]() -> Result<LeaseAnswer> {
    LeaseAnswer answer;
    answer.leases.reserve(requests.size());
    for (const LeaseRequest& request : requests) {
      TRY_ASSIGN(const auto key, key_of_host(request.host));
      NextPage next;
      if (request.purpose == Purpose::Page) {
        TRY_ASSIGN(next, next_page(request.host, now));
        if (!next.lease) answer.idle.push_back({request.host, next.due});
      } else if (key) {
        next.lease.emplace().url = request.errand_url;
      }
      if (!next.lease) continue;
      next.lease->purpose = request.purpose;
      next.lease->host = request.host;
      next.lease->host_key = key.value_or("");
      TRY(take_off(*next.lease, next.before, now, term));
      answer.leases.push_back(std::move(*next.lease));
    }
    return answer;
  });
}

// The head of each priority in turn: due, or a hint when it will be.
Result<SqliteStore::NextPage> SqliteStore::next_page(HostId host, Instant now) {
  NextPage next;
  UrlBefore& before = next.before;
  for (int priority = kPriorityHighest; priority <= kPriorityLowest && !next.lease; ++priority) {
    Rows rows(sql_.queue_next, host, priority);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) break;
    priority = rows->small(1);
    const Instant due = rows->instant(2);
    if (due > now) {
      next.due = next.due ? std::min(*next.due, due) : due;
      continue;
    }
    Lease& lease = next.lease.emplace();
    lease.url_id = UrlId{rows->number(0)};
    lease.priority = priority;
    lease.due_at = due;
    lease.url = rows->text(3);
    lease.attempts = rows->small(4);
    lease.tries = rows->small(5);
    lease.redirects = rows->small(6);
    lease.past_cache = rows->number(7) != 0;
    before.attempts = lease.attempts;
    before.tries = lease.tries;
    if (!rows->is_null(8)) before.good_attempt = rows->number(8);
    before.state = parse_stored(rows->view(9));
    if (!rows->is_null(10)) before.last_class = parse_outcome_class(rows->view(10));
    lease.last_class = before.last_class;
    if (!rows->is_null(11)) before.last_attempt = rows->number(11);
  }
  if (before.good_attempt) TRY(read_validators(*next.lease, *before.good_attempt));
  return next;
}

Result<void> SqliteStore::read_validators(Lease& lease, std::int64_t good_attempt) {
  Rows rows(sql_.good_copy, good_attempt);
  TRY_ASSIGN(const bool row, rows.next());
  if (!row) return {};
  lease.etag = rows->text(0);
  lease.last_modified = rows->text(1);
  if (!rows->is_null(2)) lease.copy = {rows->text(2), rows->instant(3), rows->text(4)};
  return {};
}

Result<void> SqliteStore::take_off(Lease& lease, const UrlBefore& before, Instant now,
                                   Millis term) {
  lease.id = LeaseId{next_lease_++};
  lease.fence = fence_;
  lease.leased_at = now;
  lease.expires_at = now + term;
  const bool page = lease.purpose == Purpose::Page;
  const bool revisit = before.state == Stored::Done;
  std::optional<std::string_view> errand;
  if (page) {
    ++(revisit ? in_flight_revisit_ : in_flight_);
    aloft_.emplace(raw(lease.id), before);
  } else {
    errand = lease.url;
  }
  const std::int64_t id = page ? raw(lease.url_id) : -raw(lease.id);
  return sql_.flight_add.run(id, lease.id, to_string(lease.purpose), lease.host, errand, revisit,
                             lease.fence, lease.leased_at, lease.expires_at);
}

Result<std::vector<HostId>> SqliteStore::reclaim(Instant now, bool everything, bool crashed,
                                                 int crashes_max) {
  return change([&]() -> Result<std::vector<HostId>> {
    const Instant expiry = everything ? Instant::max() : now;
    TRY_ASSIGN(const std::vector<Aloft> flights, flights_until(expiry));
    std::vector<HostId> hosts;
    for (const Aloft& flight : flights) {
      TRY(end_flight(flight));
      hosts.push_back(flight.host);
    }
    if (crashed) TRY(suspect(flights, crashes_max, now));
    std::sort(hosts.begin(), hosts.end());
    hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
    return hosts;
  });
}

Result<std::vector<SqliteStore::Aloft>> SqliteStore::flights_until(Instant expiry) {
  std::vector<Aloft> flights;
  Rows rows(sql_.flights_before, expiry);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return flights;
    flights.push_back({rows->number(0), HostId{rows->number(1)}, LeaseId{rows->number(2)},
                       static_cast<std::uint64_t>(rows->number(3)), rows->number(4) != 0});
  }
}

Result<void> SqliteStore::end_flight(const Aloft& flight) {
  TRY(sql_.flight_end.run(flight.id, flight.lease, flight.fence));
  aloft_.erase(raw(flight.lease));
  if (flight.id > 0) --(flight.revisit ? in_flight_revisit_ : in_flight_);
  return {};
}

// rules/suspicion.h. Errands, whose numbers are negative, have no row to count on.
Result<void> SqliteStore::suspect(std::span<const Aloft> in_hand, int crashes_max, Instant now) {
  std::unordered_map<std::int64_t, int> before;
  {
    Rows rows(sql_.crashes_known);
    for (;;) {
      TRY_ASSIGN(const bool row, rows.next());
      if (!row) break;
      before.emplace(rows->number(0), rows->small(1));
    }
  }
  std::size_t suspects = 0;
  std::size_t at_most = 0;
  for (const Aloft& flight : in_hand) {
    if (flight.id < 0) continue;
    const int crashes = ++before[flight.id];
    suspects += crashes >= kSuspectedFrom ? 1 : 0;
    at_most += crashes >= crashes_max ? 1 : 0;
  }
  TRY(sql_.crashes_forget.run());
  std::size_t index = 0;
  for (const Aloft& flight : in_hand) {
    if (flight.id < 0) continue;
    const int crashes = before[flight.id];
    std::optional<Instant> not_before;
    std::optional<std::string> why;
    if (crashes >= kSuspectedFrom) {
      not_before = now + suspect_wait(crashes, index, suspects);
      why = why_suspected(crashes);
    }
    if (is_quarantined(crashes, crashes_max, at_most)) {
      TRY(quarantine(flight, crashes, now));
      continue;
    }
    index += crashes >= kSuspectedFrom ? 1 : 0;
    TRY(sql_.url_crashed.run(flight.id, crashes, not_before, why));
  }
  return {};
}

Result<void> SqliteStore::quarantine(const Aloft& flight, int crashes, Instant now) {
  TRY(sql_.url_crashed.run(flight.id, crashes, std::nullopt, std::nullopt));
  TRY(sql_.url_drop.run(flight.id, to_string(DropReason::Quarantined), why_quarantined(crashes),
                        now));
  books_.url_moved(flight.host, flight.revisit ? Stored::Done : Stored::Queued, Stored::Dropped);
  books_.dropped_for(DropReason::Quarantined, 1);
  return {};
}

}  // namespace frontierd
