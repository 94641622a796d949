#include "daemon/checkpoint_thread.h"

namespace frontierd {

CheckpointThread::CheckpointThread(SqliteCheckpointer checkpointer,
                                   std::function<void(Result<void>)> on_done)
    : checkpointer_(std::move(checkpointer)),
      on_done_(std::move(on_done)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void CheckpointThread::request() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_one();
}

void CheckpointThread::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return wanted_; })) return;
      wanted_ = false;
    }
    auto copied = checkpointer_.run();
    on_done_(copied ? Result<void>{} : fail(std::move(copied).error()));
  }
}

}  // namespace frontierd
