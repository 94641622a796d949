// A daemon of a few maps: everything the API asks of Control and Inspector, for tests and fuzzing.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/control.h"
#include "frontier/inspect.h"
#include "rules/url.h"

namespace frontierd {

inline constexpr Instant kFakeNow = from_unix_ms(1'800'000'000'000);

class FakeControl : public Control, public Inspector {
 public:
  StatusSnapshot status() const override {
    StatusSnapshot out;
    out.version = "1.2.3";
    out.started_at = kFakeNow - std::chrono::hours{1};
    out.frontier = frontier;
    out.frontier.now = kFakeNow;
    out.tally.queued = urls_.size();
    out.reload = {kFakeNow, true, "start"};
    out.egresses = egresses;
    out.queues = {{"flights", 3, 256}, {"dns_waiting", 0, 50'000}};
    out.stores = {{"bodies_spooled", 1'000, 2'000}};
    return out;
  }
  std::vector<ReadyCheck> ready_checks() const override { return checks; }
  HostNow host_now(const HostEntry& host) const override {
    const WaitReason reason = host.wishes.paused ? WaitReason::HostPaused : WaitReason::Turn;
    return {Wait(reason, kFakeNow),
            {host.wishes.gap.value_or(Seconds{1}), host.wishes.flights.value_or(1)},
            0};
  }
  std::vector<FlightNow> flights(std::size_t) const override { return {}; }

  Result<std::vector<AdmitAnswer>> admit(std::span<const Seed> seeds) override {
    batches.push_back(seeds.size());
    if (fail_admit_after && batches.size() > *fail_admit_after) {
      return fail(Errc::Unavailable, "the disk is full; make room");
    }
    std::vector<AdmitAnswer> out;
    for (const Seed& seed : seeds) {
      const auto url = Url::parse(seed.url);
      if (!url) {
        out.push_back({AdmitVerdict::Rejected, std::string(reason(url.error()))});
        continue;
      }
      const bool fresh = add(*url, seed);
      out.push_back({fresh ? AdmitVerdict::New : AdmitVerdict::Known, {}});
    }
    return out;
  }
  Result<void> pause(bool value) override { return (frontier.paused = value, Result<void>{}); }
  Result<void> set_wishes(const std::string& key, const HostWishes& wishes) override {
    host_entry(key).wishes = wishes;
    return {};
  }
  Result<Retried> retry(const UrlSelection& which) override {
    const auto urls = count(which);
    if (!urls) return fail(urls.error());
    return Retried{*urls, new_starts, rests_ended};
  }
  Result<std::uint64_t> drop(const UrlSelection& which) override { return count(which); }
  Result<void> drain() override { return (frontier.draining = true, Result<void>{}); }
  Result<std::string> reload() override {
    if (bad_config.empty()) return std::string("pace.gap");
    return fail(Errc::Usage, bad_config);
  }

  Result<std::optional<UrlRecord>> url(const std::string& canonical) override {
    for (const UrlRecord& record : urls_) {
      if (record.url == canonical) return record;
    }
    return std::optional<UrlRecord>{};
  }
  Result<std::vector<AttemptRecord>> attempts(UrlId, std::size_t) override { return attempts_; }
  Result<std::optional<HostRecord>> host(const std::string& key) override {
    const auto found = hosts_.find(key);
    if (found == hosts_.end()) return std::optional<HostRecord>{};
    return std::optional<HostRecord>{HostRecord{found->second, 1, 0, 0, 0, {}}};
  }
  Result<std::vector<std::string>> host_keys(const std::string& from, const std::string& to,
                                             std::size_t limit) override {
    std::vector<std::string> out;
    for (auto at = hosts_.lower_bound(from); at != hosts_.end() && at->first < to; ++at) {
      if (out.size() < limit) out.push_back(at->first);
    }
    return out;
  }
  Result<std::vector<Incident>> incidents(HostId, std::size_t) override {
    return std::vector<Incident>{};
  }
  Result<std::vector<HostEntry>> hosts(const HostFilter& filter, HostId after,
                                       std::size_t limit) override {
    std::vector<HostEntry> out;
    for (const auto& [key, entry] : hosts_) {
      const bool wanted = raw(entry.id) > raw(after) && (!filter.paused || entry.wishes.paused) &&
                          (!filter.resting || entry.state.breaker == Breaker::Open) &&
                          key.find(filter.pattern) != std::string::npos;
      if (wanted) out.push_back(entry);
    }
    std::sort(out.begin(), out.end(),
              [](const HostEntry& a, const HostEntry& b) { return raw(a.id) < raw(b.id); });
    if (out.size() > limit) out.resize(limit);
    return out;
  }
  Result<std::vector<UrlRecord>> urls(std::optional<UrlState> state, UrlId after,
                                      std::size_t limit) override {
    std::vector<UrlRecord> out;
    for (auto at = static_cast<std::size_t>(raw(after)); at < urls_.size(); ++at) {
      if (out.size() == limit) break;
      if (!state || urls_[at].state == *state) out.push_back(urls_[at]);
    }
    return out;
  }
  Result<std::vector<std::pair<std::string, std::uint64_t>>> drops_by_reason() override {
    return std::vector<std::pair<std::string, std::uint64_t>>{{"gone", 7}};
  }

  Result<std::vector<HostBlock>> egress_blocks(HostId after, std::size_t limit) override {
    std::vector<HostBlock> out;
    for (const HostBlock& block : blocks) {
      if (raw(block.host) > raw(after) && out.size() < limit) out.push_back(block);
    }
    return out;
  }
  Result<std::uint64_t> blocked_hosts(const std::string&, Instant) override {
    return blocks.size();
  }
  std::vector<HostBlock> blocks;
  std::vector<EgressNow> egresses;

  HostEntry& host_entry(const std::string& key) {
    HostEntry& entry = hosts_[key];
    if (entry.id == HostId::None) {
      entry.key = key;
      entry.id = static_cast<HostId>(hosts_.size());
    }
    return entry;
  }
  const std::vector<UrlRecord>& all_urls() const { return urls_; }
  UrlRecord& at(std::size_t index) { return urls_[index]; }

  FrontierNow frontier;
  std::vector<ReadyCheck> checks{{"store", true, ""}};
  std::vector<std::size_t> batches;
  std::optional<std::size_t> fail_admit_after;
  std::string bad_config;
  std::vector<UrlSelection> selections;
  std::uint64_t new_starts = 0;
  std::uint64_t rests_ended = 0;
  std::vector<std::uint64_t> changes;  // answers of retry and drop, first first; then 1
  std::vector<AttemptRecord> attempts_;

 private:
  bool add(const Url& url, const Seed& seed) {
    if (!seen_.insert(url.text()).second) return false;
    UrlRecord record;
    record.id = static_cast<UrlId>(urls_.size() + 1);
    record.url = url.text();
    record.host_key = std::string(url.host_key());
    record.priority = seed.priority;
    record.not_before = seed.not_before;
    record.metadata = seed.metadata;
    record.admitted_at = record.changed_at = kFakeNow;
    urls_.push_back(record);
    host_entry(record.host_key).has_queue = true;
    return true;
  }
  Result<std::uint64_t> count(const UrlSelection& which) {
    selections.push_back(which);
    if (changes.empty()) return std::uint64_t{1};
    const std::uint64_t answer = changes.front();
    changes.erase(changes.begin());
    return answer;
  }

  std::vector<UrlRecord> urls_;
  std::set<std::string> seen_;
  std::map<std::string, HostEntry> hosts_;
};

}  // namespace frontierd
