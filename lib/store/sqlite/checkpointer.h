// Copies the log of a store into its file, over a connection of its own, for the thread of slow disk
// work. Two ways (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html):
//
// run() holds nobody up and copies as far as the oldest reader allows. While somebody writes or
// reads, it alone never lets the log start anew: SQLite goes back to the log's beginning only when
// all of it is in the file and nobody reads from it, and with readers that overlap that moment never
// comes by itself.
// turn() makes that moment, while the caller sees to it that nobody writes: readers that come
// meanwhile read from the file itself, those of the old log end, and the next write starts it anew.
#pragma once

#include <string>

#include "base/result.h"
#include "store/sqlite/db.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

class SqliteCheckpointer {
 public:
  static Result<SqliteCheckpointer> open(const std::string& path, const std::string& vfs = {});
  // Both block for as long as the disk takes. An error is final, as in the store.
  Result<Checkpointed> run();
  // False: somebody read from the old log, or wrote, for longer than `wait`.
  Result<bool> turn(Millis wait);

 private:
  explicit SqliteCheckpointer(Db db) : db_(std::move(db)) {}
  Db db_;
};

}  // namespace frontierd
