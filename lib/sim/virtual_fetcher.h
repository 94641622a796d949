// The door to the network, onto the simulated web. Requests are answered by the origin when they
// arrive and land when the answer is through; every request and every landing is told to the
// referee. One per daemon. Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontier/fetcher.h"
#include "sim/referee.h"
#include "sim/world.h"

namespace frontierd::sim {

struct WireFigures {
  std::uint64_t requests = 0;
  std::uint64_t lost = 0;                        // never reached anyone, or never came back
  std::uint64_t by_class[kOutcomeClasses] = {};  // as the origins meant them
  std::uint64_t by_habit[kHabits] = {};          // of the answers that were sent
};

class VirtualFetcher final : public Fetcher {
 public:
  static constexpr Millis kTimeLimit = Seconds{60};  // of one flight

  VirtualFetcher(int daemon, std::size_t slots, World& world, Referee& referee, const Clock& truth,
                 const Clock& clock, WireFigures& figures);

  std::size_t free_slots() const override { return slots_ - std::min(slots_, away_.size()); }
  void start(Lease lease) override;
  std::vector<Landing> landed() override;
  void resolve(HostId host, const std::string& host_key) override;
  std::vector<Resolution> resolved() override;
  void abort_all() override;

  // (true) The next moment at which something comes home.
  Instant next_event() const;
  std::size_t away() const { return away_.size(); }
  std::size_t resolving() const { return look_ups_.size(); }
  bool is_looking_up(const std::string& host_key) const { return asked_names_.contains(host_key); }

 private:
  struct Away {
    Lease lease;
    Answer answer;
    std::string address;
    Instant started = kLongAgo;
  };
  struct Known {
    std::string address;
    Instant until = kLongAgo;
  };
  // The address to connect to, or why there is none.
  LookUp address_of(const std::string& host_key);
  FetchReport report_of(Away& flight, Instant ended) const;

  int daemon_;
  std::size_t slots_;
  World& world_;
  Referee& referee_;
  const Clock& truth_;
  const Clock& clock_;
  WireFigures& figures_;
  std::multimap<Instant, Away> away_;  // by (true) end; equal ends in order of start
  std::multimap<Instant, std::pair<std::string, Resolution>> look_ups_;  // and whose
  std::unordered_map<std::string, Known> book_;
  std::unordered_set<std::string> asked_names_;  // by host key, until the answer is taken
};

}  // namespace frontierd::sim
