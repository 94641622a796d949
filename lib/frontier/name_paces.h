// One name has one pace: what is asked of http://a.example, of https://a.example and of every port
// of it is asked of the same machine by the same crawler. Hosts of one name (an operator may part
// them: [[host]] separate) share
//   - the gap: the strictest of those in memory, learned and asked ones included, counts from the
//     last request to any of them, its start and its end;
//   - the flights: all together never more than the least limit among them;
//   - rests: what an answer asked for (a rate limit, overload, maintenance, a wall) holds for all.
//     What never answered (a port that refuses, TLS that fails) speaks for that one alone.
//
// A host that made the last request itself is held by its own pace in its slot, not here, where its
// pace is the strictest. Who must wait queues here, first come first served. At most one of a name
// has the turn at a time: between this gate and its start it may wait for its group or a share, and
// meanwhile no other passes. Rests are not waited for here: a host is asked about them before.
//
// A value: no clock. Every verb costs what a look-up by name does, and a pass over the hosts of
// that name. A name is forgotten once none of its hosts is in memory and its gap is over.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "rules/outcome.h"
#include "rules/pace.h"

namespace frontierd {

// Trouble of this class rests every scheme and port of a name.
constexpr bool rests_name(OutcomeClass cls) {
  return is_trouble(cls) && cls != OutcomeClass::Unreachable;
}

class NamePaces {
 public:
  struct Rest {
    Instant until = kLongAgo;
    HostId by = HostId::None;
  };

  // A host is in memory, and this is its pace now.
  void join(const std::string& name, HostId host, const Pace& pace);
  // It leaves; a turn that it has goes back.
  void leave(const std::string& name, HostId host);

  bool admits(const std::string& name, HostId host, Instant now) const;
  // Until when it has to wait for what was asked of its name; kLongAgo: it does not.
  Instant ready_at(const std::string& name, HostId host) const;
  // It is the next; take_turn wants admits(), and so does the start: another flight of the name may
  // have come home while it waited for its group.
  void take_turn(const std::string& name, HostId host);
  void give_turn_back(const std::string& name, HostId host);
  // It has the turn, and flies.
  void started(const std::string& name, HostId host, const Pace& pace, Instant now);
  void landed(const std::string& name, HostId host, const Pace& pace, Instant now);
  // A flight that was counted under another name (its rule has changed) counts here from now on.
  void moved(const std::string& from, const std::string& to, HostId host, Instant now);

  // What is known of a host: where an answer asked for its rest, that holds for all. Only ever
  // longer.
  void rest(const std::string& name, HostId by, const HostState& state);
  // The longest, and whose it is.
  Rest rest_of(const std::string& name) const;
  // The operator forgave this host its trouble, or it was ours. true: others may go on, too.
  bool forgive(const std::string& name, HostId by);

  // Who had the turn gives it back and stands first.
  void park(const std::string& name, HostId host);
  // The first parked host of a name that may be asked; None if there is none.
  HostId pop_due(Instant now);
  Instant next_at() const;
  // Everybody who waits here, who then waits no longer.
  std::vector<HostId> take_parked();

  // Hosts of this name in memory.
  std::vector<HostId> members(const std::string& name) const;
  std::size_t size() const { return names_.size(); }

 private:
  struct Member {
    HostId host = HostId::None;
    Pace pace;
  };
  // The last two different hosts with such an event, the later first.
  struct Last {
    struct Event {
      HostId host = HostId::None;
      Instant at = kLongAgo;
    };
    Event first, second;
    void note(HostId host, Instant at);
    // The last one, of others alone if `but_own`.
    Instant at(HostId host, bool but_own) const;
  };
  struct Name {
    std::vector<Member> members;
    Pace strictest;
    Last starts, ends;
    int flights = 0;
    HostId turn = HostId::None;
    Rest rest;
    std::deque<HostId> waiting;
    Instant placed_at = kNever;
  };

  static Instant ready_at(const Name& name, HostId host);
  static void reckon(Name& name);
  void place(const std::string& key, Name& name);
  void forget_idle(Instant now);

  std::unordered_map<std::string, Name> names_;
  std::set<std::pair<Instant, std::string>> order_;  // names where the first may go then
  std::size_t forget_above_ = 1'024;
};

}  // namespace frontierd
