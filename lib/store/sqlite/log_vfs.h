// A layer over a file system of SQLite that gathers what is appended to the write-ahead log: SQLite
// hands down every page in two writes, and a commit of 500 pages costs less as a few long ones.
//
// Promise: what SQLite was told is written is in the file before it syncs, reads, measures or cuts
// it. SQLite makes a commit visible to others after its sync only, so `synchronous` must be FULL. A
// write that fails is reported at the latest by that sync. All other files go straight through.
// Thread: a connection's own; opening is safe from any thread.
#pragma once

#include <string>

#include "base/result.h"

namespace frontierd {

// The name of the layer over this registered VFS (empty: the default one), for Db::open. Call it
// before each opening: a VFS may have been registered anew under its name.
Result<std::string> log_vfs_over(const std::string& vfs);

}  // namespace frontierd
