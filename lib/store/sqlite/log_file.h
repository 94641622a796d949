// The write-ahead log after an unclean end. When a sync fails, Linux counts the pages as clean
// though they were not written; a process that starts anew reads them from memory, takes them for
// good, and no later sync writes them: at the next loss of power the log breaks off there, and what
// was acknowledged behind it is gone. Written once more, byte for byte, they are dirty again and
// reach the disk, or the sync says that they cannot.
#pragma once

#include "base/result.h"
#include "store/sqlite/db.h"

namespace frontierd {

// The log that is there, written in place once more and synced. Between transactions only; a second
// writer waits. Does nothing where the log is empty, as after a clean stop.
Result<void> rewrite_log(Db& db);

}  // namespace frontierd
