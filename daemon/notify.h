// What systemd is told (sd_notify(3)); does nothing when nobody listens. A listener that does not read
// holds nobody up: what is said again and again is dropped then, and what is said once waits for a few
// seconds. Thread-safe.
#pragma once

#include <string>

#include "base/time.h"

namespace frontierd {

class Notify {
 public:
  Notify();
  ~Notify();
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;
  void ready(const std::string& status);
  void status(const std::string& status);
  void reloading(Millis boot_time);
  void stopping(const std::string& status);
  void extend(Millis by);  // EXTEND_TIMEOUT_USEC: still busy, do not kill
  // Both and a sign of life, in one message: busy with this.
  void busy(const std::string& status, Millis by);
  // WATCHDOG=1: only after progress.
  void alive(const std::string& status);

 private:
  void send(const std::string& message, Millis patience = Millis{0}) const;

  int socket_ = -1;
};

}  // namespace frontierd
