// The shards of one worker and what drives them: sockets that are ready, times that have come,
// bodies to be decoded, flights that are over a limit, connections that nobody uses. Knows no
// thread and no Asio; its owner calls turn() when something is ready or next_wake() has come. One
// thread.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "fetch/shard.h"

namespace frontierd {

class Engine {
 public:
  explicit Engine(const FetchSetup& setup);

  int descriptor() const { return sockets_.descriptor(); }  // readable: call turn()

  // Lands at once if the two URL parsers disagree or the egress cannot carry it. `slice` picks the
  // shard of the host.
  void launch(Lease lease, const Authority& authority, const std::vector<std::string>& addresses,
              Instant addresses_until, std::uint64_t slice);
  void ground(Lease lease, End end);  // lands without taking off
  void turn();
  void abort_all();
  SteadyTime next_wake() const;
  std::vector<Landing> take_landed() { return std::exchange(landed_, {}); }

 private:
  // The shards of one egress, made when it is first used.
  struct Lane {
    const EgressWay* way = nullptr;  // null: the plain connection
    std::vector<std::unique_ptr<Shard>> shards;
  };

  void launch_in(Lane& lane, Lease lease, const Authority& authority,
                 const std::vector<std::string>& addresses, Instant addresses_until,
                 std::uint64_t slice);
  Lane* lane_of(const std::string& egress);
  Shard* find(std::uint32_t id);
  std::unique_ptr<Shard> make_shard(const EgressWay* way);
  void act_on_sockets();
  void act_on_time(SteadyTime now);
  void close_idle(SteadyTime now);
  template <class Visit>
  void each(Visit visit) const;

  const FetchSetup& setup_;
  EpollSet sockets_;
  UrlCrossCheck cross_check_;
  std::uint32_t next_id_ = 0;
  std::vector<Lane> lanes_;  // the plain connection in front, then as configured
  std::vector<std::unique_ptr<Shard>> retired_;  // until their last flight has landed
  std::vector<Landing> landed_;
  SteadyTime next_sweep_;
  SteadyTime next_look_;    // at the idle connections
  unsigned shortages_ = 0;  // of the setup's, as far as it was acted upon
  SteadyTime short_until_{};
};

}  // namespace frontierd
