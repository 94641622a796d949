#include "originlab/capacity.h"

#include <algorithm>
#include <cmath>

namespace frontierd::originlab {

bool CapacityGate::take_token(Micros now) {
  if (capacity_.per_second <= 0) return true;
  const double seconds = static_cast<double>((now - tokens_at_).count()) / 1e6;
  const double fresh = seconds * capacity_.per_second / slowdown(now);
  tokens_ = std::min(capacity_.burst, tokens_ + fresh);
  tokens_at_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

double CapacityGate::slowdown(Micros now) {
  const double halves = static_cast<double>((now - strain_at_).count()) /
                        static_cast<double>(capacity_.collapse.recover.count());
  strain_ *= std::exp2(-halves);
  strain_at_ = now;
  return 1 + strain_;
}

void CapacityGate::strain(Micros now) {
  slowdown(now);
  strain_ = std::min(strain_ + capacity_.collapse.per_excess,
                     std::max(0.0, capacity_.collapse.slowest - 1));
}

Place CapacityGate::place() {
  ++busy_;
  return Place(this, [](void* gate) { static_cast<CapacityGate*>(gate)->leave(); });
}

bool CapacityGate::arrive(Micros now, Admit admit) {
  if (closed_) return false;
  const bool room = capacity_.at_once == 0 || busy_ < capacity_.at_once;
  const bool may_wait = waiting_.size() < capacity_.queue;
  const bool token = (room || may_wait) && take_token(now);
  if (!room || !token) strain(now);
  if (!token) return false;
  if (room) {
    admit(place());
  } else {
    waiting_.push_back(std::move(admit));
  }
  return true;
}

void CapacityGate::leave() {
  --busy_;
  if (closed_ || waiting_.empty()) return;
  Admit next = std::move(waiting_.front());
  waiting_.pop_front();
  next(place());
}

void CapacityGate::close() {
  closed_ = true;
  waiting_.clear();
}

}  // namespace frontierd::originlab
