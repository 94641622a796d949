#include "store/sqlite/checkpointer.h"

#include <sqlite3.h>

namespace frontierd {

Result<SqliteCheckpointer> SqliteCheckpointer::open(const std::string& path,
                                                    const std::string& vfs) {
  TRY_ASSIGN(Db db, Db::open(path, Db::Mode::Write, vfs));
  TRY(db.exec(
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -256"));
  sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return SqliteCheckpointer(std::move(db));
}

Result<Checkpointed> SqliteCheckpointer::run() {
  Checkpointed done;
  const int code = sqlite3_wal_checkpoint_v2(db_.handle(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                             &done.pages, &done.copied);
  if ((code & 0xff) != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
    return fail(sqlite_error(db_.handle(), code));
  }
  return done;
}

}  // namespace frontierd
