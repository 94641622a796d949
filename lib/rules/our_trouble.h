// Is it them, or is it us? When many unrelated hosts fail within a minute and none answers, the
// trouble is our network, resolver or egress: no host is charged, and leasing pauses. A good answer
// ends the pause and keeps the next one away for a while: in a large crawl some hosts are always
// dead, and they fail faster than the others answer.
// Where it was wrong, it learns: each pause that a good answer ended doubles the silence that the
// next one wants, for an hour. Else one living host among many dead ones would have them given
// back, and asked again, for ever. Failures are of two kinds, counted apart: silence (no name, no
// connection, no answer in time), and refusals that came as HTTP answers (overload, a broken
// upstream: perhaps of a proxy before us all). Whoever sent an answer was reached, so that no
// number of silent hosts speaks for him. While it pauses, a few hosts are tried all the same: those
// that were never asked and those that answered well lately, each once a pause, so that one living
// host behind many dead ones ends the pause soon. Their silence charges nobody. A bounded value;
// `now` is a parameter. Bounded too in patience: after kPausesMax pauses without a single good
// answer the hosts are charged after all, so that a list of dead hosts comes to an end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/ids.h"
#include "rules/host_state.h"
#include "rules/outcome.h"
#include "rules/policy.h"

namespace frontierd {

// Trouble of such a class may turn out to have been ours.
constexpr bool may_be_ours(OutcomeClass cls) {
  return cls == OutcomeClass::Unreachable || cls == OutcomeClass::Overloaded ||
         cls == OutcomeClass::UpstreamFailed;
}

// A host that was given up keeps its queue until then: until it is certain that its last trouble
// was not ours, and is not taken back.
inline Instant certain_at(const HostState& state, const FrontierPolicy& policy) {
  return may_be_ours(state.rest_cls) ? state.incident_at + policy.many_window : kLongAgo;
}

class OurTrouble {
 public:
  static constexpr int kPausesMax = 5;
  static constexpr std::size_t kRemembered = 1'024;
  static constexpr Millis kTryEvery{250};                           // at most so often
  static constexpr Millis kLately = std::chrono::hours{1};
  // None has answered well for so long: the least before the trouble is ours.
  static constexpr Millis kSilence = Seconds{10};
  static constexpr int kDoublings = 6;

  // A host that was charged before we knew, and what it was before.
  struct Charged {
    Instant at = kLongAgo;
    HostId host = HostId::None;
    std::uint64_t site = 0;  // hash of its registrable domain: "unrelated" means different sites
    bool silent = false;     // of which kind; note() sets it
    HostState before;
  };

  // Takes note of a landing and says whether the trouble is now ours.
  bool note(const FrontierPolicy& policy, const Outcome& outcome, Charged charged, Instant now);
  bool paused(Instant now) const { return now < paused_until_; }
  Instant paused_until() const { return paused_until_; }
  // In a pause: when one more host may be tried; kNever: once one of those tried has come home.
  Instant next_try(const FrontierPolicy& policy, Instant now) const;
  // `tried_at`: when that host was last tried, in whichever pause.
  bool worth_a_try(const HostHistory& history, Instant tried_at, Instant now) const;
  void tried(Instant now);
  void try_ended() { --trying_; }
  // This host's charges stand: it asked for its wait, or its past was forgiven.
  void forget(HostId host);
  // The hosts to be given back what they were before, the latest charge first; forgets them. Those
  // of the other kind stay charged.
  std::vector<Charged> take_charged();

 private:
  Millis silence_wanted() const { return kSilence * (1 << std::min(in_vain_, kDoublings)); }

  std::deque<Charged> recent_;
  Instant paused_until_ = kLongAgo;
  Instant paused_at_ = kLongAgo;
  Instant good_at_ = kLongAgo;
  Instant tried_at_ = kLongAgo;
  int trying_ = 0;
  int pauses_ = 0;
  int in_vain_ = 0;      // pauses that a good answer ended, lately
  bool silence_ = true;  // the kind of the last pause
};

}  // namespace frontierd
