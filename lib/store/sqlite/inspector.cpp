#include "store/sqlite/inspector.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "store/shared.h"
#include "store/sqlite/host_row.h"
#include "store/sqlite/look_rows.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/queries.h"

namespace frontierd {
namespace {

// An inspector's page cache: small, since its reads are few and the system caches the file too.
constexpr std::string_view kCachePragma = "PRAGMA cache_size = -8192; PRAGMA mmap_size = 0";

}  // namespace

struct SqliteInspector::Looks {
  std::map<std::string, Statement, std::less<>> statements;

  Statement& operator[](std::string_view name) {
    const auto found = statements.find(name);
    CHECK(found != statements.end());
    return found->second;
  }
};

SqliteInspector::SqliteInspector() : sql_(std::make_unique<Looks>()) {}
SqliteInspector::~SqliteInspector() = default;

Result<std::unique_ptr<SqliteInspector>> SqliteInspector::open(const std::string& path,
                                                               const std::string& vfs) {
  std::unique_ptr<SqliteInspector> inspector(new SqliteInspector);
  TRY_ASSIGN(Db db, Db::open(path, Db::Mode::Read, vfs));
  inspector->own_ = std::make_unique<Db>(std::move(db));
  TRY_ASSIGN(const int version, schema_version(*inspector->own_, frontier_migrations()));
  if (version != frontier_migrations().back().version) {
    return fail(Errc::Conflict, path +
                                    " is of an older schema; start frontierd on it once to bring "
                                    "it up to date");
  }
  TRY(inspector->own_->exec(std::string(kCachePragma)));
  TRY(inspector->prepare(*inspector->own_));
  return inspector;
}

Result<std::unique_ptr<SqliteInspector>> SqliteInspector::within(SqliteStore& store) {
  std::unique_ptr<SqliteInspector> inspector(new SqliteInspector);
  TRY(inspector->prepare(store.db()));
  return inspector;
}

Result<void> SqliteInspector::prepare(Db& db) {
  for (const auto& [name, text] : parse_queries(inspector_queries())) {
    TRY_ASSIGN(sql_->statements[name], db.prepare(text));
  }
  return {};
}

Result<std::optional<UrlRecord>> SqliteInspector::url(const std::string& canonical) {
  Rows rows((*sql_)["look_url"], host_key_of(canonical), stable_hash(canonical), canonical);
  TRY_ASSIGN(const bool row, rows.next());
  if (!row) return std::nullopt;
  TRY_ASSIGN(UrlRecord record, read_url_row(rows.row()));
  return record;
}

Result<std::vector<AttemptRecord>> SqliteInspector::attempts(UrlId id, std::size_t limit) {
  std::vector<AttemptRecord> records;
  if (limit == 0) return records;
  Rows rows((*sql_)["look_attempts"], id, limit);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return records;
    TRY_ASSIGN(AttemptRecord record, read_attempt_row(rows.row()));
    records.push_back(std::move(record));
  }
}

Result<void> SqliteInspector::add_queue(HostEntry& entry) {
  for (int priority = kPriorityHighest; priority <= kPriorityLowest; ++priority) {
    Rows rows((*sql_)["look_queue_head"], entry.id, priority);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) break;
    priority = rows->small(0);
    const Instant due = rows->instant(1);
    entry.next_due = entry.has_queue ? std::min(entry.next_due, due) : due;
    entry.has_queue = true;
  }
  if (!entry.state.exhausted) return {};
  HostRecord counted;
  counted.entry.id = entry.id;
  TRY(add_counts(counted));
  entry.has_queue = counted.queued > 0;
  return {};
}

Result<void> SqliteInspector::add_counts(HostRecord& record) {
  std::uint64_t queued = 0;
  std::uint64_t done = 0;
  std::uint64_t aloft = 0;
  std::uint64_t aloft_again = 0;
  {
    Rows rows((*sql_)["look_host_tally"], record.entry.id);
    TRY_ASSIGN(const bool row, rows.next());
    if (row) {
      queued = rows->count(0);
      done = rows->count(1);
      record.dropped = rows->count(2);
    }
  }
  Rows rows((*sql_)["look_host_flights"], record.entry.id);
  TRY_ASSIGN(const bool row, rows.next());
  if (row) {
    aloft = rows->count(0);
    aloft_again = rows->count(1);
  }
  record.queued = queued - std::min(aloft, queued);
  record.done = done - std::min(aloft_again, done);
  record.leased = aloft + aloft_again;
  return {};
}

