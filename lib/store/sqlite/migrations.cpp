#include "store/sqlite/migrations.h"

#include <array>
#include <string>

#include "sqlite_0001_frontier.h"
#include "sqlite_0002_egress.h"

namespace frontierd {
namespace {

constexpr std::array<Migration, 2> kMigrations{
    {{1, sqlite_0001_frontier}, {2, sqlite_0002_egress}}};

Result<void> apply(Db& db, const Migration& migration) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  TRY(db.exec(std::string(migration.sql)));
  TRY(db.exec("PRAGMA application_id = " + std::to_string(kApplicationId)));
  TRY(db.exec("PRAGMA user_version = " + std::to_string(migration.version)));
  return transaction.commit();
}

}  // namespace

std::span<const Migration> frontier_migrations() {
  return kMigrations;
}

Result<int> schema_version(Db& db, std::span<const Migration> migrations) {
  TRY_ASSIGN(const std::int64_t version, db.number("PRAGMA user_version"));
  TRY_ASSIGN(const std::int64_t application, db.number("PRAGMA application_id"));
  TRY_ASSIGN(const std::int64_t tables, db.number("SELECT count(*) FROM sqlite_schema"));
  if (tables > 0 && application != kApplicationId) {
    return fail(Errc::Conflict, db.path() +
                                    " is a database of another program; name another file "
                                    "for the store");
  }
  const int newest = migrations.back().version;
  if (version > newest) {
    return fail(Errc::TooNew, db.path() + " was written by a newer frontierd (schema version " +
                                  std::to_string(version) + ", this one knows up to " +
                                  std::to_string(newest) +
                                  "); run the newer frontierd, or restore a backup from before the "
                                  "upgrade");
  }
  return static_cast<int>(version);
}

Result<void> migrate(Db& db, std::span<const Migration> migrations) {
  TRY_ASSIGN(const int version, schema_version(db, migrations));
  for (const Migration& migration : migrations) {
    if (migration.version <= version) continue;
    if (auto applied = apply(db, migration); !applied) {
      return fail(std::move(applied).error().in("migration " + std::to_string(migration.version) +
                                                " of " + db.path()));
    }
  }
  return {};
}

}  // namespace frontierd
