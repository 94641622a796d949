// The referee's account of who holds how many flights of one daemon, from the wire alone: the shares
// of frontier/shares.h as they can be seen from there. It counts less than the dispatcher does (a
// flight counts there from its offer to its settlement, and grows slow a moment sooner), so what it
// calls a breach is one. Single-threaded.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "rules/policy.h"

namespace frontierd::sim {

class ShareWatch {
 public:
  // A flight leaves: what is wrong with that, in words. `steady`: no host may have been forgotten by
  // the daemon for want of memory.
  std::vector<std::string> started(const Policy& policy, LeaseId lease, const std::string& host_key,
                                   const std::string& address, bool steady, Instant now);
  // `tells`: the answer says how fast the host is. `idle`: nothing is queued for it now.
  void landed(LeaseId lease, bool tells, bool idle, Instant now);
  // The process is another: it remembers nothing.
  void restarted() { *this = ShareWatch(); }

 private:
  struct Flight {
    std::string host, domain, address;
    Instant started = kLongAgo;
    bool slowest = false;  // its host was, when it left
  };
  struct Host {
    bool met = false;
    Millis took{0};  // its last flight
    std::string address;
  };
  // Who has started flights lately: the last two, different ones.
  struct Lately {
    std::string last, other;
    Instant last_at = kLongAgo, other_at = kLongAgo;
    void note(const std::string& who, Instant now);
    Instant of_others(const std::string& who) const { return who == last ? other_at : last_at; }
  };
  int slowest_now(const SharePolicy& share, Instant now) const;

  std::map<std::int64_t, Flight> flights_;
  std::map<std::string, int> of_domain_;
  std::map<std::string, int> at_address_;
  std::map<std::string, Host> hosts_;
  Lately domains_, addresses_;
  Instant faster_at_ = kLongAgo;  // somebody who is not of the slowest
};

}  // namespace frontierd::sim
