// What all connections of a running lab share. Single-threaded.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "originlab/lab.h"
#include "originlab/log.h"
#include "originlab/origin.h"
#include "originlab/stats.h"

namespace frontierd::originlab {

// Microseconds that never step: since the lab's start, and since 1970 by the clock at the start.
class LabClock {
 public:
  Micros now() const {
    return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - began_);
  }
  std::int64_t unix_us() const { return unix_us_ + now().count(); }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::int64_t unix_us_ =
      std::chrono::duration_cast<Micros>(std::chrono::system_clock::now().time_since_epoch())
          .count();
};

struct World {
  explicit World(const Lab& what);

  // The host that a Host field names: "name:port" first, then "name", then "*". May be none.
  Origin* find(const std::string& host) const;

  const Lab& lab;
  LabClock clock;
  std::vector<std::unique_ptr<Origin>> origins;
  std::unordered_map<std::string, Origin*> by_name;
  std::uint64_t in_flight = 0;
  boost::asio::io_context io;  // after the origins: what it still holds refers to them
  RequestLog log{io};
  Stats stats;
};

}  // namespace frontierd::originlab
