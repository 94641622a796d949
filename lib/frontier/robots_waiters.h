// Who waits for which robots.txt. One request serves all who wait for the same URL: the host whose
// own it is, and those whose robots.txt redirects there (RFC 9309 §2.3.1.2); who comes while it is
// under way joins. Bounded: own URLs by the flights that are offered, those that redirects lead to
// by kMost. Single-threaded.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "rules/robots_policy.h"

namespace frontierd {

struct RobotsWaiter {
  HostId host = HostId::None;
  // The URLs asked so far, its own first, as hashes: how many hops there were, and no circle.
  std::vector<std::uint64_t> asked;

  bool has_asked(const std::string& url) const;
};

// What becomes of a robots.txt that redirects: it goes on, or a record has its answer already, or
// neither, and why not.
struct RobotsHop {
  bool goes_on = false;
  std::optional<RobotsRecord> answer;
  std::string refused;
};

// A host whose robots.txt leads to `url`, of which the record of `from` has the answer.
struct RobotsPutOff {
  HostId host = HostId::None;
  HostId from = HostId::None;
  std::string url;
};

class RobotsWaiters {
 public:
  static constexpr std::size_t kMost = 10'000;
  static constexpr std::size_t kAnswersKept = 1'000;

  bool has_room() const { return by_url_.size() < kMost; }
  bool waits(const std::string& url) const { return by_url_.contains(url); }
  // true: the first for this URL, so somebody must ask for it.
  bool join(const std::string& url, RobotsWaiter waiter);
  // All of them, who then wait no longer.
  std::vector<RobotsWaiter> take(const std::string& url);
  std::size_t size() const { return by_url_.size(); }

  // So many at once that they are answered a few a tick.
  void put_off(RobotsPutOff one) { put_off_.push_back(std::move(one)); }
  bool has_put_off() const { return !put_off_.empty(); }
  std::vector<RobotsPutOff> take_put_off(std::size_t most);

  // The record of `host` has the answer of that URL, until it expires. The last kAnswersKept.
  void answered(const std::string& url, HostId host, Instant until);
  HostId answered_for(const std::string& url, Instant now) const;  // None: not known
  Instant answered_until(const std::string& url) const;

 private:
  struct Answered {
    HostId host = HostId::None;
    Instant until = kLongAgo;
  };
  std::unordered_map<std::string, std::vector<RobotsWaiter>> by_url_;
  std::deque<RobotsPutOff> put_off_;
  std::unordered_map<std::string, Answered> answers_;
  std::deque<std::string> answers_order_;  // oldest first
};

}  // namespace frontierd
