// The only place that asks the hour. The frontier's clock never steps: it runs on CLOCK_BOOTTIME
// (suspend included) from an anchor, so that setting the wall clock shortens no wait. The anchor is
// kept in the store: within one boot a restarted daemon continues the same clock; after a reboot it
// starts from the wall clock, but never before the last moment the store has seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

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

 private:
  std::string boot_id_;
  Instant anchored_at_;      // our time when the boot clock showed ...
  Millis anchored_boot_{0};  // ... this
};

}  // namespace frontierd
