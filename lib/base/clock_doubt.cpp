#include "base/clock_doubt.h"

namespace frontierd {
namespace {

using std::chrono::hours;

std::string apart(Millis ahead) {
  return to_words(std::chrono::abs(ahead)) + (ahead > Millis{0} ? " behind" : " ahead of");
}

}  // namespace

bool is_plausible(Instant at, Instant released) {
  return at >= released - hours{24} && at <= released + hours{24 * 365 * 30};
}

std::optional<std::string> clock_doubt(const ClockFacts& facts) {
  const bool wall_good = is_plausible(facts.wall, facts.released);
  if (!wall_good) {
    return "this machine's clock says " + to_iso(facts.wall) + ", which cannot be (this frontierd is of " +
           to_iso(facts.released).substr(0, 10) + "); set it, best by NTP";
  }
  const Millis ahead = facts.wall - facts.ours;
  if (!is_plausible(facts.ours, facts.released) || std::chrono::abs(ahead) > kClockApart) {
    return "the frontier's time is " + to_iso(facts.ours) + ", " + apart(ahead) +
           " this machine's clock: the clock was wrong at the first start, or has been set since. "
           "No wait is shortened by that. If the machine is right now, stop frontierd and run "
           "`frontierd --set-clock`";
  }
  if (facts.peers && std::chrono::abs(*facts.peers) > kPeersApart) {
    return "most hosts that were asked say that it is " + to_iso(facts.ours + *facts.peers) +
           ": this machine's clock is " + apart(*facts.peers) + " theirs; set it, best by NTP";
  }
  return std::nullopt;
}

}  // namespace frontierd
