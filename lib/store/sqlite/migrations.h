// The schema's way forward: numbered SQL files, applied in order, each in one transaction, never
// back. `PRAGMA user_version` of the file says how far it has come; `application_id` that it is
// ours.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "store/sqlite/db.h"

namespace frontierd {

inline constexpr std::int32_t kApplicationId = 0x46726e74;  // "Frnt"

struct Migration {
  int version = 0;  // what user_version is afterwards; 1, 2, 3 ...
  std::string_view sql;
};

// All of this build, oldest first.
std::span<const Migration> frontier_migrations();

// How far the file has come; 0 for an empty one. TooNew if a newer version wrote it, Conflict if it
// belongs to another program, Corrupt if it is no database.
Result<int> schema_version(Db& db, std::span<const Migration> migrations);

Result<void> migrate(Db& db, std::span<const Migration> migrations);

}  // namespace frontierd
