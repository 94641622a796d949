// Copies the database's log into its file on a thread of its own, when asked, and makes the log start
// anew: it copies the bulk while others write, then takes its turn, for which the loop begins no
// transaction as long as in_turn() is true. At most one request waits. `on_done` is called on that
// thread after each run and must only post.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/checkpointer.h"

namespace frontierd {

class CheckpointThread {
 public:
  // True: the log starts anew with the next write. False: no turn was asked for, or somebody read
  // from the log all the time.
  using Done = std::function<void(Result<bool>)>;

  CheckpointThread(SqliteCheckpointer checkpointer, Done on_done);
  // `turn`: how long a turn may take; nullopt: only what holds up nobody is copied.
  void request(std::optional<Millis> turn);
  bool in_turn() const { return in_turn_; }
  // Blocks until the turn is over, or for so long.
  void await_turn_end(Millis most) const;

 private:
  void run(const std::stop_token& stop);
  Result<bool> copy(std::optional<Millis> turn);

  SqliteCheckpointer checkpointer_;
  Done on_done_;
  std::atomic<bool> in_turn_ = false;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool wanted_ = false;
  std::optional<Millis> turn_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace frontierd
