// A bound that many share: bytes of memory, bytes of spool. Lock-free, any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace frontierd {

class Budget {
 public:
  explicit Budget(std::uint64_t limit) : limit_(limit) {}

  bool take(std::uint64_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
    give(bytes);
    return false;
  }
  void give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  // Three quarters gone: finish what is in hand before starting more.
  bool tight() const { return used() > limit_ - limit_ / 4; }

 private:
  std::atomic<std::uint64_t> used_{0};
  std::uint64_t limit_;
};

// What one holder took; given back when it goes.
class Share {
 public:
  explicit Share(std::shared_ptr<Budget> budget) : budget_(std::move(budget)) {}
  Share(Share&& other) noexcept
      : budget_(std::move(other.budget_)), held_(std::exchange(other.held_, 0)) {}
  Share& operator=(Share&& other) noexcept {
    if (this != &other) {
      release();
      budget_ = std::move(other.budget_);
      held_ = std::exchange(other.held_, 0);
    }
    return *this;
  }
  ~Share() { release(); }

  bool grow(std::uint64_t bytes) {
    if (!budget_->take(bytes)) return false;
    held_ += bytes;
    return true;
  }
  void release() {
    if (held_ != 0) budget_->give(std::exchange(held_, 0));
  }
  std::uint64_t held() const { return held_; }

 private:
  std::shared_ptr<Budget> budget_;
  std::uint64_t held_ = 0;
};

}  // namespace frontierd
