// The only place that asks the hour. The frontier's clock never steps: see base/boot_time.h for the
// rule; here it meets the machine's clocks.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "base/boot_time.h"

namespace frontierd {

class SystemClock final : public Clock {
 public:
  // `anchor` is what anchor() gave to an earlier process, if any.
  explicit SystemClock(const std::optional<std::string>& anchor = std::nullopt);

  Instant now() const override;
  // To be kept for the next process. Thread-safe, as now().
  std::string anchor() const;
  // How far the wall clock is ahead of ours; worth a warning when large.
  Millis wall_ahead() const;
  // Steps to the wall clock. Only where everything that waits is moved as well (set_clock.h), or
  // nothing does.
  void go_by_wall();

 private:
  BootTime time_;
  std::atomic<std::int64_t> stepped_ms_ = 0;
};

inline constexpr std::string_view kClockNote = "clock";  // of the store: where anchor() is kept

// When this version was released: no right clock shows less.
Instant released_at();

}  // namespace frontierd
