// The only place that asks the hour. The frontier's clock never steps: see base/boot_time.h for the
// rule; here it meets the machine's clocks.
#pragma once

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

 private:
  BootTime time_;
};

}  // namespace frontierd
