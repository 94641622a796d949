#include "store/sqlite/db.h"

#include <sqlite3.h>

#include <cerrno>

#include "base/check.h"

namespace frontierd {
namespace {

// How long a connection waits for another one's lock before it says Unavailable.
constexpr int kBusyMillis = 5'000;

std::string file_of(sqlite3* connection) {
  const char* file = connection == nullptr ? nullptr : sqlite3_db_filename(connection, "main");
  return file == nullptr || *file == '\0' ? "the store" : file;
}

Error no_space(const std::string& file) {
  return {Errc::NoSpace, "no space left to write " + file +
                             "; what was acknowledged is safe: free disk space (or raise the "
                             "quota), then start again"};
}

Error damaged(const std::string& file, const std::string& detail) {
  return {Errc::Corrupt, file + " is damaged or is no SQLite file (" + detail +
                             "); stop, keep a copy of it with its -wal file, run `sqlite3 " + file +
                             " 'PRAGMA integrity_check'`, then restore a backup or try `sqlite3 " +
                             file + " .recover | sqlite3 recovered.db`"};
}

// Never tried again: a second sync may answer well without having written anything.
Error not_synced(const std::string& file, const std::string& detail) {
  return {Errc::Io, "cannot sync " + file + " or its -wal file (" + detail +
                        "): the disk did not take what was written last. What was acknowledged "
                        "before is safe; check the disk and the kernel log, then start again"};
}

Error in_out(sqlite3* connection, int code, const std::string& file, const std::string& detail) {
  const int cause = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  if (cause == ENOSPC || cause == EDQUOT) return no_space(file);
  if (code == SQLITE_IOERR_FSYNC) return not_synced(file, detail);
  return {Errc::Io, "cannot read or write " + file + " (" + detail +
                        "); check that its disk works and that its directory exists and is "
                        "writable by this user (SQLite keeps a -wal and a -shm file beside it)"};
}

}  // namespace

void configure_sqlite() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)once;
}

Error sqlite_error(sqlite3* connection, int code) {
  const std::string file = file_of(connection);
  const std::string detail =
      connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return no_space(file);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(file, detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Errc::Unavailable, "another process holds " + file + " (" + detail +
                                     "); is a second daemon or a long transaction of sqlite3 "
                                     "running? End it and try again"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_IOERR:
      return in_out(connection, code, file, detail);
    default:
      return {Errc::Io, file + ": " + detail +
                            "; if this happens again, run `PRAGMA integrity_check` on it and "
                            "report it as a bug"};
  }
}

void Db::Closer::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Result<Db> Db::open(const std::string& path, Mode mode, const std::string& vfs) {
  configure_sqlite();
  const int flags =
      (mode == Mode::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw_connection = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw_connection, flags, vfs.empty() ? nullptr : vfs.c_str());
  Db db;
  db.connection_.reset(raw_connection);
  db.path_ = path;
  if (code != SQLITE_OK) return fail(sqlite_error(raw_connection, code).in(path));
  sqlite3_busy_timeout(raw_connection, kBusyMillis);
  return db;
}

std::string Db::file() const {
  const char* file = sqlite3_db_filename(handle(), "main");
  return file == nullptr ? "" : file;
}

void Db::wait_when_busy(Millis wait) {
  sqlite3_busy_timeout(handle(), static_cast<int>(wait.count()));
}

Result<void> Db::exec(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(handle(), code));
  return {};
}

Result<Statement> Db::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(handle(), code));
  return Statement(statement);
}

Result<std::int64_t> Db::number(std::string_view sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  Rows rows(statement);
  TRY_ASSIGN(const bool row, rows.next());
  return row ? rows->number(0) : 0;
}

Result<Transaction> Transaction::begin(Db& db) {
  TRY(db.exec("BEGIN IMMEDIATE"));
  return Transaction(db);
}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after a grave error; then there is nothing left to undo.
  if (db_ != nullptr && sqlite3_get_autocommit(db_->handle()) == 0) (void)db_->exec("ROLLBACK");
}

Result<void> Transaction::commit() {
  CHECK(db_ != nullptr);
  TRY(db_->exec("COMMIT"));
  db_ = nullptr;
  return {};
}

}  // namespace frontierd
