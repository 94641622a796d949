// A host that can do only so much. At most `at_once` requests are served together, `queue` more
// wait, at most `per_second` begin in a second, and the rest is refused.
//
// Collapse: every request past the capacity (no free place, or too soon) adds `per_excess` to the
// host's strain, and each request takes 1 + strain times its service time, up to `slowest`; as many
// times fewer begin in a second. Half of the strain is gone after `recover`. So a client that stays
// within the capacity gets at_once / latency or per_second requests a second for ever, and one that
// pushes gets a `slowest`-th of it and waits for the recovery. Single-threaded; times are
// microseconds since the lab started.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "originlab/lab.h"

namespace frontierd::originlab {

// A place among those served; given back when the last copy goes.
using Place = std::shared_ptr<void>;

class CapacityGate {
 public:
  using Admit = std::function<void(Place)>;

  explicit CapacityGate(const Capacity& capacity) : capacity_(capacity), tokens_(capacity.burst) {}
  CapacityGate(const CapacityGate&) = delete;

  // False: refused. Otherwise calls `admit` once, now or when a place is free.
  bool arrive(Micros now, Admit admit);
  // How many times longer a service that begins now takes.
  double slowdown(Micros now);
  // No one is admitted any more; those who wait are forgotten.
  void close();

  const Capacity& rules() const { return capacity_; }

 private:
  bool take_token(Micros now);
  void strain(Micros now);
  Place place();
  void leave();

  const Capacity& capacity_;
  std::uint64_t busy_ = 0;
  std::deque<Admit> waiting_;
  double tokens_;
  Micros tokens_at_{0};
  double strain_ = 0;
  Micros strain_at_{0};
  bool closed_ = false;
};

}  // namespace frontierd::originlab
