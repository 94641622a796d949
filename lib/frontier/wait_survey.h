// What all hosts in memory wait for, and how long their first due URL has waited: counts by reason
// and lateness, for status and metrics. Bounded: a step looks at kAtOnce hosts, and the figures are
// those of the last whole round. As many hosts as that are a round of their own, so a small crawl is
// always told as it is; 200,000 are gone through in twenty steps. Thread: the loop's only.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "frontier/inactive_hosts.h"
#include "frontier/schedule.h"
#include "frontier/wait_reason.h"

namespace frontierd {

struct WaitFigures {
  // Seconds; what is later is in the last bin.
  static constexpr std::array<double, 6> kBounds{1, 10, 60, 600, 3'600, 86'400};

  struct OfReason {
    std::uint64_t hosts = 0;                             // all of them, due or not
    std::array<std::uint64_t, kBounds.size() + 1> due{};  // those with a due URL, by its lateness
    Millis oldest{0};                                    // the latest of these; 0: none is due
  };
  std::array<OfReason, kWaitReasons> by_reason{};
  std::array<std::uint64_t, kHostConditions> conditions{};

  OfReason& of(WaitReason reason) { return by_reason[static_cast<std::size_t>(reason)]; }
  const OfReason& of(WaitReason reason) const {
    return by_reason[static_cast<std::size_t>(reason)];
  }
  // Of all reasons: how long some URL that is due has waited.
  Millis oldest() const;
};

class WaitSurvey {
 public:
  static constexpr std::size_t kAtOnce = 10'000;

  using MomentOf = std::function<HostMoment(const HostSlot&)>;
  void step(const Schedule& schedule, const InactiveHosts& inactive, const MomentOf& moment_of,
            Instant now);
  const WaitFigures& last() const { return last_; }

 private:
  void add(const HostSlot& slot, const HostMoment& moment, Instant now);

  WaitFigures last_;
  WaitFigures growing_;
  std::size_t bucket_ = 0;        // of the schedule's table, where the next step begins
  std::size_t buckets_seen_ = 0;  // its size when the round began: another one begins it anew
};

}  // namespace frontierd
