#include "store/sqlite/checkpointer.h"

#include <sqlite3.h>

#include <chrono>

namespace frontierd {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int kPollMillis = 1;

}  // namespace

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

// SQLite's own way of waiting looks once at who reads from where, and then waits for that place to be
// free, where newer readers take turns for ever. Trying anew looks anew: without a writer every reader
// that comes is up to date and in nobody's way.
Result<bool> SqliteCheckpointer::turn(Millis wait) {
  db_.wait_when_busy(Millis{0});
  for (const auto end = Steady::now() + wait;; sqlite3_sleep(kPollMillis)) {
    const int code = sqlite3_wal_checkpoint_v2(db_.handle(), "main", SQLITE_CHECKPOINT_RESTART,
                                               nullptr, nullptr);
    if (code == SQLITE_OK) return true;
    if ((code & 0xff) != SQLITE_BUSY) return fail(sqlite_error(db_.handle(), code));
    if (Steady::now() >= end) return false;
  }
}

}  // namespace frontierd
