#include "frontier/robots_waiters.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace frontierd {

bool RobotsWaiter::has_asked(const std::string& url) const {
  return std::find(asked.begin(), asked.end(), stable_hash(url)) != asked.end();
}

bool RobotsWaiters::join(const std::string& url, RobotsWaiter waiter) {
  waiter.asked.push_back(stable_hash(url));
  std::vector<RobotsWaiter>& waiters = by_url_[url];
  waiters.push_back(std::move(waiter));
  return waiters.size() == 1;
}

std::vector<RobotsWaiter> RobotsWaiters::take(const std::string& url) {
  auto found = by_url_.extract(url);
  return found.empty() ? std::vector<RobotsWaiter>{} : std::move(found.mapped());
}

std::vector<RobotsPutOff> RobotsWaiters::take_put_off(std::size_t most) {
  std::vector<RobotsPutOff> out;
  while (out.size() < most && !put_off_.empty()) {
    out.push_back(std::move(put_off_.front()));
    put_off_.pop_front();
  }
  return out;
}

void RobotsWaiters::answered(const std::string& url, HostId host, Instant until) {
  const auto [place, fresh] = answers_.insert_or_assign(url, Answered{host, until});
  if (!fresh) return;
  answers_order_.push_back(url);
  if (answers_order_.size() <= kAnswersKept) return;
  answers_.erase(answers_order_.front());
  answers_order_.pop_front();
}

HostId RobotsWaiters::answered_for(const std::string& url, Instant now) const {
  const auto found = answers_.find(url);
  return found == answers_.end() || found->second.until <= now ? HostId::None : found->second.host;
}

Instant RobotsWaiters::answered_until(const std::string& url) const {
  const auto found = answers_.find(url);
  return found == answers_.end() ? kLongAgo : found->second.until;
}

}  // namespace frontierd
