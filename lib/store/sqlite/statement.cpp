#include "store/sqlite/statement.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/check.h"
#include "store/sqlite/db.h"

namespace frontierd {

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = sqlite_error(sqlite3_db_handle(statement_.get()), code);
  reset();
  return fail(std::move(error));
}

Result<void> Statement::finish() {
  TRY_ASSIGN(const bool row, step());
  CHECK(!row);
  reset();
  return {};
}

std::int64_t Statement::changes() const {
  return sqlite3_changes64(sqlite3_db_handle(statement_.get()));
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

// Binding fails on a wrong position (a bug) or out of memory (nothing sensible is left to do).
void Statement::bind_number(int position, std::int64_t value) {
  CHECK(sqlite3_bind_int64(statement_.get(), position, value) == SQLITE_OK);
}
void Statement::bind_text(int position, std::string_view value) {
  const char* text = value.data() == nullptr ? "" : value.data();
  CHECK(sqlite3_bind_text64(statement_.get(), position, text, value.size(), SQLITE_STATIC,
                            SQLITE_UTF8) == SQLITE_OK);
}
void Statement::bind_blob(int position, std::string_view bytes) {
  CHECK(sqlite3_bind_blob64(statement_.get(), position, bytes.data(), bytes.size(),
                            SQLITE_STATIC) == SQLITE_OK);
}
void Statement::bind_null(int position) {
  CHECK(sqlite3_bind_null(statement_.get(), position) == SQLITE_OK);
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

Instant Statement::instant(int column) const {
  return std::clamp(from_unix_ms(number(column)), kLongAgo, kNever);
}

Millis Statement::millis(int column) const {
  return std::clamp(Millis{number(column)}, Millis{0}, kLengthMost);
}

Millis Statement::gap(int column) const {
  return std::min(millis(column), kGapMost);
}

int Statement::small(int column) const {
  return static_cast<int>(std::clamp<std::int64_t>(number(column), 0, kCountMost));
}

std::uint64_t Statement::count(int column) const {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(number(column), 0, kIdMost));
}

std::string_view Statement::view(int column) const {
  const void* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  const int length = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const char*>(text), static_cast<std::size_t>(length)};
}

std::string Statement::text(int column) const {
  return std::string(view(column));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::optional<Instant> Statement::instant_or_null(int column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

}  // namespace frontierd
