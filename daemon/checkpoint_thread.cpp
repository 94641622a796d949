#include "daemon/checkpoint_thread.h"

namespace frontierd {

CheckpointThread::CheckpointThread(SqliteCheckpointer checkpointer, Done on_done)
    : checkpointer_(std::move(checkpointer)),
      on_done_(std::move(on_done)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void CheckpointThread::request(std::optional<Millis> turn) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
    turn_ = turn;
  }
  wake_.notify_one();
}

void CheckpointThread::await_turn_end(Millis most) const {
  const auto end = std::chrono::steady_clock::now() + most;
  while (in_turn_ && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(Millis{1});
}

void CheckpointThread::run(const std::stop_token& stop) {
  while (true) {
    std::optional<Millis> turn;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return wanted_; })) return;
      wanted_ = false;
      turn = turn_;
    }
    on_done_(copy(turn));
  }
}

Result<bool> CheckpointThread::copy(std::optional<Millis> turn) {
  TRY(checkpointer_.run());
  if (!turn) return false;
  in_turn_ = true;
  auto anew = checkpointer_.turn(*turn);
  in_turn_ = false;
  return anew;
}

}  // namespace frontierd
