// What the referee knows about each host, from the origin's side of the wire and from what the
// daemon has made durable. Times marked (true) are simulated true time, those marked (frontier) are
// the daemon's clock. Plain values, found by host key.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "rules/host_state.h"
#include "rules/policy.h"
#include "rules/robots.h"

namespace frontierd::sim {

// The last word on a host's robots.txt that the daemon has made durable.
struct RobotsBook {
  bool known = false;
  bool shut = true;  // could not be had, and there is no earlier copy
  bool has_copy = false;
  std::string copy;
  Robots rules;
  Instant asked_at = kLongAgo;    // (true) when that answer came
  Millis lag{0};                  // how far the daemon's clock was behind true time then
  Instant again_at = kLongAgo;    // (frontier) when it is to be asked for again
  Instant silent_since = kNever;  // (true) no usable answer since then; kNever: it answers
};

// The last answer to a request for a robots.txt, by its URL, from the wire.
struct RobotsHeard {
  int status = 0;
  bool trouble = false;
  std::string body;
  std::string location;
  Instant ended = kLongAgo;  // (true)
  Millis lag{0};
};

struct ToldIncident {
  Instant told_at = kLongAgo;      // (true)
  Instant rest_before = kLongAgo;  // (frontier) the rest as it was before it
};

// The row of incidents that a host is in, by the referee's own count.
struct TroubleBook {
  int incidents = 0;
  int walls = 0;                    // of these, what the origin meant as a wall
  Instant since = kLongAgo;         // (frontier) of the first
  Instant at = kLongAgo;            // (frontier) of the last
  std::deque<ToldIncident> recent;  // those of the last minute
  Instant rest_until = kLongAgo;    // (frontier)
  int good_to_go = 0;               // good answers after which the row must be forgotten
  bool answered = true;             // well, since the last
  bool exhausted = false;           // given up
};

struct HostBook;

// All schemes and ports of one name, unless the operator parted them: then each is a name.
struct NameBook {
  std::vector<HostBook*> hosts;

  Instant touched_but_by(const HostBook& host) const;
  Instant asked_until() const;
  Instant rest_until() const;  // where an answer asked for it
  int flights() const;
};

struct HostBook {
  int index = 0;
  NameBook* name = nullptr;
  std::string key;
  HostRule rule;
  HostWishes wishes;

  int flights = 0;
  Instant last_start = kLongAgo;   // (true)
  Instant last_end = kLongAgo;     // (true)
  Instant asked_until = kLongAgo;  // (true) the origin asked to be left alone; binding once durable
  Instant rest_until = kLongAgo;   // (frontier) as made durable
  OutcomeClass rest_cls = OutcomeClass::Fetched;  // what for, as made durable
  bool exhausted = false;
  TroubleBook trouble;          // as told
  TroubleBook trouble_durable;  // the same, as made durable
  Millis crawl_delay{0};
  Millis latency{0};               // smoothed, of answers on record ...
  int latencies = 0;               // ... so many
  Millis quota_gap{0};             // window / limit, as the origin published it and ...
  Instant quota_heard = kLongAgo;  // (true) ... the daemon has it on record
  RobotsBook robots;
  Instant robots_hour = kLongAgo;  // (true) in the hour from then on it was asked for ...
  int robots_asked = 0;            // ... its robots.txt so often
  std::set<std::pair<Instant, std::uint64_t>> due;  // (frontier) queued URLs by their time

  Instant touched() const { return std::max(last_start, last_end); }
};

// (frontier) No page before: robots.txt could not be had.
inline Instant shut_until(const HostBook& host) {
  return host.robots.known && host.robots.shut ? host.robots.again_at : kLongAgo;
}

class HostBooks {
 public:
  explicit HostBooks(std::shared_ptr<const Policy> policy) : policy_(std::move(policy)) {}
  void set_policy(std::shared_ptr<const Policy> policy);
  HostBook& at(const std::string& key);
  // Ids are given by the store and may be given again after a crash: the last meaning holds.
  void learn_id(HostId id, HostBook& book) { by_id_[raw(id)] = &book; }
  HostBook* find(HostId id);
  std::vector<HostBook*>& all() { return all_; }

 private:
  HostRule rule_of(const std::string& key) const;
  void name(HostBook& book);

  std::shared_ptr<const Policy> policy_;
  std::unordered_map<std::string, HostBook> books_;
  std::unordered_map<std::int64_t, HostBook*> by_id_;
  std::unordered_map<std::string, NameBook> names_;
  std::vector<HostBook*> all_;  // in the order in which they were first seen
};

}  // namespace frontierd::sim
