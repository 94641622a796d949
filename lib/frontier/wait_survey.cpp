#include "frontier/wait_survey.h"

#include <algorithm>

namespace frontierd {

Millis WaitFigures::oldest() const {
  Millis oldest{0};
  for (const OfReason& one : by_reason) oldest = std::max(oldest, one.oldest);
  return oldest;
}

void WaitSurvey::step(const Schedule& schedule, const InactiveHosts& inactive,
                      const MomentOf& moment_of, Instant now) {
  const auto& slots = schedule.slots();
  const bool at_once = slots.size() <= kAtOnce;
  if (at_once || slots.bucket_count() != buckets_seen_ || bucket_ >= slots.bucket_count()) {
    growing_ = {};
    bucket_ = 0;
    buckets_seen_ = slots.bucket_count();
  }
  for (std::size_t looked = 0; bucket_ < buckets_seen_; ++bucket_, ++looked) {
    if (!at_once && looked >= kAtOnce) break;  // an empty bucket counts as a host
    for (auto at = slots.begin(bucket_); at != slots.end(bucket_); ++at, ++looked) {
      add(at->second, moment_of(at->second), now);
    }
  }
  if (bucket_ < buckets_seen_) return;
  if (const auto due = inactive.first_due(); due && *due <= now) {
    growing_.of(WaitReason::HostsInMemory).oldest = now - *due;
  }
  last_ = growing_;
}

void WaitSurvey::add(const HostSlot& slot, const HostMoment& moment, Instant now) {
  ++growing_.conditions[static_cast<std::size_t>(moment.condition())];
  WaitFigures::OfReason& one = growing_.of(moment.wait.reason);
  ++one.hosts;
  const HostEntry& host = slot.entry;
  if (!host.has_queue || host.next_due > now) return;
  // What was seeded without a time has been due since it came; known is, since it is in memory.
  const Instant since = host.next_due > kLongAgo ? host.next_due : slot.queued_since;
  const Millis late = std::max(now - since, Millis{0});
  const double seconds = static_cast<double>(late.count()) / 1000.0;
  const auto& bounds = WaitFigures::kBounds;
  const auto* const bin = std::lower_bound(bounds.begin(), bounds.end(), seconds);
  ++one.due[static_cast<std::size_t>(bin - bounds.begin())];
  one.oldest = std::max(one.oldest, late);
}

}  // namespace frontierd
