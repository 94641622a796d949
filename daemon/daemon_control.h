// The API's Control over the dispatcher and the store. Loop thread; every change is committed
// before it is answered.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/control.h"
#include "api/metrics.h"
#include "daemon/daemon_journal.h"
#include "frontier/dispatcher.h"

namespace frontierd {

// What only the service can tell or do.
struct ServiceHooks {
  std::function<ArchiveStatus()> archive;
  std::function<void(StatusSnapshot&)> queues;  // fills in `queues` and `stores`
  std::function<std::vector<ReadyCheck>()> ready_checks;
  std::function<Result<void>()> may_change;  // an error: nothing can be acknowledged now
  std::function<void()> wake;  // there may be something to lease
  std::function<void()> drain;
  std::function<Result<std::string>()> reload;
};

class DaemonControl final : public Control {
 public:
  DaemonControl(Dispatcher& dispatcher, Store& store, const Clock& clock,
                const DaemonJournal& journal, const MetricsJournal& metrics, ServiceHooks hooks);

  StatusSnapshot status() const override;
  std::vector<ReadyCheck> ready_checks() const override { return hooks_.ready_checks(); }
  HostNow host_now(const HostEntry& host) const override;
  std::vector<FlightNow> flights(std::size_t limit) const override {
    return journal_.flights(limit);
  }
  Result<std::vector<AdmitAnswer>> admit(std::span<const Seed> seeds) override;
  Result<void> pause(bool paused) override;
  Result<void> set_wishes(const std::string& host_key, const HostWishes& wishes) override;
  Result<Retried> retry(const UrlSelection& which) override;
  Result<std::uint64_t> drop(const UrlSelection& which) override;
  Result<void> drain() override;
  Result<std::string> reload() override { return hooks_.reload(); }

  // Told by the service at start and after each reload.
  void describe(std::string store, std::size_t flights_max);
  void reloaded(ReloadStatus status) { reload_ = std::move(status); }
  // Once a second: what the hosts wait for is counted, a part of them at a time.
  void look_around() { survey_step(clock_.now()); }

 private:
  Result<void> refresh(const UrlSelection& which, bool last);
  void survey_step(Instant now) const;
  AdmitAnswer judge_seed(const Seed& seed, std::vector<Candidate>& candidates) const;

  Dispatcher& dispatcher_;
  Store& store_;
  const Clock& clock_;
  const DaemonJournal& journal_;
  const MetricsJournal& metrics_;
  ServiceHooks hooks_;
  Instant started_at_;
  std::string store_name_;
  std::size_t flights_max_ = 0;
  ReloadStatus reload_;
  mutable WaitSurvey survey_;
};

}  // namespace frontierd
