// One curl multi handle of several beside each other: libcurl searches its caches of names and
// connections linearly, so few hosts a handle keep a page cheap. Owns its easy handles, its
// kept-alive connections and its TLS sessions. libcurl is never entered from one of its callbacks.
// One thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fetch/flight.h"

namespace frontierd {

inline constexpr SteadyTime kNoWake = SteadyTime::max();

class Shard {
 public:
  // `way`: the egress of all its flights, null for the plain connection. Connections and sessions
  // of two egresses never meet: each has shards of its own.
  Shard(std::uint32_t id, const FetchSetup& setup, const EgressWay* way, EpollSet& sockets,
        long connections_max);
  ~Shard();  // flights that have not landed are dropped
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  std::uint32_t id() const { return id_; }
  SteadyTime due() const { return due_; }
  bool idle() const { return flying_.empty(); }
  std::size_t flying() const { return flying_.size(); }
  // Names are remembered for ever by libcurl; past some number it is better to start a new shard.
  bool worn_out() const;

  void launch(Lease lease, const Authority& authority, const std::vector<std::string>& addresses,
              Instant addresses_until, SteadyTime now);
  void act(int fd, std::uint32_t events);
  void act_on_time();
  // A transfer has more to be decoded than is done in one go: call catch_up() soon.
  bool behind() const { return !backlog_.empty(); }
  // One slice of one of them, in turn.
  void catch_up(std::vector<Landing>& landed);
  // Appends what has come home.
  void reap(std::vector<Landing>& landed);
  // Ends what is over a clocked limit.
  void sweep(SteadyTime now, std::vector<Landing>& landed);
  void abort_all(std::vector<Landing>& landed);
  // Closes the connections that nobody has used for so long, and those that the other side has
  // closed; with the next act_on_time(). At most once a second (libcurl's own rule).
  void close_idle(Seconds unused);

 private:
  struct Feed {
    std::string origin;
    Instant until = kLongAgo;  // tells one answer for a host from the next
  };

  void land(Flight* flight, std::optional<End> end, std::vector<Landing>& landed);
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long wait_ms, void* self);

  std::uint32_t id_;
  const FetchSetup& setup_;
  const EgressWay* way_;
  EpollSet& sockets_;
  CURLM* multi_;
  CURLSH* sessions_;
  SteadyTime due_ = kNoWake;
  std::unordered_map<std::string, Instant> fed_;  // hosts whose addresses libcurl knows
  std::unordered_map<Flight*, Feed> feeding_;
  std::unordered_set<Flight*> flying_;
  Backlog backlog_;
  std::vector<std::unique_ptr<Flight>> spare_;
  CURL* usher_ = nullptr;  // see close_idle()
  bool ushering_ = false;
};

}  // namespace frontierd
