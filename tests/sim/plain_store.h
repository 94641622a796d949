#pragma once

#include "frontier/store.h"

namespace frontierd {

// What every store double does unless it lies: ask the real one.
class PlainStore : public Store {
 public:
  explicit PlainStore(Store& real) : real_(real) {}
  Result<std::vector<Admission>> admit(std::span<const Candidate> candidates,
                                       Instant now) override {
    return real_.admit(candidates, now);
  }
  Result<LeaseAnswer> lease(std::span<const LeaseRequest> requests, Instant now,
                            Millis term) override {
    return real_.lease(requests, now, term);
  }
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override {
    return real_.settle(settlements, now);
  }
  Result<std::vector<HostId>> reclaim(Instant now, bool everything, bool crashed,
                                      int crashes_max) override {
    return real_.reclaim(now, everything, crashed, crashes_max);
  }
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override {
    return real_.hosts_with_queue(after, limit);
  }
  Result<std::optional<HostEntry>> host(HostId id) override { return real_.host(id); }
  Result<HostEntry> host_by_key(const std::string& key, Instant now) override {
    return real_.host_by_key(key, now);
  }
  Result<std::optional<RobotsRecord>> robots(HostId id) override { return real_.robots(id); }
  Result<std::vector<ProviderBlock>> provider_blocks() override { return real_.provider_blocks(); }
  Result<DroppedPart> drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                 const std::string& why, std::size_t limit, Instant now) override {
    return real_.drop_queue(id, from, because, why, limit, now);
  }
  Result<Retried> retry(const UrlSelection& which, std::size_t limit, Instant now) override {
    return real_.retry(which, limit, now);
  }
  Result<std::uint64_t> drop(const UrlSelection& which, std::size_t limit, Instant now) override {
    return real_.drop(which, limit, now);
  }
  Result<void> set_wishes(HostId id, const HostWishes& wishes) override {
    return real_.set_wishes(id, wishes);
  }
  Result<void> set_host_state(HostId id, const HostState& state) override {
    return real_.set_host_state(id, state);
  }
  Result<void> set_robots(HostId id, const RobotsRecord& record) override {
    return real_.set_robots(id, record);
  }
  Result<void> set_note(const std::string& name, const std::string& value) override {
    return real_.set_note(name, value);
  }
  Result<std::optional<std::string>> note(const std::string& name) override {
    return real_.note(name);
  }
  Result<Tally> tally() override { return real_.tally(); }
  Result<void> commit() override { return real_.commit(); }

 protected:
  Store& real_;
};

}  // namespace frontierd
