#include "store/sqlite/sqlite_store.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>

#include "store/shared.h"
#include "store/sqlite/host_row.h"
#include "store/sqlite/log_file.h"
#include "store/sqlite/log_vfs.h"
#include "store/sqlite/migrations.h"

namespace frontierd {
namespace {

// The log file is cut to this when it starts anew, so that one burst does not hold the disk.
constexpr std::int64_t kLogKeptBytes = 256 * 1024 * 1024;
constexpr std::int64_t kPageBytes = 4'096;
constexpr std::string_view kFence = "SELECT value FROM meta WHERE name = 'fence'";

std::int64_t log_kept(const SqliteOptions& options) {
  if (options.log_pages_bound == 0) return kLogKeptBytes;
  return std::min(kLogKeptBytes, options.log_pages_bound * kPageBytes / 2);
}

int on_commit(void* pages, sqlite3* /*connection*/, const char* /*name*/, int in_log) {
  *static_cast<int*>(pages) = in_log;
  return SQLITE_OK;
}

bool changed_nothing(Errc code) {
  return code == Errc::Usage || code == Errc::NotFound || code == Errc::Unavailable;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path,
                                                       const SqliteOptions& options) {
  const Db::Mode mode = options.read_only ? Db::Mode::Read : Db::Mode::Write;
  TRY_ASSIGN(const std::string vfs, log_vfs_over(options.vfs));
  TRY_ASSIGN(Db db, Db::open(path, mode, vfs));
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(db), options));
  if (auto started = store->start(); !started) {
    store->give_up(started.error());
    return fail(std::move(started).error());
  }
  return store;
}

SqliteStore::~SqliteStore() = default;

Result<void> SqliteStore::start() {
  TRY_ASSIGN(const int version, schema_version(db_, frontier_migrations()));
  TRY(configure());
  if (options_.read_only) {
    const int newest = frontier_migrations().back().version;
    if (version != newest) {
      return fail(Errc::Conflict, db_.path() + " has schema version " + std::to_string(version) +
                                      ", not " + std::to_string(newest) +
                                      "; start frontierd on it once to bring it up to date");
    }
  } else {
    TRY(rewrite_log(db_));
    TRY(migrate(db_, frontier_migrations()));
    TRY(checkpoint(false));  // a new file, or what an unclean end left in the log
    TRY(counted(kFence));
    TRY(db_.exec("UPDATE meta SET value = value + 1 WHERE name = 'fence'"));
  }
  TRY_ASSIGN(sql_, Prepared::load(db_));
  TRY(load_counters());
  db_.wait_when_busy(options_.busy_wait);
  if (!options_.read_only) files_ = FileIdentity(db_.file());
  return {};
}

Result<void> SqliteStore::configure() {
  // Reads go through the page cache, not a mapping: a bad disk is then an error and not a signal.
  TRY(db_.exec("PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" +
               std::to_string(options_.cache_kib)));
  if (options_.read_only) return {};
  // Foreign keys are checked by the tests, not for every row; deleted flights need no shredding.
  TRY(
      db_.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; "
               "PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 0; "
               "PRAGMA journal_size_limit = " +
               std::to_string(log_kept(options_))));
  if (options_.pages_max > 0) {
    TRY(db_.exec("PRAGMA max_page_count = " + std::to_string(options_.pages_max)));
  }
  sqlite3_wal_hook(db_.handle(), on_commit, &wal_pages_);
  return {};
}

// The greatest number so far; one that leaves no room to count on was not written by us.
Result<std::int64_t> SqliteStore::counted(std::string_view sql) {
  TRY_ASSIGN(const std::int64_t most, db_.number(sql));
  if (most < 0 || most > kIdMost) {
    return fail(foreign_value("answer to " + std::string(sql), std::to_string(most)));
  }
  return most;
}

Result<void> SqliteStore::load_counters() {
  TRY_ASSIGN(const std::int64_t fence, counted(kFence));
  fence_ = static_cast<std::uint64_t>(fence);
  TRY_ASSIGN(const std::int64_t host, counted("SELECT max(id) FROM host"));
  TRY_ASSIGN(const std::int64_t url, counted("SELECT max(id) FROM url"));
  TRY_ASSIGN(const std::int64_t attempt, counted("SELECT max(id) FROM attempt"));
  TRY_ASSIGN(const std::int64_t lease, counted("SELECT max(lease) FROM flight"));
  TRY_ASSIGN(const std::int64_t blocks, db_.number("SELECT EXISTS (SELECT 1 FROM egress_block)"));
  has_egress_blocks_ = blocks != 0;
  next_host_ = host + 1;
  next_url_ = url + 1;
  next_attempt_ = attempt + 1;
  next_lease_ = lease + 1;
  Rows rows(sql_.flights_by_state);
  for (;;) {
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) break;
    const auto flights = static_cast<std::int64_t>(rows->count(1));
    (rows->number(0) == 0 ? in_flight_ : in_flight_revisit_) = flights;
  }
  return books_.load(sql_);
}

