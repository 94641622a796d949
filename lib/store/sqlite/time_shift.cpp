#include "store/sqlite/time_shift.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "rules/host_state.h"
#include "store/sqlite/host_row.h"

namespace frontierd {
namespace {

constexpr std::array kColumns{
    TimeColumn{"host", "added_at"},       TimeColumn{"host", "rest_until"},
    TimeColumn{"host", "trouble_since"},  TimeColumn{"host", "incident_at"},
    TimeColumn{"host", "slowed_at"},      TimeColumn{"host", "quota_at"},
    TimeColumn{"attempt", "started_at"},  TimeColumn{"attempt", "landed_at"},
    TimeColumn{"attempt", "not_before"},  TimeColumn{"attempt", "copy_at"},
    TimeColumn{"url", "due_at"},          TimeColumn{"url", "admitted_at"},
    TimeColumn{"url", "changed_at"},      TimeColumn{"flight", "leased_at"},
    TimeColumn{"flight", "expires_at"},   TimeColumn{"incident", "at"},
    TimeColumn{"incident", "rest_until"}, TimeColumn{"robots", "fetched_at"},
    TimeColumn{"robots", "expires_at"},   TimeColumn{"robots", "unreachable_since"},
    TimeColumn{"egress_block", "refused_at"},
    TimeColumn{"egress_block", "blocked_until"},
    TimeColumn{"egress_provider", "since"},
    TimeColumn{"egress_provider", "blocked_until"},
};

bool is_set(Instant at) {
  return at > kLongAgo && at < kNever;
}

void shift(Instant& at, Millis by) {
  if (is_set(at)) at = std::clamp(at + by, from_unix_ms(1), kNever);
}

Result<void> shift_histories(Db& db, Millis by) {
  std::vector<std::pair<std::int64_t, HostHistory>> histories;
  {
    TRY_ASSIGN(Statement all, db.prepare("SELECT id, history FROM host WHERE history <> ''"));
    Rows rows(all);
    for (;;) {
      TRY_ASSIGN(const bool row, rows.next());
      if (!row) break;
      const auto history = parse_history(rows->view(1));
      if (!history) return fail(foreign_value("host.history", rows->view(1)));
      histories.emplace_back(rows->number(0), *history);
    }
  }
  TRY_ASSIGN(Statement put, db.prepare("UPDATE host SET history = ?2 WHERE id = ?1"));
  for (auto& [id, history] : histories) {
    for (Instant* at : {&history.first_at, &history.good_at, &history.quickened_at}) {
      shift(*at, by);
    }
    for (PastLanding& landing : history.last) shift(landing.at, by);
    TRY(put.run(id, to_text(history)));
  }
  return {};
}

}  // namespace

std::span<const TimeColumn> time_columns() {
  return kColumns;
}

Result<void> shift_times(Db& db, Millis by) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  const std::string never = std::to_string(to_unix_ms(kNever));
  for (const TimeColumn& time : kColumns) {
    const std::string column(time.column);
    TRY(db.exec("UPDATE " + std::string(time.table) + " SET " + column + " = max(1, " + column +
                " + " + std::to_string(by.count()) + ") WHERE " + column + " > 0 AND " + column +
                " < " + never));
  }
  TRY(shift_histories(db, by));
  return transaction.commit();
}

}  // namespace frontierd
