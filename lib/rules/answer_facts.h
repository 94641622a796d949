// What of an answer is believed, whatever became of the rest of it: a fact in hand is used. An
// answer comes in three steps, and each may be the last: its status line, its fields, its body.
//
//   how far it came                     what is believed
//   ---------------                     ----------------
//   no status line                      the way the transfer ended: DNS, connect, TLS, reset ...
//   part of the head                    429 and 5xx, with the fields that came: they can only make us
//                                       wait. Nothing else: the line that is missing may change it
//   a head that contradicts itself      the same (two lengths that differ: RFC 9112 §6.3)
//   head, and ...                       ... status 300 and above:      ... status 2xx:
//     a whole body                      all of it                      all of it
//     a body over a limit of ours       the head; the text in hand     the page is over a limit; a wall
//                                                                      or a limit is seen by its signs
//     a body that was cut (reset,       the head; the text in hand.    no page: asked again; a wall or
//     stalled, bad framing)             How much text there is says    a limit is seen by its fields.
//                                       nothing                        After the last attempt the part
//                                                                      is kept, as a part
//     a body that does not decode       the same                       the same: the raw bytes are kept
//     our own disk or memory failed     the same                       nothing of the page, nothing burnt
//
// The request was never an answer's cause where the other side says it did not process it
// (Transport::NotProcessed), nor where our own way out failed. Held cell by cell by
// tests/golden/answer_facts.tsv. Pure.
#pragma once

#include "rules/report.h"

namespace frontierd {

struct Believed {
  bool head = false;     // status and fields mean what they mean
  bool page = false;     // ... and so does a 2xx: its page came as far as we wanted it
  bool amounts = false;  // how much text there is can be told
};
Believed believed(const FetchReport& report);

// A 2xx whose page came in part, though not in none, by no limit of ours: another attempt may bring all of it, and if
// none does, what is in hand is kept.
bool came_in_part(const FetchReport& report);

// A 304 to a request without validators: it is about no copy of ours.
bool confirms_nothing(const FetchReport& report);

}  // namespace frontierd
