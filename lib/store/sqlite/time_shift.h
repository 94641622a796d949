// For a frontier whose clock was wrong: moves every time on record by the same length, what is past
// and what is to come alike, so that every wait keeps its length and every order its order.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/db.h"

namespace frontierd {

struct TimeColumn {
  std::string_view table;
  std::string_view column;
};

// All columns that hold an instant; the instants within host.history come on top.
std::span<const TimeColumn> time_columns();

// In one transaction; takes as long as rewriting the tables. "Not yet" and "never" stay what they are.
Result<void> shift_times(Db& db, Millis by);

}  // namespace frontierd
