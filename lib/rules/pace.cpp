#include "rules/pace.h"

#include <algorithm>
#include <cmath>

namespace frontierd {
namespace {

Millis scaled(Millis length, double factor) {
  return Millis{static_cast<std::int64_t>(std::ceil(static_cast<double>(length.count()) * factor))};
}

// Beyond the good pace the clock of the cubic runs slower by this: a limit once found is tested
// about every five times recover_in, not every time.
constexpr double kPatience = 10.0;

constexpr int kLatePeriodsMax = 4;

// The period along the cubic: slow_down of the good pace at the origin, the good pace itself after
// recover_in, and slowly faster beyond it until the floor is reached.
Millis earned_period(const PacePolicy& policy, const HostState& host, Instant now) {
  if (host.good_gap == Millis{0}) return Millis{0};
  const double waited = static_cast<double>(std::max(now - host.slowed_at, Millis{0}).count());
  const double whole = static_cast<double>(std::max(policy.recover_in, Millis{1}).count());
  const double lost = 1.0 - std::clamp(policy.slow_down, 0.05, 1.0);
  double t = waited / whole - 1.0;  // -1 at the origin, 0 at the good pace
  if (t > 0) t /= kPatience;
  const double pace = 1.0 + lost * t * t * t;
  return scaled(host.good_gap, 1.0 / std::max(pace, 0.05));
}

// A learned quota holds in full, then is tested again a little faster with every further period.
Millis quota_period(const PacePolicy& policy, const HostState& host, Instant now) {
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

Millis period_of(const Pace& pace, Millis latency) {
  return pace.flights > 1 ? pace.gap : std::max(pace.gap + latency, pace.period);
}

Millis lateness(const Pace& pace, Millis late, Instant ready_at, Instant now) {
  const Millis waited = now - ready_at;
  if (waited > pace.period) return Millis{0};
  return std::min(late + std::max(waited, Millis{0}), pace.period * kLatePeriodsMax);
}

Millis made_up(const Pace& pace, Millis late) {
  return std::min({late, pace.period / 10, pace.from_start() - pace.gap});
}

Pace pace_of(const PacePolicy& policy, const HostRule& rule, const HostWishes& wishes,
             const HostState& host, Instant now) {
  const int wanted = wishes.flights ? *wishes.flights : rule.flights.value_or(policy.flights);
  const int flights = host.breaker == Breaker::Closed ? std::max(wanted, 1) : 1;
  const Millis floor = gap_floor(policy, rule, wishes);
  const int slow = host.breaker == Breaker::Recovering && host.resume_step > 0
                       ? 1 << std::min(host.resume_step, kResumeStepsMax)
                       : 1;
  const Millis learned =
      std::max(earned_period(policy, host, now), quota_period(policy, host, now));
  const Millis period = std::min(learned * slow, policy.gap_max);
  Millis gap = std::max(scaled(host.latency, policy.latency_factor), slow > 1 ? floor : Millis{0});
  gap = std::max({floor, std::min(gap * slow, policy.gap_max), host.crawl_delay});
  if (flights > 1) return {std::max(gap, period), flights, Millis{0}};
  return {gap, flights, period};
}

HostState slowed(const PacePolicy& policy, HostState host, Millis period, Instant from) {
  const bool on_the_way_up = host.good_gap > Millis{0} && period >= host.good_gap;
  const double margin = on_the_way_up ? 1.5 * policy.quota_margin : policy.quota_margin;
  const Millis good = scaled(std::max(period, Millis{1}), 1.0 + margin);
  host.good_gap = std::min(good, std::max(policy.gap_max, Millis{1}));
  host.slowed_at = from;
  return host;
}

}  // namespace frontierd
