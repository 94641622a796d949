// Random verbs, done on the store under test and, once it has taken them, on a model in memory.
// Thread: one.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "contract/draw.h"
#include "store/memory/memory_store.h"

namespace frontierd {

class TwinVerbs {
 public:
  TwinVerbs(MemoryStore& model, std::uint64_t seed) : model_(model), dice_(seed) {}
  TwinVerbs(const TwinVerbs&) = delete;
  TwinVerbs& operator=(const TwinVerbs&) = delete;

  // One verb. The error is the store's; then the model is as before.
  Result<void> step(Store& store);
  // What the dispatcher does first: all flights of before are given back. `doubtful`: an errand's
  // flight, which no portrait shows, may or may not have been committed.
  Result<void> recover(Store& store, bool doubtful);
  // The store was opened anew: what was in the air may still land, and must be ignored.
  void forget_flights();

  Instant now() const { return now_; }
  std::uint64_t draw(std::uint64_t bound) { return dice_.below(bound); }
  const std::string& difference() const { return difference_; }  // of two answers; empty: none

 private:
  struct Flight {
    Lease real;
    Lease model;
  };

  std::string draw_url();
  Instant draw_instant() { return frontierd::draw_instant(draw_, now_); }
  Verdict draw_verdict();
  HostId draw_host() { return HostId{static_cast<std::int64_t>(1 + draw(kHosts))}; }
  Settlement draw_settlement(const Flight& flight);

  Result<void> admit(Store& store);
  Result<void> lease(Store& store);
  Result<void> settle(Store& store, std::vector<Flight>& from);
  Result<void> operate(Store& store);
  Result<void> set_host(Store& store);
  Result<void> give_up_queue(Store& store);

  template <class T>
  void compare(const char* what, const T& real, const T& model) {
    if (!(real == model) && difference_.empty()) difference_ = std::string(what) + " differs";
  }

  static constexpr int kHosts = 5;

  MemoryStore& model_;
  Rng dice_;
  Draw draw_ = [this](std::uint64_t bound) { return draw(bound); };
  Instant now_ = from_unix_ms(1'790'000'000'000);
  std::vector<Flight> flights_;
  std::vector<Flight> stale_;
  std::string difference_;
};

}  // namespace frontierd
