// SqliteStore: settle. One delete, one insert and one update a page; more only when something was
// learned.
#include "store/shared.h"
#include "store/sqlite/host_row.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

constexpr std::size_t kArchivesCached = 1'000;

}  // namespace

Result<std::size_t> SqliteStore::settle(std::span<const Settlement> settlements, Instant now) {
  return change([&]() -> Result<std::size_t> {
    std::size_t applied = 0;
    for (const Settlement& settlement : settlements) {
      TRY_ASSIGN(const bool on_record, settle_one(settlement, now));
      applied += on_record ? 1 : 0;
    }
    return applied;
  });
}

Result<bool> SqliteStore::settle_one(const Settlement& settlement, Instant now) {
  const Lease& lease = settlement.lease;
  const bool page = lease.purpose == Purpose::Page;
  const std::int64_t id = page ? raw(lease.url_id) : -raw(lease.id);
  TRY_ASSIGN(const bool on_record, sql_.flight_end.run_on_row(id, lease.id, lease.fence));
  if (!on_record) return false;
  if (page) {
    TRY(settle_url(settlement, now));
  } else if (settlement.record_attempt) {
    TRY(add_attempt(settlement, 1, std::nullopt));
  }
  if (settlement.host) TRY(write_host(lease.host, *settlement.host));
  if (settlement.incident) TRY(write_incident(lease.host, *settlement.incident));
  TRY(write_egress(settlement));
  if (settlement.robots) {
    const bool own = settlement.robots_for == HostId::None;
    TRY(write_robots(own ? lease.host : settlement.robots_for, *settlement.robots));
  }
  return true;
}

Result<SqliteStore::UrlBefore> SqliteStore::url_before(const Lease& lease) {
  if (const auto known = aloft_.find(raw(lease.id)); known != aloft_.end()) {
    const UrlBefore before = known->second;
    aloft_.erase(known);
    return before;
  }
  UrlBefore before;
  Rows rows(sql_.url_before, lease.url_id);
  TRY_ASSIGN(const bool row, rows.next());
  if (!row) return fail(foreign_value("flight.id", std::to_string(raw(lease.url_id))));
  before.state = parse_stored(rows->view(0));
  before.attempts = rows->small(1);
  before.tries = rows->small(2);
  if (!rows->is_null(3)) before.last_class = parse_outcome_class(rows->view(3));
  if (!rows->is_null(4)) before.last_attempt = rows->number(4);
  if (!rows->is_null(5)) before.good_attempt = rows->number(5);
  return before;
}

Result<void> SqliteStore::settle_url(const Settlement& settlement, Instant now) {
  const Lease& lease = settlement.lease;
  TRY_ASSIGN(UrlBefore url, url_before(lease));
  const Stored from = url.state;
  std::optional<std::string> why;  // of a recorded attempt: in its row
  if (settlement.record_attempt) {
    ++url.tries;
    TRY_ASSIGN(url.last_attempt, add_attempt(settlement, url.tries, url.last_attempt));
    url.last_class = settlement.outcome.cls;
    if (url.last_class == OutcomeClass::Fetched) url.good_attempt = url.last_attempt;
  } else {
    why = why_of(settlement.verdict, settlement.outcome.cls);
  }
  std::optional<Instant> due;
  std::optional<std::string_view> because;
  bool past_cache = false;
  std::optional<Instant> changed = now;
  url.state = Stored::Done;
  if (const auto* retry = std::get_if<Retry>(&settlement.verdict)) {
    url.state = from;  // what is done stays so: its copy is still there
    if (from == Stored::Done) changed.reset();
    due = retry->not_before;
    url.attempts += retry->burns_attempt ? 1 : 0;
    past_cache = retry->past_cache;
  } else if (const auto* drop = std::get_if<Drop>(&settlement.verdict)) {
    url.state = Stored::Dropped;
    because = to_string(drop->because);
    books_.dropped_for(drop->because, 1);
  } else {
    url.attempts = 0;
    if (const auto* done = std::get_if<Done>(&settlement.verdict)) due = done->revisit_at;
  }
  std::optional<std::string_view> last_class;
  if (url.last_class) last_class = to_string(*url.last_class);
  --(from == Stored::Done ? in_flight_revisit_ : in_flight_);
  books_.url_moved(queued_at(lease), from, url.state);
  return sql_.url_settle.run(lease.url_id, to_string(url.state), due, url.attempts, url.tries,
                             past_cache, changed, last_class, url.last_attempt, url.good_attempt,
                             because, why, settlement.record_attempt);
}

Result<std::int64_t> SqliteStore::add_attempt(const Settlement& settlement, int number,
                                              std::optional<std::int64_t> previous) {
  const Lease& lease = settlement.lease;
  const AttemptFacts& facts = settlement.facts;
  const Outcome& outcome = settlement.outcome;
  std::optional<std::int64_t> archive;
  std::optional<std::uint64_t> offset;
  if (!facts.archive.file.empty()) {
    TRY_ASSIGN(archive, archive_id(facts.archive.file));
    offset = facts.archive.offset;
  }
  std::optional<UrlId> url;
  std::optional<std::string_view> errand;
  if (lease.purpose == Purpose::Page) {
    url = lease.url_id;
  }
  if (lease.purpose != Purpose::Page || lease.stands_for) errand = lease.url;
  std::optional<Millis> asked;
  if (outcome.wait) asked = outcome.wait->length;
  std::optional<Blob> copy_record;
  std::optional<Instant> copy_at;
  std::optional<Blob> copy_digest;
  if (const ArchivedCopy& copy = facts.archive.copy; !copy.record.empty()) {
    copy_record = Blob{copy.record};
    copy_at = copy.at;
    copy_digest = Blob{copy.digest};
  }
  const std::string evidence = evidence_json(outcome.evidence);
  const std::string runner_up = runner_up_text(outcome.runner_up);
  const std::string why = why_of(settlement.verdict, outcome.cls);
  TRY(sql_.attempt_add.run(next_attempt_, url, lease.host, previous, number,
                           to_string(lease.purpose), errand, facts.started_at, facts.landed_at,
                           facts.status, to_string(facts.transport), to_string(outcome.cls),
                           to_string(outcome.scope), or_null(outcome.vendor),
                           verdict_name(settlement.verdict), not_before_of(settlement.verdict),
                           burns(settlement.verdict), asked, or_null(why), or_null(evidence),
                           or_null(runner_up), or_null(facts.peer), or_null(facts.egress),
                           facts.body_bytes, facts.elapsed, or_null(facts.content_type),
                           or_null(facts.etag), or_null(facts.last_modified), archive, offset, copy_record, copy_at,
                           copy_digest));
  return next_attempt_++;
}

Result<std::int64_t> SqliteStore::archive_id(const std::string& file) {
  if (const auto known = archives_.find(file); known != archives_.end()) return known->second;
  std::optional<std::int64_t> id;
  {
    Rows rows(sql_.archive_find, file);
    TRY_ASSIGN(const bool row, rows.next());
    if (row) id = rows->number(0);
  }
  if (!id) {
    Rows rows(sql_.archive_add, file);
    TRY_ASSIGN(const bool row, rows.next());
    id = row ? rows->number(0) : 0;
    TRY(rows.next());  // to the end: only then the row is in
  }
  if (archives_.size() >= kArchivesCached) archives_.clear();
  archives_.emplace(file, *id);
  return *id;
}

}  // namespace frontierd
