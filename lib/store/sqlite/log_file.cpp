#include "store/sqlite/log_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace frontierd {
namespace {

constexpr sqlite3_int64 kPieceBytes = 64 * 1024;  // SQLite's unix files take less than 128 KiB

int rewrite(sqlite3_file* log) {
  sqlite3_int64 size = 0;
  int code = log->pMethods->xFileSize(log, &size);
  if (code != SQLITE_OK || size == 0) return code;
  std::vector<char> piece(static_cast<std::size_t>(std::min(size, kPieceBytes)));
  for (sqlite3_int64 at = 0; at < size; at += kPieceBytes) {
    const int length = static_cast<int>(std::min(size - at, kPieceBytes));
    code = log->pMethods->xRead(log, piece.data(), length, at);
    if (code == SQLITE_OK) code = log->pMethods->xWrite(log, piece.data(), length, at);
    if (code != SQLITE_OK) return code;
  }
  return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
}

}  // namespace

Result<void> rewrite_log(Db& db) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(db));  // opens the log
  sqlite3_file* log = nullptr;
  const int asked = sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (asked != SQLITE_OK) return fail(sqlite_error(db.handle(), asked));
  if (log == nullptr || log->pMethods == nullptr) return transaction.commit();
  if (const int code = rewrite(log); code != SQLITE_OK)
    return fail(sqlite_error(nullptr, code).in(db.path() + "-wal"));
  return transaction.commit();
}

}  // namespace frontierd
