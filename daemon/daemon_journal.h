// The dispatcher's events, for the log and (passed on) for the metrics; and what the API shows of
// the flights in hand. Loop thread.
#pragma once

#include <map>
#include <vector>

#include "api/control.h"
#include "frontier/journal.h"

namespace frontierd {

class DaemonJournal final : public Journal {
 public:
  explicit DaemonJournal(Journal& metrics) : metrics_(metrics) {}

  void leased(const Lease& lease, Instant now) override;
  void settled(const Settlement& settlement, Instant now) override;
  void rested(const std::string& host_key, const Incident& incident) override;
  void woke(const std::string& host_key, OutcomeClass rested_for, Instant now) override;
  void recovered(const std::string& host_key, OutcomeClass rested_for, Millis took,
                 Instant now) override;
  void gave_up(const std::string& host_key, DropReason because, std::size_t urls,
               Instant now) override;
  void robots_silent(const std::string& host_key, const RobotsRecord& record) override;
  void reclaimed(std::size_t hosts, Instant now) override;
  void egress_failed(const std::string& egress, const std::string& why, Instant until) override;
  void egress_blocked(const std::string& host_key, const EgressBlock& block,
                      const std::string& next) override;
  void provider_blocked(const ProviderBlock& block) override;
  void our_trouble(const std::string& why, Instant until) override;

  void log_fetches(bool on) { log_fetches_ = on; }
  std::vector<FlightNow> flights(std::size_t limit) const;  // oldest first

 private:
  Journal& metrics_;
  std::map<std::int64_t, FlightNow> flights_;  // by lease: ids ascend with time
  bool log_fetches_ = false;
};

}  // namespace frontierd