Result<void> SqliteStore::begin() {
  if (open_) return {};
  if (options_.read_only) {
    return fail(Errc::Conflict,
                db_.path() + " was opened for reading only; ask the daemon instead");
  }
  TRY(db_.exec("BEGIN IMMEDIATE"));
  open_ = true;
  changes_at_begin_ = sqlite3_total_changes64(db_.handle());
  return {};
}

Result<bool> SqliteStore::try_begin(Millis wait) {
  if (broken_) return fail(*broken_);
  db_.wait_when_busy(wait);
  auto begun = begin();
  db_.wait_when_busy(options_.busy_wait);
  if (begun) return true;
  if (begun.error().code == Errc::Unavailable) return false;
  give_up(begun.error());
  return fail(std::move(begun).error());
}

Result<void> SqliteStore::check_files() {
  if (broken_) return fail(*broken_);
  auto gone = files_.gone();
  if (!gone) return {};
  lost_ = *gone;
  give_up({Errc::Io, *gone + " while frontierd worked on it. Nothing was acknowledged since, and "
                             "nothing is written any more. Stop frontierd, put the file back (as "
                             "long as this process runs, what it holds open can still be copied "
                             "from /proc/" +
                             std::to_string(getpid()) + "/fd), and start again"});
  return fail(*broken_);
}

void SqliteStore::give_up(const Error& error) {
  if (changed_nothing(error.code)) return;
  broken_ = error;
  if (sqlite3_get_autocommit(db_.handle()) == 0) (void)db_.exec("ROLLBACK");
  open_ = false;
  // After a failed write or sync nothing more is written, not even on the way out.
  sqlite3_db_config(db_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<void> SqliteStore::commit() {
  if (broken_) return fail(*broken_);
  if (!open_) return {};
  auto written = books_.write(sql_);
  const auto started = std::chrono::steady_clock::now();
  if (written) written = db_.exec("COMMIT");
  if (!written) {
    give_up(written.error());
    return written;
  }
  open_ = false;
  const bool changed = sqlite3_total_changes64(db_.handle()) != changes_at_begin_;
  if (changed && options_.on_commit) options_.on_commit(std::chrono::steady_clock::now() - started);
  TRY(check_files());  // what went into a file that nobody will find again is not acknowledged
  if (options_.wal_pages_max > 0 && wal_pages_ > options_.wal_pages_max) TRY(checkpoint(false));
  return {};
}

Result<Checkpointed> SqliteStore::checkpoint(bool truncate) {
  if (broken_) return fail(*broken_);
  if (open_) return fail(Errc::Usage, "a checkpoint comes between commits: commit first");
  Checkpointed done;
  const int code = sqlite3_wal_checkpoint_v2(
      db_.handle(), "main", truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
      &done.pages, &done.copied);
  // Busy: a reader still looks at the log, or another thread is copying. The next one goes on.
  if ((code & 0xff) != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
    const Error error = sqlite_error(db_.handle(), code);
    give_up(error);
    return fail(error);
  }
  return done;
}

Result<void> SqliteStore::set_note(const std::string& name, const std::string& value) {
  return change([&] { return sql_.note_put.run(name, value); });
}

Result<std::optional<std::string>> SqliteStore::note(const std::string& name) {
  return look([&]() -> Result<std::optional<std::string>> {
    Rows rows(sql_.note_get, name);
    TRY_ASSIGN(const bool row, rows.next());
    if (!row) return std::nullopt;
    return rows->text(0);
  });
}

Result<Tally> SqliteStore::tally() {
  if (broken_) return fail(*broken_);
  Tally tally;
  const auto count = [](std::int64_t many) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(many, 0));
  };
  tally.leased = count(in_flight_ + in_flight_revisit_);
  tally.queued = count(books_.of(Stored::Queued) - in_flight_);
  tally.done = count(books_.of(Stored::Done) - in_flight_revisit_);
  tally.dropped = count(books_.of(Stored::Dropped));
  tally.hosts = count(books_.hosts());
  return tally;
}

}  // namespace frontierd
