#include "sim/watched_store.h"

#include <utility>

namespace frontierd::sim {

Result<void> WatchedStore::before(Kind kind) {
  ++calls_;
  if (full_ && kind != Kind::Read) {
    return fail(Errc::NoSpace, "the simulated disk is full: make room and start again");
  }
  if (!fault_ || fault_->after) return {};
  if (fault_->calls-- > 0) return {};
  const Errc code = fault_->code;
  fault_.reset();
  return fail(code, "the simulated disk failed before the call: start again");
}

Result<void> WatchedStore::after() {
  if (!fault_ || !fault_->after) return {};
  if (fault_->calls-- > 0) return {};
  const Errc code = fault_->code;
  fault_.reset();
  return fail(code, "the simulated process died after the call: start again");
}

template <class Call>
auto WatchedStore::pass(Kind kind, Call call) -> decltype(call()) {
  TRY(before(kind));
  auto result = call();
  written_ = written_ || (result && kind == Kind::Write);
  if (result) TRY(after());
  return result;
}

Result<std::vector<Admission>> WatchedStore::admit(std::span<const Candidate> candidates,
                                                   Instant now) {
  return pass(Kind::Write, [&] {
    auto result = store_->admit(candidates, now);
    if (result) referee_.admitted(daemon_, candidates, *result, now);
    return result;
  });
}

Result<LeaseAnswer> WatchedStore::lease(std::span<const LeaseRequest> requests, Instant now,
                                        Millis term) {
  return pass(Kind::Write, [&] {
    auto result = store_->lease(requests, now, term);
    if (result) {
      for (const Lease& lease : result->leases) referee_.leased(daemon_, lease);
    }
    return result;
  });
}

Result<std::size_t> WatchedStore::settle(std::span<const Settlement> settlements, Instant now) {
  if (settlements.empty()) return store_->settle(settlements, now);
  return pass(Kind::Write, [&] {
    auto result = store_->settle(settlements, now);
    if (result) {
      for (const Settlement& settlement : settlements) referee_.settled(daemon_, settlement);
      if (*result != settlements.size()) {
        referee_.breach(1, std::to_string(settlements.size() - *result) +
                               " settlements were not applied: their flights were not on record");
      }
    }
    return result;
  });
}

Result<std::vector<HostId>> WatchedStore::reclaim(Instant now, bool everything, bool crashed,
                                                  int crashes_max) {
  return pass(Kind::Write, [&] {
    auto result = store_->reclaim(now, everything, crashed, crashes_max);
    if (result) referee_.reclaimed(daemon_, crashed, crashes_max, now);
    return result;
  });
}

Result<std::vector<HostEntry>> WatchedStore::hosts_with_queue(HostId after_id, std::size_t limit) {
  return pass(Kind::Read, [&] { return store_->hosts_with_queue(after_id, limit); });
}

Result<std::optional<HostEntry>> WatchedStore::host(HostId id) {
  return pass(Kind::Read, [&] { return store_->host(id); });
}

Result<HostEntry> WatchedStore::host_by_key(const std::string& host_key, Instant now) {
  return pass(Kind::Write, [&] {
    auto result = store_->host_by_key(host_key, now);
    if (result) referee_.met(host_key, result->id);
    return result;
  });
}

Result<std::optional<RobotsRecord>> WatchedStore::robots(HostId id) {
  return pass(Kind::Read, [&] { return store_->robots(id); });
}

Result<DroppedPart> WatchedStore::drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                             const std::string& why, std::size_t limit,
                                             Instant now) {
  return pass(Kind::Write, [&] {
    auto result = store_->drop_queue(id, from, because, why, limit, now);
    if (result) referee_.queue_dropped(daemon_, id, because, why, result->dropped);
    return result;
  });
}

Result<Retried> WatchedStore::retry(const UrlSelection& which, std::size_t limit, Instant now) {
  return pass(Kind::Write, [&] {
    auto result = store_->retry(which, limit, now);
    if (result) referee_.operator_changed(daemon_);
    return result;
  });
}

Result<std::uint64_t> WatchedStore::drop(const UrlSelection& which, std::size_t limit,
                                         Instant now) {
  return pass(Kind::Write, [&] {
    auto result = store_->drop(which, limit, now);
    if (result) referee_.operator_changed(daemon_);
    return result;
  });
}

Result<void> WatchedStore::set_wishes(HostId id, const HostWishes& wishes) {
  return pass(Kind::Write, [&] {
    auto result = store_->set_wishes(id, wishes);
    if (result) referee_.wishes_set(daemon_, id, wishes);
    return result;
  });
}

Result<void> WatchedStore::set_host_state(HostId id, const HostState& state) {
  return pass(Kind::Write, [&] {
    auto result = store_->set_host_state(id, state);
    if (result) referee_.state_set(daemon_, id, state);
    return result;
  });
}

Result<void> WatchedStore::set_robots(HostId id, const RobotsRecord& record) {
  return pass(Kind::Write, [&] {
    auto result = store_->set_robots(id, record);
    if (result) referee_.robots_set(daemon_, id, record);
    return result;
  });
}

Result<void> WatchedStore::set_note(const std::string& name, const std::string& value) {
  return pass(Kind::Write, [&] { return store_->set_note(name, value); });
}

Result<std::optional<std::string>> WatchedStore::note(const std::string& name) {
  return pass(Kind::Read, [&] { return store_->note(name); });
}

Result<std::vector<ProviderBlock>> WatchedStore::provider_blocks() {
  return pass(Kind::Read, [&] { return store_->provider_blocks(); });
}

Result<Tally> WatchedStore::tally() {
  return pass(Kind::Read, [&] { return store_->tally(); });
}

Result<void> WatchedStore::commit() {
  return pass(Kind::Commit, [&]() -> Result<void> {
    if (std::exchange(written_, false)) {
      TRY(store_->set_note(mark(), std::to_string(++commits_)));
    }
    doubtful_ = true;
    TRY(store_->commit());
    doubtful_ = false;
    referee_.committed(daemon_, *inspector_);
    return {};
  });
}

std::string WatchedStore::mark() const {
  return "sim.commit" + std::to_string(daemon_);
}

void WatchedStore::settle_doubt(Store& store, Inspector& inspector) {
  written_ = false;
  if (std::exchange(doubtful_, false)) {
    const auto last = store.note(mark());
    if (last && *last == std::to_string(commits_)) referee_.committed(daemon_, inspector);
  }
  referee_.abandoned(daemon_);
}

}  // namespace frontierd::sim
