// Everything that happens in a run, in order: a running hash that two runs of one seed share on any
// compiler, and, for who wants to read along, the events themselves. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace frontierd::sim {

enum class EventKind {
  Fetch,    // a request leaves: subject is the URL, detail its purpose
  Land,     // its answer is weighed: detail is the class, number the status
  Rest,     // a host rests: detail is the class, until its end
  Wake,     // the rest is over
  Recover,  // a host has recovered: number is the milliseconds that took
  GiveUp,   // a host is given up: number URLs are dropped
  Done,     // what became of a URL
  Wait,     // it waits: until not_before; number is 1 if an attempt was burnt
  Drop,     // detail is the reason
  Trouble,  // leasing pauses: the trouble is ours
  Seed,     // acknowledged
  Crash,    // the process died
  Start,    // a process has recovered
  Fault,    // something was done to the world, detail says what
};
inline constexpr int kEventKinds = 14;
std::string_view to_string(EventKind kind);  // "fetch"

struct Event {
  Instant at = kLongAgo;  // true time
  EventKind kind = EventKind::Fetch;
  std::string_view subject;
  std::string_view detail;
  Instant until = kLongAgo;
  std::int64_t number = 0;
  std::string_view why;  // words; not part of the hash
};

class EventLog {
 public:
  using Sink = std::function<void(const Event&)>;

  void note(const Event& event);
  void set_sink(Sink sink) { sink_ = std::move(sink); }
  std::uint64_t hash() const { return hash_; }
  std::uint64_t count() const { return count_; }

 private:
  void mix(std::uint64_t value);

  std::uint64_t hash_ = 0x6a09e667f3bcc908u;
  std::uint64_t count_ = 0;
  Sink sink_;
};

// One line for people; times are shown from `start` on.
std::string to_line(const Event& event, Instant start);

}  // namespace frontierd::sim
