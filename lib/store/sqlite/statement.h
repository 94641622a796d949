// A prepared statement. Use: `run` for what gives no rows, `Rows` for what does. Texts bound must
// outlive the run. Thread: that of its Db.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

struct sqlite3_stmt;

namespace frontierd {

// Bytes that are no text.
struct Blob {
  std::string_view bytes;
};

inline constexpr Millis kLengthMost = std::chrono::hours{24 * 365 * 10};
inline constexpr Millis kGapMost = std::chrono::hours{24};
inline constexpr int kCountMost = 1'000'000'000;
inline constexpr std::int64_t kIdMost = std::int64_t{1} << 62;  // of numbers counted up

class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  // Binds ?1, ?2, ... and runs to the end.
  template <class... Values>
  Result<void> run(const Values&... values) {
    bind_all(values...);
    return finish();
  }

  // The same; true if a row was inserted, changed or deleted.
  template <class... Values>
  Result<bool> run_on_row(const Values&... values) {
    bind_all(values...);
    if (auto done = finish(); !done) return fail(std::move(done).error());
    return changes() > 0;
  }

  template <class... Values>
  void bind_all(const Values&... values) {
    int position = 0;
    (bind(++position, values), ...);
  }

  Result<bool> step();  // true: a row is there
  void reset();

  std::int64_t number(int column) const;
  std::string text(int column) const;        // of a blob: its bytes
  std::string_view view(int column) const;  // until the next step or reset
  bool is_null(int column) const;

  // What means something is read by these alone, and cut to its range: a file that was damaged or
  // edited by hand may hold any number, and none of them may overflow a sum, end a wait or become a
  // gap of nothing.
  Instant instant(int column) const;  // kLongAgo to kNever
  std::optional<Instant> instant_or_null(int column) const;
  Millis millis(int column) const;        // 0 to kLengthMost
  Millis gap(int column) const;           // 0 to kGapMost
  int small(int column) const;            // 0 to kCountMost
  std::uint64_t count(int column) const;  // 0 to kIdMost

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  Result<void> finish();
  std::int64_t changes() const;
  void bind_number(int position, std::int64_t value);
  void bind_text(int position, std::string_view value);
  void bind_blob(int position, std::string_view bytes);
  void bind_null(int position);

  void bind(int position, std::nullopt_t) { bind_null(position); }
  void bind(int position, std::string_view value) { bind_text(position, value); }
  void bind(int position, Blob value) { bind_blob(position, value.bytes); }
  void bind(int position, Instant at) { bind_number(position, to_unix_ms(at)); }
  void bind(int position, Millis length) { bind_number(position, length.count()); }
  template <std::integral Number>
  void bind(int position, Number value) {
    bind_number(position, static_cast<std::int64_t>(value));
  }
  template <class Id>
  requires std::is_enum_v<Id>
  void bind(int position, Id id) { bind_number(position, raw(id)); }
  template <class Value>
  void bind(int position, const std::optional<Value>& value) {
    if (value) {
      bind(position, *value);
    } else {
      bind_null(position);
    }
  }

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// An empty text as NULL: what most rows have costs no byte.
inline std::optional<std::string_view> or_null(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// One run of a statement that gives rows; the statement is free again when this ends.
class Rows {
 public:
  template <class... Values>
  explicit Rows(Statement& statement, const Values&... values) : statement_(statement) {
    statement_.bind_all(values...);
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() { statement_.reset(); }

  Result<bool> next() { return statement_.step(); }
  const Statement* operator->() const { return &statement_; }
  const Statement& row() const { return statement_; }

 private:
  Statement& statement_;
};

}  // namespace frontierd
