// Which page is to blame when the daemon dies again and again. A crash (an end without a word:
// killed, out of memory, a fault of ours, the power) is counted against every URL that was in hand.
// That alone proves nothing: with a few hundred flights up somebody is always in hand. So the
// circle is drawn narrower:
//
//   crashes        deaths in a row with it in hand. A landing forgets them, and so does a crash at
//                  which it was not in hand: that one at least had another cause.
//   from the 2nd   it is asked again apart from the others, after a wait that grows fourfold, each
//                  suspect at a time of its own: whoever is innocent lands meanwhile.
//   crashes_max    it is quarantined if it was the only one in hand in all of these; while there
//                  are several, none is, and the next crash tells them apart.
//
// So a page that kills is found after crashes_max crashes, and no number of unrelated ends sets an
// innocent one aside: at the next of them it waits, and is cleared. Pure.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace frontierd {

// In hand in so many crashes in a row: a suspect.
inline constexpr int kSuspectedFrom = 2;

// How long the `index`-th of `count` suspects of one crash waits for its next try.
Millis suspect_wait(int crashes, std::size_t index, std::size_t count);

// When the last of them has had its turn, however many they are.
Millis suspects_end(int crashes);

// At a crash after which `at_most` URLs have crashes_max of them: is this one to blame?
constexpr bool is_quarantined(int crashes, int crashes_max, std::size_t at_most) {
  return crashes >= crashes_max && at_most == 1;
}

}  // namespace frontierd
