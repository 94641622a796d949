#include "store/memory/memory_store.h"

#include <algorithm>

#include "frontier/name_paces.h"
#include "store/shared.h"

namespace frontierd {
namespace {

Error no_such_host(HostId id) {
  return {Errc::NotFound,
          "no host has the number " + std::to_string(raw(id)) + "; `frontierctl hosts` lists them"};
}

}  // namespace

MemoryStore::HostRow* MemoryStore::find_host(HostId id) {
  if (raw(id) < 1 || static_cast<std::size_t>(raw(id)) > hosts_.size()) return nullptr;
  return &host_row(id);
}

HostId MemoryStore::known_host(const std::string& key) {
  const auto [found, fresh] =
      host_ids_.try_emplace(key, HostId{static_cast<std::int64_t>(hosts_.size()) + 1});
  if (fresh) {
    hosts_.emplace_back().key = key;
    ++tally_.hosts;
    undo_.emplace_back(memory::HostAdded{});
  }
  return found->second;
}

void MemoryStore::place(UrlId id, const UrlLife& life) {
  const UrlRow& url = row(id);
  if (waits(life)) {
    host_row(url.host).queue.emplace(url.priority, *life.due, id);
    host_row(url.host).fresh += life.state == memory::Stored::Queued ? 1 : 0;
  }
  if (life.because) ++drops_[static_cast<std::size_t>(*life.because)];
  if (life.aloft) {
    ++tally_.leased;
  } else {
    ++(life.state == memory::Stored::Queued ? tally_.queued
       : life.state == memory::Stored::Done ? tally_.done
                                            : tally_.dropped);
  }
}

void MemoryStore::unplace(UrlId id, const UrlLife& life) {
  const UrlRow& url = row(id);
  if (waits(life)) {
    host_row(url.host).queue.erase({url.priority, *life.due, id});
    host_row(url.host).fresh -= life.state == memory::Stored::Queued ? 1 : 0;
  }
  if (life.because) --drops_[static_cast<std::size_t>(*life.because)];
  if (life.aloft) {
    --tally_.leased;
  } else {
    --(life.state == memory::Stored::Queued ? tally_.queued
       : life.state == memory::Stored::Done ? tally_.done
                                            : tally_.dropped);
  }
}

void MemoryStore::put(UrlId id, UrlLife life) {
  UrlLife& current = row(id).life;
  unplace(id, current);
  undo_.emplace_back(memory::UrlWas{id, std::move(current)});
  current = std::move(life);
  place(id, current);
}

Admission MemoryStore::admit_one(const Candidate& candidate, Instant now) {
  Admission answer;
  answer.host = known_host(candidate.host_key);
  const UrlId next{static_cast<std::int64_t>(urls_.size()) + 1};
  const auto [found, fresh] = url_ids_.try_emplace(candidate.url, next);
  answer.url = found->second;
  answer.fresh = fresh;
  if (!fresh) return answer;
  UrlRow& url = urls_.emplace_back();
  url.url = candidate.url;
  url.host = answer.host;
  url.priority = std::clamp(candidate.priority, kPriorityHighest, kPriorityLowest);
  url.redirects = std::max(candidate.redirects, 0);
  url.admitted_at = now;
  url.via = candidate.via;
  url.metadata = candidate.metadata;
  url.life.due = std::max(candidate.not_before, now);
  url.life.changed_at = now;
  host_row(answer.host).urls.push_back(next);
  place(next, url.life);
  undo_.emplace_back(memory::UrlAdded{});
  return answer;
}

Result<std::vector<Admission>> MemoryStore::admit(std::span<const Candidate> candidates,
                                                  Instant now) {
  std::vector<Admission> answers;
  answers.reserve(candidates.size());
  for (const Candidate& candidate : candidates) answers.push_back(admit_one(candidate, now));
  return answers;
}

HostEntry MemoryStore::entry_for_schedule(HostId id) {
  HostEntry made = entry(id);
  const KeysOfName keys = keys_of_name(made.key);
  const auto take = [&](auto item) {
    const HostState& state = host_row(item->second).state;
    if (!rests_name(state.rest_cls)) return;
    made.name_rest_until = std::max(made.name_rest_until, state.rest_until);
  };
  for (const std::string& key : {keys.http, keys.https}) {
    if (const auto item = host_ids_.find(key); item != host_ids_.end()) take(item);
  }
  const auto take_range = [&](const std::string& from, const std::string& to) {
    for (auto item = host_ids_.upper_bound(from); item != host_ids_.lower_bound(to); ++item)
      take(item);
  };
  take_range(keys.http_from, keys.http_to);
  take_range(keys.https_from, keys.https_to);
  return made;
}

HostEntry MemoryStore::entry(HostId id) {
  const HostRow& host = host_row(id);
  HostEntry made;
  made.id = id;
  made.key = host.key;
  made.state = host.state;
  made.state.latency_kept = host.state.latency;
  made.wishes = host.wishes;
  if (host.robots) made.robots_until = host.robots->expires_at;
  made.egress_blocks = host.egress_blocks;
  int priority = kPriorityHighest;
  for (auto head = host.queue.begin(); head != host.queue.end();) {
    const Instant due = std::get<Instant>(*head);
    made.next_due = made.has_queue ? std::min(made.next_due, due) : due;
    made.has_queue = true;
    priority = std::get<int>(*head) + 1;
    head = host.queue.lower_bound({priority, Instant::min(), UrlId::None});
  }
  if (host.state.exhausted) made.has_queue = host.fresh > 0;
  return made;
}

Result<std::vector<HostEntry>> MemoryStore::hosts_with_queue(HostId after, std::size_t limit) {
  std::vector<HostEntry> found;
  for (std::int64_t id = std::max<std::int64_t>(raw(after), 0) + 1;
       id <= static_cast<std::int64_t>(hosts_.size()) && found.size() < limit; ++id) {
    if (!host_row(HostId{id}).queue.empty()) found.push_back(entry_for_schedule(HostId{id}));
  }
  return found;
}

Result<std::optional<HostEntry>> MemoryStore::host(HostId id) {
  if (find_host(id) == nullptr) return std::nullopt;
  return entry_for_schedule(id);
}

Result<HostEntry> MemoryStore::host_by_key(const std::string& host_key, Instant /*now*/) {
  return entry_for_schedule(known_host(host_key));
}

Result<std::optional<RobotsRecord>> MemoryStore::robots(HostId id) {
  const HostRow* host = find_host(id);
  if (host == nullptr) return std::nullopt;
  return host->robots;
}

Result<void> MemoryStore::set_wishes(HostId id, const HostWishes& wishes) {
  HostRow* host = find_host(id);
  if (host == nullptr) return fail(no_such_host(id));
  undo_.emplace_back(memory::WishesWere{id, host->wishes});
  host->wishes = wishes;
  return {};
}

void MemoryStore::put_state(HostId id, const HostState& state) {
  HostRow& host = host_row(id);
  undo_.emplace_back(memory::HostStateWas{id, std::move(host.state)});
  host.state = state;
}

Result<void> MemoryStore::set_host_state(HostId id, const HostState& state) {
  if (find_host(id) == nullptr) return fail(no_such_host(id));
  put_state(id, state);
  return {};
}

Result<void> MemoryStore::set_robots(HostId id, const RobotsRecord& record) {
  if (find_host(id) == nullptr) return fail(no_such_host(id));
  put_robots(id, record);
  return {};
}

Result<void> MemoryStore::set_note(const std::string& name, const std::string& value) {
  const auto found = notes_.find(name);
  memory::NoteWas was{name, std::nullopt};
  if (found != notes_.end()) was.value = found->second;
  undo_.emplace_back(std::move(was));
  notes_[name] = value;
  return {};
}

Result<std::optional<std::string>> MemoryStore::note(const std::string& name) {
  const auto found = notes_.find(name);
  if (found == notes_.end()) return std::nullopt;
  return found->second;
}

Result<Tally> MemoryStore::tally() {
  return tally_;
}

}  // namespace frontierd
