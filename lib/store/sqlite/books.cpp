#include "store/sqlite/books.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 3> kStates{"queued", "done", "dropped"};
constexpr std::string_view kHosts = "hosts";
constexpr std::string_view kDroppedFor = "dropped.";

std::string name_for(std::size_t reason) {
  return std::string(kDroppedFor) + std::string(to_string(static_cast<DropReason>(reason)));
}

}  // namespace

std::string_view to_string(Stored state) {
  return kStates[static_cast<std::size_t>(state)];
}

Stored parse_stored(std::string_view name) {
  const auto* found = std::find(kStates.begin(), kStates.end(), name);
  CHECK(found != kStates.end());
  return static_cast<Stored>(found - kStates.begin());
}

Result<void> Books::load(Prepared& sql) {
  Rows rows(sql.tally_all);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) break;
    const std::string_view name = rows->view(0);
    const auto count = static_cast<std::int64_t>(rows->count(1));
    for (std::size_t i = 0; i < kStates.size(); ++i) {
      if (name == kStates[i]) by_state_[i] = count;
    }
    if (name == kHosts) hosts_ = count;
    for (std::size_t i = 0; i < by_reason_.size(); ++i) {
      if (name == name_for(i)) by_reason_[i] = count;
    }
  }
  by_state_written_ = by_state_;
  by_reason_written_ = by_reason_;
  hosts_written_ = hosts_;
  return {};
}

void Books::url_added(HostId host) {
  ++by_state_[0];
  ++host_changes_[raw(host)][0];
}

void Books::url_moved(HostId host, Stored from, Stored to) {
  if (from == to) return;
  PerState& changes = host_changes_[raw(host)];
  --by_state_[static_cast<std::size_t>(from)];
  --changes[static_cast<std::size_t>(from)];
  ++by_state_[static_cast<std::size_t>(to)];
  ++changes[static_cast<std::size_t>(to)];
}

std::int64_t Books::unwritten(HostId host, Stored state) const {
  const auto known = host_changes_.find(raw(host));
  return known == host_changes_.end() ? 0 : known->second[static_cast<std::size_t>(state)];
}

void Books::dropped_for(DropReason because, int by) {
  by_reason_[static_cast<std::size_t>(because)] += by;
}

Result<void> Books::write_total(Prepared& sql, std::string_view name, std::int64_t now,
                                std::int64_t& written) {
  if (now == written) return {};
  TRY(sql.tally_put.run(name, std::max<std::int64_t>(now, 0)));
  written = now;
  return {};
}

Result<void> Books::write(Prepared& sql) {
  std::vector<std::int64_t> hosts;
  hosts.reserve(host_changes_.size());
  for (const auto& [host, changes] : host_changes_) hosts.push_back(host);
  std::sort(hosts.begin(), hosts.end());
  for (const std::int64_t host : hosts) {
    const PerState& by = host_changes_[host];
    if (by == PerState{}) continue;
    TRY_ASSIGN(const bool there, sql.host_tally_change.run_on_row(host, by[0], by[1], by[2]));
    if (!there) TRY(sql.host_tally_add.run(host, by[0], by[1], by[2]));
  }
  host_changes_.clear();
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    TRY(write_total(sql, kStates[i], by_state_[i], by_state_written_[i]));
  }
  TRY(write_total(sql, kHosts, hosts_, hosts_written_));
  for (std::size_t i = 0; i < by_reason_.size(); ++i) {
    if (by_reason_[i] == by_reason_written_[i]) continue;
    TRY(write_total(sql, name_for(i), by_reason_[i], by_reason_written_[i]));
  }
  return {};
}

}  // namespace frontierd
