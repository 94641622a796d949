// What frontierctl's exit code says. Stable: scripts rely on it; frontierctl(1) lists it.
#pragma once

namespace frontierd {

enum ExitCode : int {
  kExitDone = 0,
  kExitNo = 1,     // a negative answer: not on record, disallowed, not a URL, refused as wrong
  kExitUsage = 2,  // the command line makes no sense
  kExitUnreachable = 3,  // no daemon answers on the socket
  kExitPartly = 4,       // done, but some lines were rejected
  kExitNotNow = 5,  // the daemon answered "later" (429, 503) until we gave up, or failed inside
  kExitIo = 6,      // a file of ours could not be read or written, or the connection broke half way
};

}  // namespace frontierd
