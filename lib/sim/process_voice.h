// A process's journal: what the dispatcher tells goes into the event log and the figures. Internal
// to lib/sim.
#pragma once

#include <string>

#include "sim/process.h"

namespace frontierd::sim {

class Process::Voice final : public Journal {
 public:
  Voice(Surroundings& around, const Clock& clock) : around_(around), clock_(clock) {}

  void leased(const Lease& lease, Instant now) override;
  void settled(const Settlement& settlement, Instant now) override;
  void rested(const std::string& host_key, const Incident& incident) override;
  void woke(const std::string& host_key, OutcomeClass rested_for, Instant now) override;
  void recovered(const std::string& host_key, OutcomeClass rested_for, Millis took,
                 Instant now) override;
  void gave_up(const std::string& host_key, DropReason because, std::size_t urls,
               Instant now) override;
  void our_trouble(const std::string& why, Instant until) override;

 private:
  void tell_verdict(const Settlement& settlement);
  // A moment of the daemon's clock in true time.
  Instant true_time(Instant at) const {
    return at >= kNever ? kNever : at + (around_.truth.now() - clock_.now());
  }
  void note(EventKind kind, std::string_view subject, std::string_view detail,
            Instant until = kLongAgo, std::int64_t number = 0, std::string_view why = {});

  Surroundings& around_;
  const Clock& clock_;
};

}  // namespace frontierd::sim
