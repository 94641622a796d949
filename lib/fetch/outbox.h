// What the workers have for the loop: landings and answers to look-ups, in batches. The loop is
// poked once per batch: when something comes into an empty box. Any thread.
#pragma once

#include <functional>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include "frontier/fetcher.h"

namespace frontierd {

class Outbox {
 public:
  explicit Outbox(std::function<void()> on_ready) : on_ready_(std::move(on_ready)) {}

  void put(std::vector<Landing> landings) {
    if (landings.empty()) return;
    add([&] {
      if (landed_.empty()) {
        landed_ = std::move(landings);
      } else {
        landed_.insert(landed_.end(), std::make_move_iterator(landings.begin()),
                       std::make_move_iterator(landings.end()));
      }
    });
  }
  void put(Resolution resolution) {
    add([&] { resolved_.push_back(std::move(resolution)); });
  }

  std::vector<Landing> take_landed() {
    const std::lock_guard lock(mutex_);
    return std::exchange(landed_, {});
  }
  std::size_t landed_waiting() const {
    const std::lock_guard lock(mutex_);
    return landed_.size();
  }
  std::vector<Resolution> take_resolved() {
    const std::lock_guard lock(mutex_);
    return std::exchange(resolved_, {});
  }

 private:
  template <class Add>
  void add(Add how) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = landed_.empty() && resolved_.empty();
      how();
    }
    if (first && on_ready_) on_ready_();
  }

  mutable std::mutex mutex_;
  std::vector<Landing> landed_;
  std::vector<Resolution> resolved_;
  std::function<void()> on_ready_;
};

}  // namespace frontierd
