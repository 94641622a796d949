#include "store/sqlite/look_rows.h"

#include "store/shared.h"
#include "store/sqlite/books.h"
#include "store/sqlite/host_row.h"

namespace frontierd {
namespace {

UrlState shown(Stored state) {
  switch (state) {
    case Stored::Queued:
      return UrlState::Queued;
    case Stored::Done:
      return UrlState::Done;
    case Stored::Dropped:
      break;
  }
  return UrlState::Dropped;
}

// The value a name in a column stands for.
template <class Parse>
auto named(const Statement& row, int column, std::string_view label, Parse parse)
    -> Result<typename decltype(parse(std::string_view{}))::value_type> {
  const auto value = parse(row.view(column));
  if (!value) return fail(foreign_value(label, row.view(column)));
  return *value;
}

Result<void> read_state(const Statement& row, UrlRecord& record) {
  const Stored stored = parse_stored(row.view(4));
  record.state = shown(stored);
  const auto due = row.instant_or_null(14);
  if (stored == Stored::Done) record.revisit_at = due;
  if (stored == Stored::Queued) record.not_before = due.value_or(kLongAgo);
  if (!row.is_null(5)) {
    TRY_ASSIGN(record.dropped_because, named(row, 5, "url.dropped_because", parse_drop_reason));
  }
  if (!row.is_null(18)) {
    TRY_ASSIGN(record.last_class, named(row, 18, "url.last_class", parse_outcome_class));
  }
  record.leased_at = row.instant_or_null(23);
  if (record.leased_at) record.state = UrlState::Leased;
  return {};
}

AttemptFacts read_facts(const Statement& row) {
  AttemptFacts facts;
  facts.started_at = row.instant(3);
  facts.landed_at = row.instant(4);
  facts.status = row.small(5);
  facts.peer = row.text(7);
  facts.egress = row.text(8);
  facts.body_bytes = row.count(9);
  facts.elapsed = row.millis(10);
  facts.etag = row.text(11);
  facts.last_modified = row.text(12);
  facts.content_type = row.text(13);
  facts.archive = {row.text(14), row.count(15), {}};
  return facts;
}

}  // namespace

Result<UrlRecord> read_url_row(const Statement& row) {
  UrlRecord record;
  record.id = UrlId{row.number(0)};
  record.url = row.text(1);
  record.host_key = row.text(2);
  record.host = HostId{row.number(3)};
  record.why = row.text(6);
  record.priority = row.small(7);
  record.attempts = row.small(8);
  record.tries = row.small(9);
  record.redirects = row.small(10);
  record.crashes = row.small(11);
  record.admitted_at = row.instant(12);
  record.changed_at = row.instant(13);
  record.via = row.text(15);
  record.metadata = row.text(16);
  record.status = row.small(17);
  record.content_type = row.text(19);
  record.body_bytes = row.count(20);
  record.archive = {row.text(21), row.count(22), {}};
  TRY(read_state(row, record));
  return record;
}

Result<AttemptRecord> read_attempt_row(const Statement& row) {
  AttemptRecord record;
  record.number = row.small(0);
  TRY_ASSIGN(record.purpose, named(row, 1, "attempt.purpose", parse_purpose));
  record.url = row.text(2);
  record.facts = read_facts(row);
  TRY_ASSIGN(record.facts.transport, named(row, 6, "attempt.transport", parse_transport));
  TRY_ASSIGN(record.cls, named(row, 16, "attempt.class", parse_outcome_class));
  TRY_ASSIGN(record.scope, named(row, 17, "attempt.scope", parse_scope));
  record.vendor = row.text(18);
  record.evidence = row.text(19);
  record.runner_up = row.text(20);
  if (!row.is_null(21)) record.asked_wait = row.millis(21);
  record.burnt = row.number(22) != 0;
  record.verdict = row.text(23);
  record.not_before = row.instant_or_null(24);
  record.why = row.text(25);
  return record;
}

Result<Incident> read_incident_row(const Statement& row) {
  Incident incident;
  incident.at = row.instant(0);
  TRY_ASSIGN(incident.cls, named(row, 1, "incident.class", parse_outcome_class));
  TRY_ASSIGN(incident.scope, named(row, 2, "incident.scope", parse_scope));
  incident.vendor = row.text(3);
  incident.status = row.small(4);
  incident.url = row.text(5);
  incident.rest_until = row.instant(6);
  incident.why = row.text(7);
  return incident;
}

}  // namespace frontierd
