// The web as seen from outside: origins by host key, the names that lead to them, and the two
// things that can fail between us and them. Knows true time only. Single-threaded.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/origin.h"

namespace frontierd::sim {

struct LookUp {
  std::vector<std::string> addresses;  // empty: failed
  Transport transport = Transport::Ok;
  std::string detail;
  Millis takes{20};
  Millis ttl = std::chrono::hours{1};
  Habit habit = Habit::None;
};

class World {
 public:
  World(Instant born, std::uint64_t seed) : born_(born), seed_(seed) {}

  // Made with default habits when it is first asked for.
  Origin& origin(const std::string& host_key);
  Origin& add(const std::string& host_key, Habits habits);
  Answer ask(const Request& request, Instant now);
  LookUp look_up(const std::string& host_key, Instant now);
  void heal();

  // Between us and the web. Gone, for as many reasons: nothing gets through, nothing comes back.
  int network_gone = 0;
  int resolver_gone = 0;
  // Ways out that fail before they reach anyone.
  std::set<std::string> egresses_gone;

  const std::map<std::string, std::unique_ptr<Origin>>& origins() const { return origins_; }

 private:
  Instant born_;
  std::uint64_t seed_;
  bool healed_ = false;
  std::map<std::string, std::unique_ptr<Origin>> origins_;
};

}  // namespace frontierd::sim
