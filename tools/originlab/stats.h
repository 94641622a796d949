// What the lab has seen of each host, as JSON for the control listener.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "originlab/log.h"

namespace frontierd::originlab {

class Stats {
 public:
  void began(const std::string& host, std::int64_t start_us, std::uint64_t in_flight);
  void ended(const std::string& host, const LogEntry& entry);
  std::string to_json() const;

 private:
  struct Tally {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
    std::uint64_t in_flight_max = 0;
    std::int64_t last_start_us = 0;
    std::int64_t gap_us_min = -1;  // -1: fewer than two requests
    std::map<std::string, std::uint64_t> by;
    std::map<int, std::uint64_t> status;
  };
  std::map<std::string, Tally> hosts_;
};

}  // namespace frontierd::originlab
