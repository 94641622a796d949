#include "rules/pace.h"

#include <algorithm>
#include <cmath>

namespace frontierd {
namespace {

Millis scaled(Millis length, double factor) {
  return Millis{static_cast<std::int64_t>(std::ceil(static_cast<double>(length.count()) * factor))};
}

// The gap along the cubic: slow_down of the good pace at the origin, the good pace itself after
// recover_in, and slowly faster beyond it until the floor is reached.
Millis earned_gap(const PacePolicy& policy, const HostState& host, Instant now) {
  if (host.good_gap == Millis{0}) return Millis{0};
  const double waited = static_cast<double>(std::max(now - host.slowed_at, Millis{0}).count());
  const double whole = static_cast<double>(std::max(policy.recover_in, Millis{1}).count());
  const double lost = 1.0 - std::clamp(policy.slow_down, 0.05, 1.0);
  const double t = waited / whole - 1.0;  // -1 at the origin, 0 at the good pace
  const double pace = 1.0 + lost * t * t * t;
  return scaled(host.good_gap, 1.0 / std::max(pace, 0.05));
}

// A learned quota holds in full, then is tested again a little faster with every further period.
Millis quota_gap(const PacePolicy& policy, const HostState& host, Instant now) {
  if (host.quota_gap == Millis{0}) return Millis{0};
  const double periods = static_cast<double>((now - host.quota_at).count()) /
                         static_cast<double>(std::max(policy.quota_relearn, Millis{1}).count());
  if (periods <= 1.0) return host.quota_gap;
  return scaled(host.quota_gap, std::pow(0.9, std::min(periods - 1.0, 60.0)));
}

}  // namespace

Millis gap_floor(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes) {
  const Millis asked = wishes.gap ? *wishes.gap : rule.gap.value_or(policy.gap);
  return std::max(asked, policy.gap_min);
}

Pace pace_of(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes,
             const HostState& host, Instant now) {
  Millis gap = gap_floor(policy, rule, wishes);
  Millis learned = std::max({scaled(host.latency, policy.latency_factor),
                             earned_gap(policy, host, now), quota_gap(policy, host, now)});
  if (host.breaker == Breaker::Recovering && host.resume_step > 0) {
    learned = std::max(gap, learned) * (1 << std::min(host.resume_step, 16));
  }
  gap = std::max(gap, std::min(learned, policy.gap_max));
  gap = std::max(gap, host.crawl_delay);
  const int flights = wishes.flights ? *wishes.flights : rule.flights.value_or(policy.flights);
  return {gap, host.breaker == Breaker::Closed ? std::max(flights, 1) : 1};
}

HostState slowed(const PacePolicy& policy, HostState host, Millis gap, Instant from) {
  // A second incident on the way up lowers the good pace too: it was not good after all.
  host.good_gap = std::clamp(gap, Millis{1}, std::max(policy.gap_max, Millis{1}));
  host.slowed_at = from;
  return host;
}

}  // namespace frontierd
