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

// `again`: what is dropped or not yet due. Otherwise: what is in a queue.
std::vector<UrlId> MemoryStore::pick(const UrlSelection& which, std::size_t limit, bool again,
                                     Instant now) {
  std::vector<UrlId> picked;
  const auto consider = [&](UrlId id) {
    if (picked.size() >= limit || !selected(which, id)) return;
    const UrlLife& life = row(id).life;
    const bool waiting = waits(life) && (!again || *life.due > now);
    const bool dropped = again && life.state == memory::Stored::Dropped;
    if (waiting || dropped) picked.push_back(id);
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

Result<std::uint64_t> MemoryStore::retry(const UrlSelection& which, std::size_t limit,
                                         Instant now) {
  TRY(check_selection(which));
  const std::vector<UrlId> picked = pick(which, limit, true, now);
  std::set<HostId> hosts;
  for (const UrlId id : picked) {
    UrlLife life = row(id).life;
    if (life.state == memory::Stored::Dropped) life.state = memory::Stored::Queued;
    life.because.reset();
    life.due = now;
    life.attempts = 0;
    life.crashes = 0;
    life.past_cache = false;
    life.changed_at = now;
    life.why = kWhyRetried;
    hosts.insert(row(id).host);
    put(id, std::move(life));
  }
  if (which.host_key && !which.url) {
    const auto found = host_ids_.find(*which.host_key);
    if (found != host_ids_.end()) hosts.insert(found->second);
  }
  for (const HostId id : hosts) start_anew(id, now);
  return picked.size();
}

Result<std::uint64_t> MemoryStore::drop(const UrlSelection& which, std::size_t limit, Instant now) {
  TRY(check_selection(which));
  const std::vector<UrlId> picked = pick(which, limit, false, now);
  for (const UrlId id : picked) drop_one(id, DropReason::Operator, kWhyDropped, now);
  return picked.size();
}

Result<std::size_t> MemoryStore::drop_queue(HostId id, DropReason because, const std::string& why,
                                            std::size_t limit, Instant now) {
  const HostRow* host = find_host(id);
  if (host == nullptr) return std::size_t{0};
  std::vector<UrlId> picked;
  for (const memory::QueueKey& key : host->queue) {
    if (picked.size() >= limit) break;
    picked.push_back(std::get<UrlId>(key));
  }
  for (const UrlId url : picked) drop_one(url, because, why, now);
  return picked.size();
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

void MemoryStore::start_anew(HostId id, Instant now) {
  const HostState state = host_row(id).state;
  if (state.exhausted) put_state(id, new_start(state, now));
  if (!host_row(id).egress_blocks.empty()) set_egress_blocks(id, {});
}

}  // namespace frontierd
