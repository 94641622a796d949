// SQLite with ownership and with errors that say what to do next. No other header of the house
// names SQLite's types. Thread: a Db and its statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/sqlite/statement.h"

struct sqlite3;

namespace frontierd {

// SQLite's count of its memory takes a lock at every allocation, and we do not read it. Possible only
// before SQLite's first use in the process; refused later, which does no harm.
void configure_sqlite();

// What a result code of SQLite means for the person at the console. NoSpace, Corrupt, Unavailable
// (someone else writes), or Io.
Error sqlite_error(sqlite3* connection, int code);

class Db {
 public:
  enum class Mode { Write, Read };  // Write makes the file if there is none

  // ":memory:" is a private store in memory. `vfs` names a registered SQLite VFS; empty: the
  // default.
  static Result<Db> open(const std::string& path, Mode mode, const std::string& vfs);

  Result<void> exec(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row, 0 if there is none.
  Result<std::int64_t> number(std::string_view sql);

  sqlite3* handle() const { return connection_.get(); }
  const std::string& path() const { return path_; }
  std::string file() const;  // canonical; empty for a store in memory
  // How long a statement waits for another connection's lock before it answers Unavailable.
  void wait_when_busy(Millis wait);

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };
  std::unique_ptr<sqlite3, Closer> connection_;
  std::string path_;
};

// Begun at once as the only writer; rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Db& db);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Db& db) : db_(&db) {}
  Db* db_;
};

}  // namespace frontierd
