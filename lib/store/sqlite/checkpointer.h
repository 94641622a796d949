// Copies the log of a store into its file, over a connection of its own, without ever holding the
// writer up. For the thread of slow disk work. It cannot finish while the writer goes on writing:
// when it has caught up, SqliteStore::checkpoint on the loop thread copies the short rest.
#pragma once

#include <string>

#include "base/result.h"
#include "store/sqlite/db.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

class SqliteCheckpointer {
 public:
  static Result<SqliteCheckpointer> open(const std::string& path, const std::string& vfs = {});
  // Blocks for as long as the disk takes. An error is final, as in the store.
  Result<Checkpointed> run();

 private:
  explicit SqliteCheckpointer(Db db) : db_(std::move(db)) {}
  Db db_;
};

}  // namespace frontierd
