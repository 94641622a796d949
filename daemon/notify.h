// What systemd is told (sd_notify(3)); does nothing when nobody listens. Loop thread.
#pragma once

#include <string>

#include "base/time.h"

namespace frontierd {

class Notify {
 public:
  Notify();
  void ready(const std::string& status);
  void status(const std::string& status);
  void reloading(Millis boot_time);
  void stopping(const std::string& status);
  void extend(Millis by);  // EXTEND_TIMEOUT_USEC: still busy, do not kill
  void alive();            // WATCHDOG=1: only after progress
  // How often alive() is expected; zero if no watchdog is set.
  Millis watchdog() const { return watchdog_; }

 private:
  Millis watchdog_{0};
};

}  // namespace frontierd
