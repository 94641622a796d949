// The frontier in one SQLite file: WAL, synchronous=FULL, group commit by one writer.
//
// Verbs run inside one transaction that the first of them begins and commit() ends. An error rolls
// back to the last commit and is final: every later verb repeats it. While the store is open other
// processes may read the file (sqlite3, SqliteInspector) without blocking it; a second writer is
// refused by SQLite's lock for as long as a transaction is open, and for good by the daemon's lock
// file. Nothing but commit() and checkpoint() waits for the disk.
//
// Memory: the page cache (cache_kib) and the host names (hosts_cached), whatever the frontier's
// size. Thread: one, the loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontier/store.h"
#include "store/sqlite/books.h"
#include "store/sqlite/db.h"
#include "store/sqlite/file_identity.h"
#include "store/sqlite/prepared.h"

namespace frontierd {

struct SqliteOptions {
  std::string vfs;                      // a registered SQLite VFS; empty: the system's
  bool read_only = false;               // no migration, no new fence; changing verbs are refused
  std::int64_t cache_kib = 128 * 1024;  // page cache
  std::size_t hosts_cached = 200'000;   // host names kept in memory
  // commit() checkpoints by itself beyond this (512 MiB); 0: never, a SqliteCheckpointer does.
  int wal_pages_max = 131'072;
  std::int64_t log_pages_bound = 0;   // what the caller keeps the log within; 0: nothing
  std::int64_t pages_max = 0;         // the file's limit in pages of 4 KiB; 0: SQLite's own
  Millis busy_wait = Seconds{5};      // for another program's lock, before Unavailable
  std::function<void(std::chrono::nanoseconds)> on_commit;  // told how long each commit took
};

// How a checkpoint went: pages in the log, and how many of them are in the file now.
struct Checkpointed {
  int pages = 0;
  int copied = 0;
};

class SqliteStore final : public Store {
 public:
  // Makes the file if there is none, migrates it, and takes a new fence. Errors: see db.h and
  // migrations.h.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path,
                                                   const SqliteOptions& options = {});
  ~SqliteStore() override;

