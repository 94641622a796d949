// Copies the database's log into its file on a thread of its own, when asked. At most one request
// waits. `on_done` is called on that thread after each run and must only post.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "store/sqlite/checkpointer.h"

namespace frontierd {

class CheckpointThread {
 public:
  CheckpointThread(SqliteCheckpointer checkpointer, std::function<void(Result<void>)> on_done);
  void request();

 private:
  void run(const std::stop_token& stop);

  SqliteCheckpointer checkpointer_;
  std::function<void(Result<void>)> on_done_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool wanted_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace frontierd
