// Hosts that were given up and still have something queued. It is dropped a part at a time, so that
// a turn of the loop stays short whatever the queue: all such hosts together share kPartMax places
// of queues in one turn, each in its turn, and what is left is found again after a restart. What is
// done and was to be visited again is passed by: trouble postpones it, it does not erase it.
// Nothing is dropped within frontier.many_window of the last incident, which until then may turn
// out to have been trouble of our own, and be taken back.
//
//   add ──▶ in turn ──part()──▶ drop in the store ──took()──▶ in turn again, or the end: its total
//
// more() says that something came to a queue that was gone through already. Holds no more than the
// hosts in memory do. Thread: the loop's only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "frontier/store.h"

namespace frontierd {

class GivenUpHosts {
 public:
  static constexpr std::size_t kPartMax = 1'000;  // places of queues looked at in one turn
  static constexpr std::size_t kPartMin = 50;     // of one host, if they are many

  // No-op for one that is here already.
  void add(HostId host);
  // A new URL, or one that came home, is in its queue.
  void more(HostId host);
  // It got a new start, is paused, or gone.
  void forget(HostId host);
  bool empty() const { return hosts_.empty(); }
  std::size_t size() const { return hosts_.size(); }

  struct Part {
    HostId host = HostId::None;
    QueuePlace from;
    std::size_t limit = 0;
  };
  // Whose turn it is, and how much of it, where `left` may still be looked at in this turn.
  Part part(std::size_t left) const;
  // That part is dropped. At the end of its queue: how many there were in all.
  std::optional<std::size_t> took(HostId host, const DroppedPart& part);

 private:
  struct Progress {
    QueuePlace from;
    std::size_t dropped = 0;
    bool more = false;
  };
  std::unordered_map<std::int64_t, Progress> hosts_;
  std::deque<HostId> turns_;  // each of hosts_ once
};

}  // namespace frontierd
