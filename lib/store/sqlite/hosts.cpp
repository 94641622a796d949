// SqliteStore: hosts, their learned state and the operator's wishes.
#include "rules/url.h"
#include "store/shared.h"
#include "store/sqlite/host_row.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

Error no_such_host(HostId id) {
  return {Errc::NotFound,
          "no host has the number " + std::to_string(raw(id)) + "; `frontierctl hosts` lists them"};
}

}  // namespace

void SqliteStore::remember(const std::string& key, KnownHost host) {
  if (host_by_key_.size() >= options_.hosts_cached) host_by_key_.clear();
  host_by_key_.insert_or_assign(key, host);
}

Result<SqliteStore::KnownHost> SqliteStore::known_host(const std::string& key, Instant now) {
  if (const auto known = host_by_key_.find(key); known != host_by_key_.end()) return known->second;
  KnownHost host;
  {
    Rows rows(sql_.host_find, key);
    TRY_ASSIGN(const bool row, rows.next());
    if (row) {
      host = {HostId{rows->number(0)}, static_cast<std::uint32_t>(rows->number(1))};
      remember(key, host);
      return host;
    }
  }
  host = {HostId{next_host_}, bucket_of(host_name_of(key))};
  TRY(sql_.host_add.run(host.id, key, host.bucket, now));
  ++next_host_;
  books_.host_added();
  remember(key, host);
  return host;
}

Result<std::optional<std::string>> SqliteStore::key_of_host(HostId id) {
  if (const auto known = key_by_host_.find(raw(id)); known != key_by_host_.end()) {
    return known->second;
  }
  Rows rows(sql_.host_key, id);
  TRY_ASSIGN(const bool row, rows.next());
  if (!row) return std::nullopt;
  if (key_by_host_.size() >= options_.hosts_cached) key_by_host_.clear();
  return key_by_host_.emplace(raw(id), rows->text(0)).first->second;
}

Result<std::optional<Instant>> SqliteStore::next_due(HostId id) {
  std::optional<Instant> due;
  for (int priority = kPriorityHighest; priority <= kPriorityLowest; ++priority) {
    Rows rows(sql_.queue_head, id, priority);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) break;
    priority = rows->small(0);
    if (!due || rows->instant(1) < *due) due = rows->instant(1);
  }
  return due;
}

// Is something queued and not in flight? By the counts, for its place in the queue may be far
// behind what is done and visited again.
Result<bool> SqliteStore::has_fresh(HostId id) {
  std::int64_t fresh = books_.unwritten(id, Stored::Queued);
  for (Statement* count : {&sql_.fresh_of_host, &sql_.flights_of_host}) {
    Rows rows(*count, id);
    TRY_ASSIGN(const bool row, rows.next());
    if (row) fresh += count == &sql_.fresh_of_host ? rows->number(0) : -rows->number(0);
  }
  return fresh > 0;
}

Result<std::optional<HostEntry>> SqliteStore::read_host(HostId id) {
  HostEntry entry;
  {
    Rows rows(sql_.host_entry, id);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return std::nullopt;
    TRY_ASSIGN(entry, read_host_row(rows.row()));
  }
  TRY_ASSIGN(const std::optional<Instant> due, next_due(id));
  entry.has_queue = due.has_value();
  entry.next_due = due.value_or(kLongAgo);
  if (entry.state.exhausted) {
    TRY_ASSIGN(entry.has_queue, has_fresh(id));
  }
  TRY(read_egress(entry));
  TRY(read_name_rest(entry));
  return entry;
}

Result<void> SqliteStore::read_name_rest(HostEntry& entry) {
  const KeysOfName keys = keys_of_name(entry.key);
  Rows rows(sql_.host_name_rest, keys.http, keys.https, keys.http_from, keys.http_to,
            keys.https_from, keys.https_to);
  TRY_ASSIGN(const bool row, rows.next());
  if (row && !rows->is_null(0)) entry.name_rest_until = rows->instant(0);
  return {};
}

Result<std::vector<HostEntry>> SqliteStore::hosts_with_queue(HostId after, std::size_t limit) {
  return look([&]() -> Result<std::vector<HostEntry>> {
    std::vector<HostEntry> entries;
    HostId last = after;
    while (entries.size() < limit) {
      {
        Rows rows(sql_.queue_host, last);
        TRY_ASSIGN(const bool row, rows.next());
        if (!row) break;
        last = HostId{rows->number(0)};
      }
      TRY_ASSIGN(auto entry, read_host(last));
      if (entry) entries.push_back(std::move(*entry));
    }
    return entries;
  });
}

Result<std::optional<HostEntry>> SqliteStore::host(HostId id) {
  return look([&] { return read_host(id); });
}

Result<HostEntry> SqliteStore::host_by_key(const std::string& host_key, Instant now) {
  return change([&]() -> Result<HostEntry> {
    TRY_ASSIGN(const KnownHost known, known_host(host_key, now));
    TRY_ASSIGN(auto entry, read_host(known.id));
    if (!entry) return fail(no_such_host(known.id));
    return std::move(*entry);
  });
}

Result<std::optional<RobotsRecord>> SqliteStore::robots(HostId id) {
  return look([&]() -> Result<std::optional<RobotsRecord>> {
    Rows rows(sql_.robots_get, id);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return std::nullopt;
    TRY_ASSIGN(RobotsRecord record, read_robots_row(rows.row()));
    return record;
  });
}

Result<void> SqliteStore::write_host(HostId id, const HostState& s) {
  const std::string history = to_text(s.history);
  TRY_ASSIGN(
      const bool there,
      sql_.host_learn.run_on_row(id, to_string(s.breaker), s.rest_until, to_string(s.rest_cls),
                                 s.why, s.incidents, s.walls, s.url_troubles, s.trouble_since,
                                 s.incident_at, s.resume_step, s.exhausted, s.good_gap, s.slowed_at,
                                 s.quota_gap, s.quota_at, s.crawl_delay, s.latency, history));
  if (!there) return fail(no_such_host(id));
  return {};
}

Result<void> SqliteStore::set_host_state(HostId id, const HostState& state) {
  return change([&] { return write_host(id, state); });
}

Result<void> SqliteStore::set_robots(HostId id, const RobotsRecord& record) {
  TRY_ASSIGN(const auto there, host(id));
  if (!there) return fail(no_such_host(id));
  return change([&] { return write_robots(id, record); });
}

Result<void> SqliteStore::set_wishes(HostId id, const HostWishes& wishes) {
  return change([&]() -> Result<void> {
    TRY_ASSIGN(const bool there, sql_.host_wish.run_on_row(id, wishes.paused, wishes.gap,
                                                           wishes.flights, wishes.note));
    if (!there) return fail(no_such_host(id));
    return {};
  });
}

Result<void> SqliteStore::write_incident(HostId id, const Incident& incident) {
  return sql_.incident_add.run(id, incident.at, to_string(incident.cls), to_string(incident.scope),
                               incident.vendor, incident.status, incident.url, incident.rest_until,
                               incident.why);
}

Result<void> SqliteStore::write_robots(HostId id, const RobotsRecord& record) {
  return sql_.robots_put.run(id, to_string(record.state), record.fetched_at, record.expires_at,
                             record.unreachable_since, record.status, record.why, record.body);
}

}  // namespace frontierd
