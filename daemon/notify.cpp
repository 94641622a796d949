#include "daemon/notify.h"

#include <systemd/sd-daemon.h>

namespace frontierd {
namespace {

void send(const std::string& message) {
  sd_notify(0, message.c_str());
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

}  // namespace

Notify::Notify() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) > 0)
    watchdog_ = Millis{static_cast<std::int64_t>(usec / 1'000)};
}

void Notify::ready(const std::string& status) {
  send("READY=1\nSTATUS=" + one_line(status));
}
void Notify::status(const std::string& status) {
  send("STATUS=" + one_line(status));
}
void Notify::reloading(Millis boot_time) {
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(boot_time.count() * 1'000));
}
void Notify::stopping(const std::string& status) {
  send("STOPPING=1\nSTATUS=" + one_line(status));
}
void Notify::extend(Millis by) {
  send("EXTEND_TIMEOUT_USEC=" + std::to_string(by.count() * 1'000));
}
void Notify::alive() {
  send("WATCHDOG=1");
}

}  // namespace frontierd
