// MemoryStore: the verbs that act on many URLs.
#include <algorithm>
#include <set>

#include "base/check.h"
#include "store/memory/memory_store.h"
#include "store/shared.h"

namespace frontierd {

bool MemoryStore::selected(const UrlSelection& which, UrlId id) {
  const UrlRow& url = row(id);
  if (which.url && *which.url != url.url) return false;
  if (which.host_key && *which.host_key != host_row(url.host).key) return false;
  if (which.because && which.because != url.life.because) return false;
  return !which.last_class || which.last_class == url.life.last_class;
}

// `again`: what is dropped or not yet due, and what is done if it is meant by its URL. Otherwise:
// what is in a queue.
std::vector<UrlId> MemoryStore::pick(const UrlSelection& which, std::size_t limit, bool again,
                                     Instant now) {
  std::vector<UrlId> picked;
  const auto consider = [&](UrlId id) {
    if (picked.size() >= limit || !selected(which, id)) return;
    const UrlLife& life = row(id).life;
    const bool waiting = waits(life) && (!again || *life.due > now);
    const bool dropped = again && life.state == memory::Stored::Dropped;
    const bool done =
        again && which.url && life.state == memory::Stored::Done && !life.aloft && !life.due;
    if (waiting || dropped || done) picked.push_back(id);
  };
  if (which.url) {
    const auto found = url_ids_.find(*which.url);
    if (found != url_ids_.end()) consider(found->second);
  } else if (which.host_key) {
    const auto found = host_ids_.find(*which.host_key);
    if (found == host_ids_.end()) return picked;
    for (const UrlId id : host_row(found->second).urls) consider(id);
  } else {
    for (std::size_t i = 0; i < urls_.size(); ++i)
      consider(UrlId{static_cast<std::int64_t>(i) + 1});
  }
  return picked;
}

Result<Retried> MemoryStore::retry(const UrlSelection& which, std::size_t limit, Instant now) {
  TRY(check_selection(which));
  Retried done;
  const std::vector<UrlId> picked = pick(which, limit, true, now);
  done.urls = picked.size();
  std::set<HostId> hosts;
  for (const UrlId id : picked) {
    UrlLife life = row(id).life;
    if (life.state == memory::Stored::Dropped) life.state = memory::Stored::Queued;
    life.because.reset();
    life.due = now;
    life.attempts = 0;
    life.crashes = 0;
    life.past_cache = false;
    if (life.state != memory::Stored::Done) life.changed_at = now;
    life.why = kWhyRetried;
    hosts.insert(row(id).host);
    put(id, std::move(life));
  }
  const bool whole_host = which.host_key && !which.url;
  if (whole_host) {
    const auto found = host_ids_.find(*which.host_key);
    if (found != host_ids_.end()) hosts.insert(found->second);
  }
  for (const HostId id : hosts) start_anew(id, whole_host, done, now);
  if (revives_hosts(which) && picked.size() < limit) start_anew_all(which, limit, done, now);
  return done;
}

Result<std::uint64_t> MemoryStore::drop(const UrlSelection& which, std::size_t limit, Instant now) {
  TRY(check_selection(which));
  const std::vector<UrlId> picked = pick(which, limit, false, now);
  for (const UrlId id : picked) drop_one(id, DropReason::Operator, kWhyDropped, now);
  return picked.size();
}

Result<DroppedPart> MemoryStore::drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                            const std::string& why, std::size_t limit,
                                            Instant now) {
  DroppedPart part;
  const HostRow* host = find_host(id);
  if (host == nullptr) return part;
  part.rest = from;
  std::vector<UrlId> picked;
  auto key = host->queue.upper_bound({from.priority, from.due, from.id});
  for (std::size_t seen = 0; key != host->queue.end() && seen < limit; ++key, ++seen) {
    part.rest = {std::get<int>(*key), std::get<Instant>(*key), std::get<UrlId>(*key)};
    const UrlId url = std::get<UrlId>(*key);
    if (row(url).life.state == memory::Stored::Queued) picked.push_back(url);
  }
  if (key == host->queue.end()) part.rest.reset();
  for (const UrlId url : picked) drop_one(url, because, why, now);
  part.dropped = picked.size();
  return part;
}

// A page that is done keeps its state; only its next visit is struck out.
void MemoryStore::drop_one(UrlId id, DropReason because, std::string_view why, Instant now) {
  UrlLife life = row(id).life;
  life.due.reset();
  if (life.state != memory::Stored::Done) {
    life.state = memory::Stored::Dropped;
    life.because = because;
    life.why = why;
    life.changed_at = now;
  }
  put(id, std::move(life));
}

void MemoryStore::start_anew(HostId id, bool ends_rest, Retried& done, Instant now) {
  const HostState state = host_row(id).state;
  if (state.exhausted) {
    put_state(id, new_start(state, now));
    ++done.new_starts;
  } else if (ends_rest && state.rest_until > now) {
    put_state(id, rest_ended(state, now));
    ++done.rests_ended;
  }
  if (!host_row(id).egress_blocks.empty()) set_egress_blocks(id, {});
}

// Those of which no URL was dropped have pages that were to be visited again.
void MemoryStore::start_anew_all(const UrlSelection& which, std::size_t limit, Retried& done,
                                 Instant now) {
  for (std::size_t i = 0; i < hosts_.size() && done.new_starts < limit; ++i) {
    const HostId id{static_cast<std::int64_t>(i) + 1};
    const HostState& state = host_row(id).state;
    if (!state.exhausted || given_up_as(state.rest_cls) != which.because) continue;
    start_anew(id, false, done, now);
  }
}

}  // namespace frontierd
