// Which name is asked for next: look-ups in turn by registrable domain, so that a domain whose
// names hang does not keep those of the others waiting (promise 9).
//
//   - of the look-ups at once, one domain has at most an eighth;
//   - a quarter is kept for names that have been answered before: the hosts at work go on, however
//     many new names hang;
//   - of the names that wait, the last quarter is kept for domains that have less than an eighth;
//   - domains take turns, known names before new ones; within a domain first come, first served.
//
// A value. Each share is at least one.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace frontierd {

class LookupQueue {
 public:
  struct Turn {
    std::string name;
    bool known = false;  // it was answered before
  };

  LookupQueue(std::size_t at_once, std::size_t waiting_max)
      : at_once_(at_once), waiting_max_(waiting_max) {}

  bool has_room(const std::string& name) const;

  void push(Turn turn);
  // The next that may be asked for; it counts as in flight until it has ended.
  std::optional<Turn> next();
  void ended(const Turn& turn);

  std::size_t in_flight() const { return in_flight_[0] + in_flight_[1]; }
  std::size_t waiting() const { return waiting_; }

 private:
  struct Domain {
    std::array<std::deque<std::string>, 2> names;  // new, known
    std::array<bool, 2> in_turn{};
    std::size_t in_flight = 0;
  };
  std::optional<Turn> next_of(std::size_t kind);
  void line_up(std::uint64_t key, Domain& domain);

  std::size_t at_once_;
  std::size_t waiting_max_;
  std::unordered_map<std::uint64_t, Domain> domains_;  // with something to do
  std::array<std::deque<std::uint64_t>, 2> turns_;     // domains below their share
  std::array<std::size_t, 2> in_flight_{};
  std::size_t waiting_ = 0;
};

}  // namespace frontierd
