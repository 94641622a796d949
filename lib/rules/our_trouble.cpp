#include "rules/our_trouble.h"

#include <algorithm>
#include <set>

namespace frontierd {

bool OurTrouble::note(const FrontierPolicy& policy, const Outcome& outcome, Charged charged,
                      Instant now) {
  if (is_good_news(outcome.cls)) {
    recent_.clear();
    if (pauses_ > 0) ++in_vain_;
    pauses_ = 0;
    good_at_ = now;
    paused_until_ = std::min(paused_until_, now);
    return false;
  }
  // A host that says how long to stay away has answered: that wait is its own, and kept, also where
  // another flight of the same trouble charged it before.
  const bool asks = outcome.wait && outcome.wait->length > Millis{0};
  if (asks) forget(charged.host);
  if (asks || !may_be_ours(outcome.cls)) return false;
  const bool silent = outcome.cls == OutcomeClass::Unreachable;
  if (paused(now) && silent == silence_) return true;  // it left before we knew
  charged.at = now;
  charged.silent = silent;
  recent_.push_back(std::move(charged));
  while (recent_.size() > kRemembered || recent_.front().at + policy.many_window < now) {
    recent_.pop_front();
  }
  if (now < good_at_ + silence_wanted() || pauses_ >= kPausesMax || paused(now)) return false;
  std::set<std::uint64_t> sites;
  for (const Charged& entry : recent_) {
    if (entry.silent == silent) sites.insert(entry.site);
  }
  // After a pause that nobody's good answer has ended, one more failure says that it goes on.
  const bool goes_on =
      pauses_ > 0 && silent == silence_ && now < paused_until_ + policy.many_window;
  if (!goes_on && static_cast<int>(sites.size()) < policy.many_hosts) return false;
  if (paused_at_ + kLately < now) in_vain_ = 0;
  ++pauses_;
  silence_ = silent;
  paused_at_ = now;
  paused_until_ = now + policy.egress_pause * (1 << std::min(pauses_ - 1, 6));
  return true;
}

Instant OurTrouble::next_try(const FrontierPolicy& policy, Instant now) const {
  if (trying_ >= policy.pause_trials) return kNever;
  return tried_at_ > now ? now : std::max(now, tried_at_ + kTryEvery);
}

bool OurTrouble::worth_a_try(const HostHistory& history, Instant tried_at, Instant now) const {
  if (tried_at != kLongAgo && tried_at >= paused_at_) return false;
  if (history.first_at == kLongAgo) return true;
  const PastLanding& last = history.last.front();
  return is_good_news(last.cls) && last.at != kLongAgo && last.at + kLately > now;
}

void OurTrouble::tried(Instant now) {
  ++trying_;
  tried_at_ = now;
}

void OurTrouble::forget(HostId host) {
  std::erase_if(recent_, [host](const Charged& entry) { return entry.host == host; });
}

std::vector<OurTrouble::Charged> OurTrouble::take_charged() {
  std::vector<Charged> charged;
  for (auto entry = recent_.rbegin(); entry != recent_.rend(); ++entry) {
    if (entry->silent == silence_) charged.push_back(std::move(*entry));
  }
  std::erase_if(recent_, [this](const Charged& entry) { return entry.silent == silence_; });
  return charged;
}

}  // namespace frontierd
