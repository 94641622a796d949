#include "archive/archiver.h"

#include <utility>

namespace frontierd {
namespace {

constexpr Millis kIdleCheck = Seconds{1};  // how often a quiet archive looks at its file's age

std::uint64_t weight(const Landing& landing) {
  std::uint64_t bytes = landing.report.body_head.size() + landing.robots_body.size();
  if (!landing.exchange) return bytes;
  bytes += landing.exchange->request_head.size() + landing.exchange->response_head.size();
  return bytes + (landing.exchange->payload ? landing.exchange->payload->size() : 0);
}

}  // namespace

Archiver::Archiver(WarcWriter writer, ArchiverOptions options, std::function<void()> on_ready)
    : writer_(std::move(writer)),
      large_writer_(writer_.twin()),
      options_(options),
      on_ready_(std::move(on_ready)),
      thread_([this] { run(); }) {}

Archiver::~Archiver() {
  (void)close();
}

bool Archiver::has_room() const {
  const std::lock_guard lock(mutex_);
  return !failure_ && !closing_ && held_items_ < options_.items_max &&
         held_bytes_ < options_.bytes_max;
}

bool Archiver::has_room_for_large() const {
  const std::lock_guard lock(mutex_);
  return !failure_ && !closing_ && large_bytes_ < options_.large_bytes_max;
}

void Archiver::put(Landing landing) {
  {
    const std::lock_guard lock(mutex_);
    ++held_items_;
    if (!failure_ && !closing_) {
      const std::uint64_t bytes = weight(landing);
      const bool large = bytes >= options_.large_bytes;
      (large ? large_bytes_ : held_bytes_) += bytes;
      (large ? large_ : queue_).push_back({std::move(landing), bytes, large});
      if (queue_.size() + large_.size() == 1) wake_.notify_one();
      return;
    }
    abandoned_.push_back(std::move(landing));
    if (closing_) return;
  }
  on_ready_();
}

std::vector<Landing> Archiver::taken() {
  const std::lock_guard lock(mutex_);
  held_items_ -= taken_.size();
  return std::exchange(taken_, {});
}

std::vector<Landing> Archiver::abandoned() {
  const std::lock_guard lock(mutex_);
  held_items_ -= abandoned_.size();
  return std::exchange(abandoned_, {});
}

std::optional<Error> Archiver::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

ArchiverTally Archiver::tally() const {
  const std::lock_guard lock(mutex_);
  return {written_, held_items_, held_bytes_, large_bytes_};
}

Result<void> Archiver::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (failure_) return fail(*failure_);
  return {};
}

void Archiver::run() {
  while (auto batch = next_batch()) {
    Result<void> result = write(*batch);
    const bool idle = batch->empty() && result;
    hand_back(std::move(*batch), result);
    if (!idle) on_ready_();
    if (!result) return;
  }
  hand_back({}, close_files());
}

Result<void> Archiver::close_files() {
  TRY(writer_.close());
  return large_writer_.close();
}

// Empty: time to look at the age of the file. nullopt: closing, and nothing is left.
std::optional<Archiver::Batch> Archiver::next_batch() {
  std::unique_lock lock(mutex_);
  const auto waiting = [this] { return !queue_.empty() || !large_.empty(); };
  wake_.wait_for(lock, kIdleCheck, [&] { return closing_ || waiting(); });
  if (!waiting() && closing_) return std::nullopt;
  Batch batch;
  if (!large_.empty() && (large_next_ || queue_.empty())) {
    batch.push_back(std::move(large_.front()));
    large_.pop_front();
    large_next_ = false;
    return batch;
  }
  large_next_ = true;
  lock.unlock();
  return small_batch();
}

Archiver::Batch Archiver::small_batch() {
  const std::lock_guard lock(mutex_);
  Batch batch;
  std::uint64_t bytes = 0;
  while (!queue_.empty() && batch.size() < options_.batch_items_max &&
         bytes < options_.batch_bytes_max) {
    bytes += queue_.front().bytes;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

Result<void> Archiver::write(Batch& batch) {
  if (batch.empty()) {
    TRY(writer_.close_if_aged());
    return large_writer_.close_if_aged();
  }
  if (!batch.front().large) return write_to(writer_, batch, {});
  return write_to(large_writer_, batch, [this] { return let_small_pass(); });
}

Result<void> Archiver::write_to(WarcWriter& writer, Batch& batch,
                                const WarcWriter::Between& between) {
  for (Item& item : batch) {
    TRY_ASSIGN(item.landing.archive, writer.write(item.landing, between));
  }
  return options_.sync == ArchiveSync::Batch ? writer.sync() : writer.flush();
}

// In the middle of a large one.
Result<void> Archiver::let_small_pass() {
  Batch batch = small_batch();
  if (batch.empty()) return {};
  Result<void> result = write_to(writer_, batch, {});
  hand_back(std::move(batch), result);
  on_ready_();
  return result;
}

void Archiver::hand_back(Batch batch, const Result<void>& result) {
  const std::lock_guard lock(mutex_);
  const WarcTally small = writer_.tally();
  const WarcTally large = large_writer_.tally();
  written_ = {small.records + large.records, small.bytes + large.bytes, small.files + large.files};
  for (Item& item : batch) {
    (item.large ? large_bytes_ : held_bytes_) -= item.bytes;
    item.landing.exchange.reset();
    if (!result) item.landing.archive = {};
    (result ? taken_ : abandoned_).push_back(std::move(item.landing));
  }
  if (result) return;
  if (!failure_) failure_ = result.error();
  for (auto* queue : {&queue_, &large_}) {
    for (Item& item : *queue) {
      (item.large ? large_bytes_ : held_bytes_) -= item.bytes;
      abandoned_.push_back(std::move(item.landing));
    }
    queue->clear();
  }
}

}  // namespace frontierd
