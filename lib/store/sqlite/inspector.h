// Looking into a SQLite store over a read-only connection of its own: committed state only, and the
// writer never waits for it. Works on a running daemon's file from another process too.
// Thread: one at a time.
#pragma once

#include <memory>
#include <string>

#include "frontier/inspect.h"
#include "store/sqlite/db.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

class SqliteInspector final : public Inspector {
 public:
  // NotFound if there is no such file; Conflict if its schema is older than this build's.
  static Result<std::unique_ptr<SqliteInspector>> open(const std::string& path,
                                                       const std::string& vfs = {});
  // Looks through the store's own connection, uncommitted changes included: for a store in memory,
  // which has no other. The store must outlive it, and both are for one thread.
  static Result<std::unique_ptr<SqliteInspector>> within(SqliteStore& store);
  ~SqliteInspector() override;

  Result<std::optional<UrlRecord>> url(const std::string& canonical) override;
  Result<std::vector<AttemptRecord>> attempts(UrlId id, std::size_t limit) override;
  Result<std::optional<HostRecord>> host(const std::string& host_key) override;
  Result<std::vector<std::string>> host_keys(const std::string& from, const std::string& to,
                                             std::size_t limit) override;
  Result<std::vector<Incident>> incidents(HostId id, std::size_t limit) override;
  Result<std::vector<HostEntry>> hosts(const HostFilter& filter, HostId after,
                                       std::size_t limit) override;
  Result<std::vector<UrlRecord>> urls(std::optional<UrlState> state, UrlId after,
                                      std::size_t limit) override;
  Result<std::vector<std::pair<std::string, std::uint64_t>>> drops_by_reason() override;
  Result<std::vector<HostBlock>> egress_blocks(HostId after, std::size_t limit) override;
  Result<std::uint64_t> blocked_hosts(const std::string& egress, Instant now) override;

 private:
  struct Looks;  // its prepared statements

  SqliteInspector();
  Result<void> prepare(Db& db);
  Result<void> add_queue(HostEntry& entry);
  Result<void> add_egress(HostEntry& entry);
  Result<void> add_counts(HostRecord& record);

  std::unique_ptr<Db> own_;
  std::unique_ptr<Looks> sql_;
};

}  // namespace frontierd
