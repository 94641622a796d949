// Tells systemd, while the daemon starts or closes, that it is at work and where: recovering a large
// database or repairing a harvest may take longer than TimeoutStartSec. It asks for more time for as
// long as this process computes, reads or writes; one that is stuck asks for none and is ended.
//
// A thread of its own, from construction to the end of its life.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/time.h"
#include "daemon/notify.h"

namespace frontierd {

class Progress {
 public:
  explicit Progress(Notify& notify, Millis every = Seconds{5});

  // What comes next, in words: "the harvest is repaired". Is progress by itself.
  void step(std::string words);

 private:
  void run(const std::stop_token& stop);
  void tell();

  Notify& notify_;
  const Millis every_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string words_ = "starting";
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace frontierd
