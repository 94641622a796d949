// Politeness groups: hosts behind one address, or named by the operator as one. A group has its own
// limit of flights and its own gap, which counts from the start of a request and, in a group of
// one flight, from its end as well. Hosts that must wait for their group queue here, and come back
// through pop_due one at a time, so that a thousand hosts behind one address cost no more than one.
// Turns are what a group has least of, so hosts whose flights come home promptly have seven of
// eight, and all others, new ones too, the eighth; among equals first come, first served.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace frontierd {

struct GroupLimit {
  int flights = 8;
  Millis gap{0};
};

class Groups {
 public:
  // A process before us may have asked any group until then: one that is met for the first time
  // waits its gap from that moment on.
  void asked_until(Instant at) { asked_until_ = at; }
  bool admits(const std::string& group, GroupLimit limit, Instant now) const;
  void started(const std::string& group, GroupLimit limit, Instant now);
  void landed(const std::string& group, Instant now);
  // The limits are what `limit_of` says of each group from now on; a longer gap counts from now.
  template <class LimitOf>
  void reload(LimitOf limit_of, Instant now) {
    for (auto& [name, group] : groups_) relimit(name, group, limit_of(name), now);
  }
  // Its hosts may have been asked a moment ago, as none of its own.
  void hold(const std::string& group, GroupLimit limit, Instant now);
  // A flight that was counted elsewhere counts here.
  void joined(const std::string& group, GroupLimit limit, Instant now);
  // What was counted as started did not start after all: neither flight nor gap.
  void gave_back(const std::string& group, Instant now);
  void park(const std::string& group, GroupLimit limit, HostId host, bool prompt);
  // The first parked host of a group that may start again; None if there is none.
  HostId pop_due(Instant now);
  Instant next_at() const;
  // Everybody who waits here, who then waits no longer.
  std::vector<HostId> take_parked();
  // When the group's gap ends, whatever flies; kLongAgo for one that is not known.
  Instant ready_at(const std::string& group) const;
  std::size_t size() const { return groups_.size(); }

 private:
  struct Group {
    int flights = 0;
    GroupLimit limit;
    Instant ready_at = kLongAgo;
    std::deque<HostId> prompt;  // waiting
    std::deque<HostId> others;
    int turns = 0;  // of prompt ones, since one of the others had his while both waited
    bool waited_for() const { return !prompt.empty() || !others.empty(); }
    Instant placed_at = kNever;
  };
  Group& known(const std::string& name, GroupLimit limit);
  void place(const std::string& name, Group& group);
  void relimit(const std::string& name, Group& group, GroupLimit limit, Instant now);
  void forget_idle(Instant now);

  Instant asked_until_ = kLongAgo;
  std::unordered_map<std::string, Group> groups_;
  std::set<std::pair<Instant, std::string>> order_;  // groups with waiting hosts and a free flight
  std::size_t forget_above_ = 1'024;
};

}  // namespace frontierd
