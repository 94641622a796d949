// The walls and limits of a host: what they remember of each client, and when they refuse. Time is
// a parameter: microseconds since the lab started. Single-threaded. A gate remembers at most
// kMaxClients clients; beyond that it forgets all of them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "originlab/lab.h"
#include "originlab/request.h"

namespace frontierd::originlab {

inline constexpr std::size_t kMaxClients = 100'000;

struct Visit {
  const Request& request;
  std::string client;  // address
  std::string port;    // of the listener
  Micros now{0};
  std::int64_t unix_us = 0;
};

// The key under which a counter keeps a visit.
std::string counter_key(Per per, const Visit& visit);

class WallGate {
 public:
  explicit WallGate(const Wall& wall) : wall_(wall) {}
  bool refuses(const Visit& visit);

 private:
  struct Memory {
    std::deque<Micros> seen;
    Micros walled_until{-1};
  };
  bool spared(const Request& request) const;

  const Wall& wall_;
  std::unordered_map<std::string, Memory> clients_;
};

class LimitGate {
 public:
  explicit LimitGate(const Limit& limit) : limit_(limit) {}

  struct Tally {
    bool refused = false;
    std::uint64_t remaining = 0;
    Micros reset{0};  // until there is room again
  };
  Tally count(const Visit& visit);
  // The fields that this tally is published by.
  std::vector<std::string> fields(const Tally& tally, std::int64_t unix_seconds) const;

 private:
  struct Memory {
    double used = 0;
    Micros since{0};
    Micros punished_until{-1};
  };
  Tally weigh(Memory& memory, Micros now) const;

  const Limit& limit_;
  std::unordered_map<std::string, Memory> clients_;
};

}  // namespace frontierd::originlab
