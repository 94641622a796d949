// What will happen, in order of (instant, sequence): two events of one instant happen in the order
// in which they were planned, so a run is the same on every machine. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/time.h"

namespace frontierd::sim {

class EventQueue {
 public:
  using Action = std::function<void()>;

  void plan(Instant at, Action action) {
    events_.emplace(std::pair(at, next_++), std::move(action));
  }
  Instant next_at() const { return events_.empty() ? kNever : events_.begin()->first.first; }
  bool empty() const { return events_.empty(); }
  // Takes out and runs the first event; there must be one.
  void run_first() {
    auto first = events_.extract(events_.begin());
    first.mapped()();
  }
  void clear() { events_.clear(); }

 private:
  std::map<std::pair<Instant, std::uint64_t>, Action> events_;
  std::uint64_t next_ = 0;
};

}  // namespace frontierd::sim