  Result<std::vector<Admission>> admit(std::span<const Candidate> candidates, Instant now) override;
  Result<LeaseAnswer> lease(std::span<const LeaseRequest> requests, Instant now,
                            Millis term) override;
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override;
  Result<std::vector<HostId>> reclaim(Instant now, bool everything, bool crashed,
                                      int crashes_max) override;
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override;
  Result<std::optional<HostEntry>> host(HostId id) override;
  Result<HostEntry> host_by_key(const std::string& host_key, Instant now) override;
  Result<std::optional<RobotsRecord>> robots(HostId id) override;
  Result<std::vector<ProviderBlock>> provider_blocks() override;
  Result<DroppedPart> drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                 const std::string& why, std::size_t limit, Instant now) override;
  Result<Retried> retry(const UrlSelection& which, std::size_t limit, Instant now) override;
  Result<std::uint64_t> drop(const UrlSelection& which, std::size_t limit, Instant now) override;
  Result<void> set_wishes(HostId id, const HostWishes& wishes) override;
  Result<void> set_host_state(HostId id, const HostState& state) override;
  Result<void> set_robots(HostId id, const RobotsRecord& record) override;
  Result<void> set_note(const std::string& name, const std::string& value) override;
  Result<std::optional<std::string>> note(const std::string& name) override;
  Result<Tally> tally() override;
  Result<void> commit() override;

  // Copies the log into the file, between commits only. Passive: stops where readers still look.
  // `truncate` waits for them and empties the log (at shutdown). While the daemon runs, the bulk is
  // better copied by a SqliteCheckpointer on another thread; the log starts anew only when a
  // checkpoint reaches its end, which this one does since no commit can come between.
  Result<Checkpointed> checkpoint(bool truncate);
  int wal_pages() const { return wal_pages_; }  // in the log after the last commit
  void log_starts_anew() { wal_pages_ = 0; }    // a SqliteCheckpointer had its turn

  // Begins the transaction of the verbs to come. False: another program holds the write lock, also
  // after `wait`; nothing has changed. A verb that meets the lock answers Unavailable, which is not
  // final.
  Result<bool> try_begin(Millis wait);

  // An error, and final, once one of the store's files was deleted or replaced; commit() asks
  // before it answers. lost() tells it apart from other ends: the words, or empty.
  Result<void> check_files();
  const std::string& lost() const { return lost_; }

  // An error that another connection met with this file (the checkpointer's) ends this one, too:
  // nothing more is written, not even on the way out.
  void give_up(const Error& error);

  std::uint64_t fence() const { return fence_; }
  Db& db() { return db_; }

 private:
  struct KnownHost {
    HostId id = HostId::None;
    std::uint32_t bucket = 0;
  };
  struct Target {  // of an operator's verb
    UrlId id = UrlId::None;
    HostId host = HostId::None;
    Stored state = Stored::Queued;
  };
  struct UrlBefore {  // what a settlement goes by; no verb changes it while the URL is in flight
    Stored state = Stored::Queued;
    int attempts = 0;
    int tries = 0;
    std::optional<OutcomeClass> last_class;
    std::optional<std::int64_t> last_attempt;
    std::optional<std::int64_t> good_attempt;
  };
  struct NextPage {  // of a host's queue: the lease, or when one will be due
    std::optional<Lease> lease;
    UrlBefore before;
    std::optional<Instant> due;
  };
  struct Aloft;  // a flight's row
  struct Key;    // a candidate's place in the order of url_key

  SqliteStore(Db db, const SqliteOptions& options) : db_(std::move(db)), options_(options) {}
  Result<void> start();
  Result<void> configure();
  Result<void> load_counters();
  Result<std::int64_t> counted(std::string_view sql);

  // Every verb runs in one of these: the first may change, the second only looks.
  template <class Verb>
  auto change(Verb verb) -> decltype(verb());
  template <class Verb>
  auto look(Verb verb) -> decltype(verb());
  Result<void> begin();

  Result<KnownHost> known_host(const std::string& key, Instant now);
  Result<std::optional<std::string>> key_of_host(HostId id);
  void remember(const std::string& key, KnownHost host);
  Result<std::optional<HostEntry>> read_host(HostId id);
  Result<std::optional<Instant>> next_due(HostId id);
  Result<bool> has_fresh(HostId id);
  Result<void> write_host(HostId id, const HostState& state);
  Result<void> write_incident(HostId id, const Incident& incident);
  Result<void> write_egress(const Settlement& settlement);
  Result<void> read_egress(HostEntry& entry);
  Result<void> read_name_rest(HostEntry& entry);
  Result<void> clear_egress(HostId host);
  Result<void> write_robots(HostId id, const RobotsRecord& record);

  Result<std::vector<Key>> keys_of(std::span<const Candidate> candidates, Instant now);
  Result<void> find_known(std::span<const Candidate> candidates, const std::vector<Key>& keys,
                          std::vector<Admission>& answers);
  Result<void> find_known_in(std::span<const Candidate> candidates, std::span<const Key> same,
                             std::vector<Admission>& answers);
  Result<void> add_fresh(std::span<const Candidate> candidates, const std::vector<Key>& keys,
                         std::vector<Admission>& answers, Instant now);

  Result<NextPage> next_page(HostId host, Instant now);
  Result<void> take_off(Lease& lease, const UrlBefore& before, Instant now, Millis term);
  Result<void> read_validators(Lease& lease, std::int64_t good_attempt);
  Result<std::vector<Aloft>> flights_until(Instant expiry);
  Result<void> end_flight(const Aloft& flight);
  Result<void> suspect(std::span<const Aloft> in_hand, int crashes_max, Instant now);
  Result<void> quarantine(const Aloft& flight, int crashes, Instant now);

  Result<bool> settle_one(const Settlement& settlement, Instant now);
  Result<void> settle_url(const Settlement& settlement, Instant now);
  Result<UrlBefore> url_before(const Lease& lease);
  Result<std::int64_t> add_attempt(const Settlement& settlement, int number,
                                   std::optional<std::int64_t> previous);
  Result<std::int64_t> archive_id(const std::string& file);

  Result<std::vector<Target>> targets(Statement& statement);
  Result<std::optional<Target>> pick_one(const UrlSelection& which, bool again, Instant now);
  Result<std::vector<Target>> pick_again(const UrlSelection& which, std::size_t limit, Instant now);
  Result<std::vector<Target>> pick_again_of_host(HostId host,
                                                 const std::optional<std::string_view>& cls,
                                                 std::size_t limit, Instant now);
  Result<std::vector<Target>> pick_queued(const UrlSelection& which, std::size_t limit);
  Result<void> again(const Target& target, Instant now);
  Result<void> drop_target(const Target& target, DropReason because, std::string_view why,
                           Instant now);
  Result<void> start_anew(HostId host, bool ends_rest, Retried& done, Instant now);
  Result<void> start_anew_all(const UrlSelection& which, std::size_t limit, Retried& done,
                              Instant now);

  Db db_;
  SqliteOptions options_;
  Prepared sql_;
  Books books_;
  bool open_ = false;  // a transaction is
  std::int64_t changes_at_begin_ = 0;
  std::optional<Error> broken_;
  FileIdentity files_;
  std::string lost_;
  int wal_pages_ = 0;
  std::uint64_t fence_ = 0;
  bool has_egress_blocks_ = false;  // without any, no host is asked for its own
  std::int64_t next_host_ = 1;
  std::int64_t next_url_ = 1;
  std::int64_t next_attempt_ = 1;
  std::int64_t next_lease_ = 1;
  std::int64_t in_flight_ = 0;                         // of queued URLs
  std::int64_t in_flight_revisit_ = 0;                 // of done ones
  std::unordered_map<std::int64_t, UrlBefore> aloft_;  // by lease: the flights of this process
  std::unordered_map<std::string, KnownHost> host_by_key_;
  std::unordered_map<std::int64_t, std::string> key_by_host_;
  std::unordered_map<std::string, std::int64_t> archives_;
};

template <class Verb>
auto SqliteStore::change(Verb verb) -> decltype(verb()) {
  if (broken_) return fail(*broken_);
  if (auto begun = begin(); !begun) {
    if (!options_.read_only) give_up(begun.error());
    return fail(std::move(begun).error());
  }
  auto result = verb();
  if (!result) give_up(result.error());
  return result;
}

template <class Verb>
auto SqliteStore::look(Verb verb) -> decltype(verb()) {
  if (broken_) return fail(*broken_);
  auto result = verb();
  if (!result) give_up(result.error());
  return result;
}

}  // namespace frontierd
