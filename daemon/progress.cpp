#include "daemon/progress.h"

#include <sys/resource.h>

#include <cstdint>
#include <fstream>

namespace frontierd {
namespace {

constexpr std::int64_t kLeastCpu = 2'000;  // microseconds; less than this is no work

std::int64_t micros(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

// What the process has done so far, but for the calling thread.
struct Work {
  std::int64_t cpu = 0;
  std::uint64_t bytes = 0;  // that went to or came from a disk
};

Work work_done() {
  rusage all{};
  rusage own{};
  getrusage(RUSAGE_SELF, &all);
  getrusage(RUSAGE_THREAD, &own);
  Work work;
  work.cpu = micros(all.ru_utime) + micros(all.ru_stime) - micros(own.ru_utime) -
             micros(own.ru_stime);
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t value = 0;
  while (io >> name >> value) {
    if (name == "read_bytes:" || name == "write_bytes:") work.bytes += value;
  }
  return work;
}

}  // namespace

Progress::Progress(Notify& notify, Millis every)
    : notify_(notify), every_(every), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Progress::step(std::string words) {
  const std::lock_guard lock(mutex_);
  words_ = std::move(words);
  tell();
}

void Progress::run(const std::stop_token& stop) {
  Work before = work_done();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, every_, [] { return false; });
    const Work now = work_done();
    if (stop.stop_requested() || (now.cpu - before.cpu < kLeastCpu && now.bytes == before.bytes)) {
      continue;
    }
    before = now;
    tell();
  }
}

void Progress::tell() {
  notify_.busy(words_, every_ * 6);
}

}  // namespace frontierd
