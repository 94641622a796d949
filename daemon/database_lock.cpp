#include "daemon/database_lock.h"

namespace frontierd {

Result<DatabaseLock> DatabaseLock::take(const std::filesystem::path& state) {
  TRY_ASSIGN(LockFile directory, LockFile::take(state / "frontierd.lock"));
  TRY_ASSIGN(LockFile database, LockFile::take_database(state / "frontier.db"));
  return DatabaseLock(std::move(directory), std::move(database));
}

}  // namespace frontierd
