#include "store/sqlite/host_row.h"

#include "base/text.h"
#include "store/shared.h"

namespace frontierd {

Error foreign_value(std::string_view column, std::string_view value) {
  return {Errc::Corrupt, "the store holds \"" + for_message(value) + "\" as " +
                             std::string(column) +
                             ", which is no value of ours; was it edited by hand? Run `PRAGMA "
                             "integrity_check`, set it right, or restore a backup"};
}

Result<HostEntry> read_host_row(const Statement& row) {
  HostEntry entry;
  entry.id = HostId{row.number(0)};
  entry.key = row.text(1);
  HostState& state = entry.state;
  const auto breaker = parse_breaker(row.view(2));
  if (!breaker) return fail(foreign_value("host.breaker", row.view(2)));
  state.breaker = *breaker;
  state.rest_until = row.instant(3);
  const auto rest_class = parse_outcome_class(row.view(4));
  if (!rest_class) return fail(foreign_value("host.rest_class", row.view(4)));
  state.rest_cls = *rest_class;
  state.why = row.text(5);
  state.incidents = row.small(6);
  state.walls = row.small(7);
  state.url_troubles = row.small(8);
  state.trouble_since = row.instant(9);
  state.incident_at = row.instant(10);
  state.resume_step = row.small(11);
  state.exhausted = row.number(12) != 0;
  state.good_gap = row.gap(13);
  state.slowed_at = row.instant(14);
  state.quota_gap = row.gap(15);
  state.quota_at = row.instant(16);
  state.crawl_delay = row.gap(17);
  state.latency = state.latency_kept = row.gap(18);
  const auto history = parse_history(row.view(19));
  if (!history) return fail(foreign_value("host.history", row.view(19)));
  state.history = *history;
  entry.wishes.paused = row.number(20) != 0;
  if (!row.is_null(21) && row.number(21) >= 0) entry.wishes.gap = row.gap(21);
  if (!row.is_null(22)) entry.wishes.flights = row.small(22);
  entry.wishes.note = row.text(23);
  entry.robots_until = row.instant(24);
  return entry;
}

Result<RobotsRecord> read_robots_row(const Statement& row) {
  RobotsRecord record;
  const auto state = parse_robots_state(row.view(0));
  if (!state) return fail(foreign_value("robots.state", row.view(0)));
  record.state = *state;
  record.fetched_at = row.instant(1);
  record.expires_at = row.instant(2);
  record.unreachable_since = row.instant_or_null(3);
  record.status = row.small(4);
  record.why = row.text(5);
  record.body = row.text(6);
  return record;
}

}  // namespace frontierd
