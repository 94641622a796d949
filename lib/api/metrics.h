// Counts what the dispatcher tells, and writes it as Prometheus text (exposition format 0.0.4):
// names begin with frontierd_, units are seconds and bytes, and no label ever holds a host or a
// URL, so the number of series is fixed (and one more per configured egress). Thread: the loop
// thread only.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "api/control.h"
#include "api/histogram.h"
#include "frontier/journal.h"

namespace frontierd {

class MetricsJournal : public Journal {
 public:
  void leased(const Lease& lease, Instant now) override;
  void settled(const Settlement& settlement, Instant now) override;
  void rested(const std::string& host_key, const Incident& incident) override;
  void recovered(const std::string& host_key, OutcomeClass rested_for, Millis took,
                 Instant now) override;
  void gave_up(const std::string& host_key, DropReason because, std::size_t urls,
               Instant now) override;
  void reclaimed(std::size_t hosts, Instant now) override;
  void our_trouble(const std::string& why, Instant until) override;

  // What has no event: told by the daemon and by the API itself.
  void committed(double seconds) { commits_.add(seconds); }
  void resolved(Transport transport);
  void seeded(AdmitVerdict verdict) { ++seeds_[static_cast<std::size_t>(verdict)]; }
  void refused_request() { ++refused_requests_; }

  // Settled page flights per second over the last whole minute.
  double pages_per_second(Instant now) const;

  // What was seen of a way out, health and blocks not included.
  EgressNow egress(const EgressRule& rule) const;

  // Everything, as text; gauges come from `status` and from the process itself.
  std::string text(const StatusSnapshot& status) const;

 private:
  struct Way {
    std::uint64_t flights = 0;
    std::uint64_t refusals = 0;
    std::uint64_t failures = 0;
  };

  template <std::size_t N>
  using Counts = std::array<std::uint64_t, N>;
  static constexpr std::size_t kScopes = 3;
  static constexpr std::size_t kPurposes = 3;
  static constexpr std::size_t kTransports = static_cast<std::size_t>(Transport::Aborted) + 1;
  static constexpr std::int64_t kWindow = 60;  // seconds

  std::string flight_text() const;
  std::string trouble_text() const;

  std::array<Counts<kScopes>, kOutcomeClasses> outcomes_{};
  Counts<kPurposes> leases_{};
  Counts<kOutcomeClasses> incidents_{};
  std::array<double, kOutcomeClasses> rest_seconds_{};
  std::array<Histogram, kOutcomeClasses> recoveries_{};
  Counts<2> probes_{};  // failed, good
  Counts<kDropReasons> drops_{};
  Counts<kTransports> lookups_{};
  Counts<3> seeds_{};
  std::map<std::string, Way, std::less<>> ways_;  // as many as are configured
  Histogram fetches_;
  Histogram commits_;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t hosts_given_up_ = 0;
  std::uint64_t hosts_reclaimed_ = 0;
  std::uint64_t our_troubles_ = 0;
  std::uint64_t refused_requests_ = 0;

  struct Second {
    std::int64_t at = 0;
    std::uint32_t pages = 0;
  };
  std::array<Second, kWindow> seconds_{};
};

}  // namespace frontierd