Result<std::optional<HostRecord>> SqliteInspector::host(const std::string& host_key) {
  HostRecord record;
  {
    Rows rows((*sql_)["look_host"], host_key);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return std::nullopt;
    TRY_ASSIGN(record.entry, read_host_row(rows.row()));
  }
  TRY(add_queue(record.entry));
  TRY(add_egress(record.entry));
  TRY(add_counts(record));
  Rows rows((*sql_)["look_robots"], record.entry.id);
  TRY_ASSIGN(const bool row, rows.next());
  if (row) {
    TRY_ASSIGN(record.robots, read_robots_row(rows.row()));
  }
  return record;
}

Result<std::vector<std::string>> SqliteInspector::host_keys(const std::string& from,
                                                            const std::string& to,
                                                            std::size_t limit) {
  std::vector<std::string> found;
  Rows rows((*sql_)["look_host_keys"], from, to, limit);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return found;
    found.push_back(rows->text(0));
  }
}

Result<std::vector<Incident>> SqliteInspector::incidents(HostId id, std::size_t limit) {
  std::vector<Incident> found;
  Rows rows((*sql_)["list_incidents"], id, limit);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return found;
    TRY_ASSIGN(Incident incident, read_incident_row(rows.row()));
    found.push_back(std::move(incident));
  }
}

Result<std::vector<HostEntry>> SqliteInspector::hosts(const HostFilter& filter, HostId after,
                                                      std::size_t limit) {
  std::string_view name = "list_hosts";
  if (filter.exhausted) name = "list_hosts_exhausted";
  if (filter.paused) name = "list_hosts_paused";
  if (filter.resting) name = "list_hosts_resting";
  if (filter.resting_for) name = "list_hosts_resting_for";
  Statement& list = (*sql_)[name];
  std::vector<HostEntry> found;
  {
    Rows rows(list, after, filter.pattern, filter.paused, filter.exhausted, limit);
    if (filter.resting_for) {
      list.bind_all(after, filter.pattern, filter.paused, filter.exhausted, limit,
                    to_string(*filter.resting_for));
    }
    for (;;) {
      TRY_ASSIGN(const bool row, rows.next());
      if (!row) break;
      TRY_ASSIGN(HostEntry entry, read_host_row(rows.row()));
      found.push_back(std::move(entry));
    }
  }
  for (HostEntry& entry : found) {
    TRY(add_queue(entry));
    TRY(add_egress(entry));
  }
  return found;
}

Result<std::vector<UrlRecord>> SqliteInspector::urls(std::optional<UrlState> state, UrlId after,
                                                     std::size_t limit) {
  std::string_view name = "list_urls";
  if (state) name = *state == UrlState::Leased ? "list_urls_leased" : "list_urls_in";
  Statement& list = (*sql_)[name];
  Rows rows(list, after);
  if (name == "list_urls_in") {
    list.bind_all(after, to_string(*state), limit);
  } else {
    list.bind_all(after, limit);
  }
  std::vector<UrlRecord> found;
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return found;
    TRY_ASSIGN(UrlRecord record, read_url_row(rows.row()));
    found.push_back(std::move(record));
  }
}

Result<std::vector<std::pair<std::string, std::uint64_t>>> SqliteInspector::drops_by_reason() {
  std::vector<std::pair<std::string, std::uint64_t>> drops;
  Rows rows((*sql_)["look_drops"]);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return drops;
    drops.emplace_back(rows->text(0), rows->count(1));
  }
}

Result<void> SqliteInspector::add_egress(HostEntry& entry) {
  Rows rows((*sql_)["look_egress_blocks"], entry.id);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return {};
    entry.egress_blocks.push_back(read_egress_row(rows.row()));
  }
}

Result<std::vector<HostBlock>> SqliteInspector::egress_blocks(HostId after, std::size_t limit) {
  std::vector<HostBlock> found;
  Rows rows((*sql_)["list_egress_blocks"], after, limit);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return found;
    found.push_back({HostId{rows->number(6)}, rows->text(7), read_egress_row(rows.row())});
  }
}

Result<std::uint64_t> SqliteInspector::blocked_hosts(const std::string& egress, Instant now) {
  Rows rows((*sql_)["count_blocked_hosts"], egress, now);
  TRY_ASSIGN(const bool row, rows.next());
  return row ? rows->count(0) : 0;
}

}  // namespace frontierd
