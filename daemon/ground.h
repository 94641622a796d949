// The ground that the daemon stands on, as it was last seen: the disks that are written, the
// database's files, its log and its lock, the clock. A part is well, worth a warning, or in trouble
// (which holds something up, and /readyz says no); the log says each change once, status and /readyz
// how it is now. Keeps, decides nothing. Loop thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "api/control.h"

namespace frontierd {

enum class GroundPart { Disk, DatabaseFile, DatabaseLock, DatabaseLog, Clock };
inline constexpr int kGroundParts = 5;
std::string_view to_string(GroundPart part);  // "database_lock": a name in /readyz and status

class Ground {
 public:
  // `words`: what is wrong, what it holds up, and what to do. Told again they are only replaced.
  void trouble(GroundPart part, std::string words, Instant now);
  void warn(GroundPart part, std::string words, Instant now);
  // It has ended, or never was.
  void well(GroundPart part, std::string words);
  bool in_trouble(GroundPart part) const;

  std::vector<ReadyCheck> ready_checks() const;
  std::vector<GroundNow> now() const;  // the parts that are not well

 private:
  enum class Level { Well, Warning, Trouble };
  struct State {
    Level level = Level::Well;
    Instant since = kLongAgo;
    std::string words;
  };
  const State& of(GroundPart part) const { return parts_[static_cast<std::size_t>(part)]; }
  State& of(GroundPart part) { return parts_[static_cast<std::size_t>(part)]; }

  void set(GroundPart part, Level level, std::string words, Instant now);

  std::array<State, kGroundParts> parts_;
};

}  // namespace frontierd
