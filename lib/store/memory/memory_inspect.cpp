// MemoryStore as Inspector.
#include <algorithm>

#include "store/memory/memory_store.h"
#include "store/shared.h"

namespace frontierd {

UrlRecord MemoryStore::record(UrlId id) {
  const UrlRow& url = row(id);
  const UrlLife& life = url.life;
  UrlRecord made;
  made.id = id;
  made.url = url.url;
  made.host_key = host_row(url.host).key;
  made.host = url.host;
  made.state = shown(life);
  made.dropped_because = life.because;
  made.why = life.why;
  made.priority = url.priority;
  made.attempts = life.attempts;
  made.tries = life.tries;
  made.redirects = url.redirects;
  made.crashes = life.crashes;
  made.admitted_at = url.admitted_at;
  made.changed_at = life.changed_at;
  if (life.state == memory::Stored::Queued) made.not_before = life.due.value_or(kLongAgo);
  if (life.state == memory::Stored::Done) made.revisit_at = life.due;
  made.via = url.via;
  made.metadata = url.metadata;
  made.status = life.status;
  made.last_class = life.last_class;
  made.content_type = life.content_type;
  made.body_bytes = life.body_bytes;
  made.archive = life.archive;
  if (life.aloft) made.leased_at = life.leased_at;
  return made;
}

Result<std::optional<UrlRecord>> MemoryStore::url(const std::string& canonical) {
  const auto found = url_ids_.find(canonical);
  if (found == url_ids_.end()) return std::nullopt;
  return record(found->second);
}

Result<std::vector<AttemptRecord>> MemoryStore::attempts(UrlId id, std::size_t limit) {
  std::vector<AttemptRecord> records;
  if (raw(id) < 1 || static_cast<std::size_t>(raw(id)) > urls_.size()) return records;
  const UrlRow& url = row(id);
  const std::size_t skipped = url.attempts.size() - std::min(limit, url.attempts.size());
  for (std::size_t i = skipped; i < url.attempts.size(); ++i) {
    const memory::AttemptRow& attempt = url.attempts[i];
    AttemptRecord& made = records.emplace_back();
    made.number = attempt.number;
    made.url = attempt.asked.empty() ? url.url : attempt.asked;
    made.facts = attempt.facts;
    if (made.facts.archive.file.empty()) made.facts.archive.offset = 0;
    made.cls = attempt.outcome.cls;
    made.scope = attempt.outcome.scope;
    made.vendor = attempt.outcome.vendor;
    made.evidence = evidence_json(attempt.outcome.evidence);
    made.runner_up = runner_up_text(attempt.outcome.runner_up);
    if (attempt.outcome.wait) made.asked_wait = attempt.outcome.wait->length;
    made.burnt = burns(attempt.verdict);
    made.verdict = verdict_name(attempt.verdict);
    made.not_before = not_before_of(attempt.verdict);
    made.why = why_of(attempt.verdict, attempt.outcome.cls);
  }
  return records;
}

Result<std::vector<std::string>> MemoryStore::host_keys(const std::string& from,
                                                        const std::string& to, std::size_t limit) {
  std::vector<std::string> found;
  for (auto item = host_ids_.lower_bound(from); item != host_ids_.end(); ++item) {
    if (item->first >= to || found.size() == limit) break;
    found.push_back(item->first);
  }
  return found;
}

Result<std::optional<HostRecord>> MemoryStore::host(const std::string& host_key) {
  const auto found = host_ids_.find(host_key);
  if (found == host_ids_.end()) return std::nullopt;
  HostRecord made;
  made.entry = entry(found->second);
  made.robots = host_row(found->second).robots;
  for (const UrlId id : host_row(found->second).urls) {
    switch (shown(row(id).life)) {
      case UrlState::Queued:
        ++made.queued;
        break;
      case UrlState::Leased:
        ++made.leased;
        break;
      case UrlState::Done:
        ++made.done;
        break;
      case UrlState::Dropped:
        ++made.dropped;
        break;
    }
  }
  return made;
}

Result<std::vector<Incident>> MemoryStore::incidents(HostId id, std::size_t limit) {
  const HostRow* host = find_host(id);
  if (host == nullptr) return std::vector<Incident>{};
  const auto& all = host->incidents;
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, all.size()));
  return std::vector<Incident>(all.rbegin(), all.rbegin() + count);
}

Result<std::vector<HostEntry>> MemoryStore::hosts(const HostFilter& filter, HostId after,
                                                  std::size_t limit) {
  std::vector<HostEntry> found;
  for (std::int64_t id = std::max<std::int64_t>(raw(after), 0) + 1;
       id <= static_cast<std::int64_t>(hosts_.size()) && found.size() < limit; ++id) {
    const HostRow& host = host_row(HostId{id});
    const bool resting = host.state.breaker == Breaker::Open;
    if ((filter.resting || filter.resting_for) && !resting) continue;
    if (filter.resting_for && host.state.rest_cls != *filter.resting_for) continue;
    if (filter.paused && !host.wishes.paused) continue;
    if (filter.exhausted && !host.state.exhausted) continue;
    if (host.key.find(filter.pattern) == std::string::npos) continue;
    found.push_back(entry(HostId{id}));
  }
  return found;
}

Result<std::vector<UrlRecord>> MemoryStore::urls(std::optional<UrlState> state, UrlId after,
                                                 std::size_t limit) {
  std::vector<UrlRecord> found;
  for (std::int64_t id = std::max<std::int64_t>(raw(after), 0) + 1;
       id <= static_cast<std::int64_t>(urls_.size()) && found.size() < limit; ++id) {
    if (!state || shown(row(UrlId{id}).life) == *state) found.push_back(record(UrlId{id}));
  }
  return found;
}

Result<std::vector<std::pair<std::string, std::uint64_t>>> MemoryStore::drops_by_reason() {
  std::vector<std::pair<std::string, std::uint64_t>> drops;
  for (std::size_t i = 0; i < drops_.size(); ++i) {
    if (drops_[i] > 0) drops.emplace_back(to_string(static_cast<DropReason>(i)), drops_[i]);
  }
  std::sort(drops.begin(), drops.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return drops;
}

}  // namespace frontierd
