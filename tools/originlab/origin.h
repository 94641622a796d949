// A host of the lab while it runs: which answer a visit gets, in the order maintenance, stale copy,
// wall, limit, capacity, route, page. Single-threaded; one Origin for each [[host]].
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "originlab/capacity.h"
#include "originlab/gates.h"
#include "originlab/lab.h"
#include "originlab/reply.h"

namespace frontierd::originlab {

struct Ruling {
  const Answer* answer = nullptr;  // nothing: the visit passes
  std::string_view by;             // "maintenance", "limit", "route", ... for the log
  std::vector<std::string> headers;
  std::optional<Content> content;
  std::uint64_t nth = 0;  // how often this route was asked
};

class Origin {
 public:
  Origin(const Host& host, std::uint64_t seed);

  // Before capacity: a refusal, or the fields that every answer is to carry.
  Ruling gate(const Visit& visit);
  // Nothing if this path has no capacity to run out of.
  CapacityGate* capacity(const Visit& visit);
  CapacityGate* capacity_gate() { return capacity_ ? &*capacity_ : nullptr; }
  Ruling serve(const Visit& visit);
  Reply reply(const Ruling& ruling, const Visit& visit) const;

  // The end of the lab: no one waits for a place any more.
  void close();
  Micros latency(const Answer& answer, bool refused);
  const Host& host() const { return host_; }
  const std::string& name() const { return host_.names.front(); }
  std::uint64_t in_flight = 0;

 private:
  struct Counter {
    std::uint64_t asked = 0;
    std::unordered_map<std::string, std::uint64_t> turns;
  };
  Micros since_start(Micros now);
  std::int64_t unix_seconds(const Visit& visit) const;
  std::optional<Ruling> maintenance(const Visit& visit, Micros at) const;
  std::optional<Ruling> stale(const Visit& visit, Micros at) const;
  const Answer& choose(const Route& route, Counter& counter, const Visit& visit);
  std::optional<Ruling> page(const Visit& visit);

  const Host& host_;
  Rng dice_;
  std::optional<Micros> first_request_;
  std::vector<WallGate> walls_;
  std::vector<LimitGate> limits_;
  std::optional<CapacityGate> capacity_;
  std::vector<Counter> counters_;
  Counter pages_asked_;
};

}  // namespace frontierd::originlab
