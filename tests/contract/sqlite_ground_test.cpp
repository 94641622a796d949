// The ground that a SQLite store stands on: its files, its log, the locks of others, and numbers that
// nobody of ours has written.
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "contract/harness.h"
#include "rules/pace.h"
#include "rules/politeness.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/lock_holders.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/time_shift.h"

namespace frontierd {
namespace {

class SqliteGround : public ::testing::Test {
 protected:
  // Commits some KiB of new URLs.
  void write_some(SqliteStore& store, int round) {
    std::vector<Candidate> batch;
    for (int i = 0; i < 200; ++i) {
      batch.push_back(candidate("https://h" + std::to_string(i % 40) + ".example/" +
                                std::to_string(round * 1'000 + i) + std::string(300, 'x')));
    }
    ok(store.admit(batch, kNoon));
    ok(store.commit());
  }
  std::uintmax_t log_bytes() const { return std::filesystem::file_size(path_ + "-wal"); }

  TempDir dir_;
  std::string path_ = dir_.path("frontier.db");
};

// Three readers whose looks overlap, so that at every moment somebody reads from the log.
class OverlappingReaders {
 public:
  explicit OverlappingReaders(const std::string& path) {
    for (int i = 0; i < 3; ++i) {
      threads_.emplace_back([this, path, i] {
        Db db = ok(Db::open(path, Db::Mode::Read, ""));
        std::this_thread::sleep_for(std::chrono::milliseconds{10 * i});
        while (!stop_) {
          ok(db.exec("BEGIN"));
          ok(db.number("SELECT count(*) FROM host"));
          std::this_thread::sleep_for(std::chrono::milliseconds{30});
          ok(db.exec("COMMIT"));
          ++looks_;
        }
      });
    }
    while (looks_ < 6) std::this_thread::yield();
  }
  ~OverlappingReaders() {
    stop_ = true;
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> looks_ = 0;
  std::vector<std::jthread> threads_;
};

TEST_F(SqliteGround, TheLogStaysWithinItsBoundUnderReadersThatOverlap) {
  SqliteOptions options;
  options.wal_pages_max = 0;
  auto store = ok(SqliteStore::open(path_, options));
  auto checkpointer = SqliteCheckpointer::open(path_);
  ASSERT_TRUE(checkpointer.has_value());
  const OverlappingReaders readers(path_);
  constexpr int kPages = 1'024;
  int turns = 0;
  for (int round = 0; round < 150; ++round) {
    write_some(*store, round);
    if (store->wal_pages() <= kPages) continue;
    ok(checkpointer->run());
    ASSERT_TRUE(ok(checkpointer->turn(Seconds{20})));
    store->log_starts_anew();
    ++turns;
  }
  EXPECT_GT(turns, 3);  // much more was written than the bound
  EXPECT_LT(log_bytes(), 2u * kPages * 4'120u);
}

TEST_F(SqliteGround, AReaderThatStaysKeepsATurnWaitingForItsTimeOnlyAndIsNamed) {
  auto store = ok(SqliteStore::open(path_));
  write_some(*store, 0);
  Db reader = ok(Db::open(path_, Db::Mode::Read, ""));
  ok(reader.exec("BEGIN"));
  ok(reader.number("SELECT count(*) FROM host"));
  write_some(*store, 1);
  auto checkpointer = SqliteCheckpointer::open(path_);
  ASSERT_TRUE(checkpointer.has_value());
  EXPECT_FALSE(ok(checkpointer->turn(Millis{50})));
  write_some(*store, 2);
  ok(reader.exec("COMMIT"));
  EXPECT_TRUE(ok(checkpointer->turn(Seconds{20})));
  const int before = store->wal_pages();
  ok(store->set_note("a", "b"));
  ok(store->commit());
  EXPECT_LT(store->wal_pages(), before / 2);
}

TEST_F(SqliteGround, WhatGoesIntoADeletedOrReplacedFileIsNotAcknowledged) {
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    for (const bool replaced : {false, true}) {
      TempDir dir;
      const std::string path = dir.path("frontier.db");
      auto store = ok(SqliteStore::open(path));
      write_some(*store, 0);
      EXPECT_TRUE(store->check_files().has_value());
      std::filesystem::rename(path + suffix, path + suffix + ".away");
      if (replaced) std::filesystem::copy_file(path + suffix + ".away", path + suffix);
      ok(store->set_note("a", "b"));
      const auto committed = store->commit();
      ASSERT_FALSE(committed.has_value()) << suffix << replaced;
      EXPECT_NE(committed.error().what.find(path + suffix), std::string::npos);
      EXPECT_NE(committed.error().what.find(replaced ? "replaced" : "deleted"), std::string::npos);
      EXPECT_NE(committed.error().what.find("start again"), std::string::npos);
      EXPECT_FALSE(store->lost().empty());
      EXPECT_FALSE(store->set_note("a", "c").has_value());
    }
  }
}

TEST_F(SqliteGround, AnotherProgramsWriteLockIsWaitedForAndEndsNothing) {
  SqliteOptions options;
  options.busy_wait = Millis{1};
  auto store = ok(SqliteStore::open(path_, options));
  Db other = ok(Db::open(path_, Db::Mode::Write, ""));
  {
    const auto held = Transaction::begin(other);
    ASSERT_TRUE(held.has_value());
    EXPECT_FALSE(ok(store->try_begin(Millis{1})));
    const auto refused = store->set_note("a", "b");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Errc::Unavailable);
    EXPECT_TRUE(store->tally().has_value());
    EXPECT_TRUE(store->commit().has_value());  // nothing to commit
  }
  EXPECT_TRUE(ok(store->try_begin(Millis{1})));
  ok(store->set_note("a", "b"));
  ok(store->commit());
  EXPECT_EQ(ok(store->note("a")), "b");
}

TEST_F(SqliteGround, TheTimeOfACommitIsTold) {
  int commits = 0;
  SqliteOptions options;
  options.on_commit = [&](std::chrono::nanoseconds took) {
    EXPECT_GT(took.count(), 0);
    ++commits;
  };
  auto store = ok(SqliteStore::open(path_, options));
  const int before = commits;
  ok(store->commit());
  EXPECT_EQ(commits, before);  // there was none
  ok(store->set_note("a", "b"));
  ok(store->commit());
  EXPECT_EQ(commits, before + 1);
}

// Every integer column of every table, with every extreme that 64 bits have: opening may say that
// the file is damaged; nothing may overflow, no gap may become none, no wait may vanish.
class ExtremeValues : public SqliteGround {
 protected:
  void fill(const std::string& path) {
    auto store = ok(SqliteStore::open(path));
    ok(store->admit(std::vector{candidate("https://a.example/1"), candidate("https://a.example/2")},
                    kNoon));
    const auto host = ok(store->host_by_key("https://a.example", kNoon)).id;
    HostState state;
    state.breaker = Breaker::Closed;
    ok(store->set_host_state(host, state));
    HostWishes wishes;
    wishes.gap = Seconds{2};
    wishes.flights = 2;
    ok(store->set_wishes(host, wishes));
    const LeaseRequest request{host, Purpose::Page, {}};
    const auto leased = ok(store->lease(std::vector{request}, kNoon, Seconds{60}));
    ASSERT_EQ(leased.leases.size(), 1u);
    auto settlement = landing(leased.leases[0], OutcomeClass::Fetched, Done{});
    settlement.egress_block = EgressBlock{"direct", "", 1, kNoon, kNoon + Seconds{60}, "walled"};
    settlement.robots = RobotsRecord{};
    ok(store->settle(std::vector{settlement}, kNoon));
    ok(store->commit());
    ok(store->checkpoint(true));
  }
  static std::vector<std::string> integers(Db& db, const std::string& table) {
    std::vector<std::string> names;
    Statement statement = ok(db.prepare("SELECT name FROM pragma_table_info(?1) "
                                        "WHERE type = 'INTEGER'"));
    Rows rows(statement, std::string_view(table));
    while (ok(rows.next())) names.push_back(rows->text(0));
    return names;
  }
  void look(const std::string& path);
};

void ExtremeValues::look(const std::string& path) {
  const Instant now = kNoon + std::chrono::hours{1};
  auto opened = SqliteStore::open(path);
  if (!opened) {
    EXPECT_EQ(opened.error().code, Errc::Corrupt);
    return;
  }
  SqliteStore& store = **opened;
  const Tally tally = ok(store.tally());
  for (const std::uint64_t count : {tally.queued, tally.done, tally.dropped, tally.leased}) {
    EXPECT_LT(count, std::uint64_t{1} << 63);
  }
  auto entry = ok(store.host_by_key("https://a.example", now));
  const HostState state = within_range(entry.state, now);
  const Policy policy;
  const Pace pace = pace_of(policy.pace, HostRule{}, entry.wishes, state, now);
  EXPECT_GE(pace.from_start(), policy.pace.gap_min);
  EXPECT_LE(pace.from_start(), std::chrono::hours{24 * 64});
  EXPECT_GT(now + pace.from_start(), now);
  // What is learnt from here on holds as ever.
  Outcome outcome;
  outcome.cls = OutcomeClass::RateLimited;
  outcome.scope = Scope::Host;
  outcome.wait = AskedWait{Seconds{900}, "Retry-After"};
  FlightFacts facts;
  facts.started_at = now + Seconds{1};
  facts.landed_at = now + Seconds{2};
  facts.pace = pace;
  const HostChange change = settle(policy, state, outcome, facts, Dice{0.5});
  EXPECT_GE(change.state.rest_until, facts.landed_at + Seconds{900});
  EXPECT_TRUE(change.incident.has_value());

  const LeaseRequest request{entry.id, Purpose::Page, {}};
  const auto leased = ok(store.lease(std::vector{request}, now, Seconds{60}));
  for (const Lease& lease : leased.leases) {
    EXPECT_GE(lease.attempts, 0);
    ok(store.settle(std::vector{landing(lease, OutcomeClass::Gone, Done{})}, now));
  }
  ok(store.commit());
  auto inspector = ok(SqliteInspector::open(path));
  for (const UrlRecord& url : ok(inspector->urls(std::nullopt, UrlId::None, 100))) {
    EXPECT_GE(url.admitted_at, kLongAgo);
    ok(inspector->attempts(url.id, 10));
  }
  ok(inspector->host("https://a.example"));
  ok(inspector->drops_by_reason());
  ok(inspector->egress_blocks(HostId::None, 100));
}

TEST_F(ExtremeValues, NoStoredNumberOverflowsEndsAWaitOrBecomesAGapOfNothing) {
  const std::string filled = dir_.path("filled.db");
  fill(filled);
  std::vector<std::pair<std::string, std::string>> columns;
  {
    Db db = ok(Db::open(filled, Db::Mode::Read, ""));
    for (const char* table : {"host", "url", "robots", "egress_block", "host_tally", "tally",
                              "attempt", "flight", "meta"}) {
      for (const std::string& column : integers(db, table)) {
        if (column != "id" && column != "host_id" && column != "url_id") {
          columns.emplace_back(table, column);
        }
      }
    }
  }
  EXPECT_GT(columns.size(), 50u);
  for (const auto& [table, column] : columns) {
    for (const char* value : {"-9223372036854775808", "-1", "2147483648", "4294967296",
                              "4611686018427387904", "9223372036854775807"}) {
      SCOPED_TRACE(table + "." + column + " = " + value);
      for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
      std::filesystem::copy_file(filled, path_);
      {
        Db db = ok(Db::open(path_, Db::Mode::Write, ""));
        ok(db.exec("PRAGMA ignore_check_constraints = ON; UPDATE " + table + " SET " + column +
                   " = " + value));
      }
      look(path_);
    }
  }
}

TEST_F(ExtremeValues, AWaitThatIsBeyondAllRangeIsCutToAYearAndNotToNothing) {
  HostState state;
  state.rest_until = kNever;
  state.incident_at = kNever;
  const HostState cut = within_range(state, kNoon);
  EXPECT_GT(cut.rest_until, kNoon + std::chrono::hours{24 * 300});
  EXPECT_LE(cut.rest_until, kNoon + std::chrono::hours{24 * 366});
  EXPECT_EQ(cut.incident_at, kNoon);
}

using TimeShift = ExtremeValues;

TEST_F(TimeShift, EveryColumnThatHoldsATimeIsKnown) {
  fill(path_);
  Db db = ok(Db::open(path_, Db::Mode::Read, ""));
  Statement statement = ok(db.prepare(
      "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
      "WHERE t.type = 'table' AND c.type = 'INTEGER' AND "
      "(c.name = 'at' OR c.name = 'since' OR c.name GLOB '*_at' OR c.name GLOB '*_until' OR "
      "c.name GLOB '*_since' OR c.name GLOB 'not_before*')"));
  Rows rows(statement);
  std::size_t found = 0;
  while (ok(rows.next())) {
    const auto known = time_columns();
    ++found;
    EXPECT_TRUE(std::any_of(known.begin(), known.end(), [&](const TimeColumn& time) {
      return time.table == rows->view(0) && time.column == rows->view(1);
    })) << rows->text(0) << "." << rows->text(1);
  }
  EXPECT_EQ(found, time_columns().size());
}

TEST_F(TimeShift, MovesWhatIsPastAndWhatIsToComeByTheSameLength) {
  fill(path_);
  auto store = ok(SqliteStore::open(path_));
  const HostEntry before = ok(store->host_by_key("https://a.example", kNoon));
  HostState state = before.state;
  state.rest_until = kNoon + Seconds{900};
  state.history.good_at = kNoon;
  ok(store->set_host_state(before.id, state));
  ok(store->commit());
  const Millis by = std::chrono::hours{24 * 365 * 56};
  ok(shift_times(store->db(), by));
  const HostEntry after = ok(store->host_by_key("https://a.example", kNoon + by));
  EXPECT_EQ(after.state.rest_until, kNoon + by + Seconds{900});
  EXPECT_EQ(after.state.history.good_at, kNoon + by);
  EXPECT_EQ(after.state.incident_at, kLongAgo);  // it never was
  ok(store->commit());
  ok(shift_times(store->db(), -by));
  const HostState back = ok(store->host_by_key("https://a.example", kNoon)).state;
  EXPECT_EQ(back.rest_until, state.rest_until);
  EXPECT_EQ(to_text(back.history), to_text(state.history));
  EXPECT_EQ(back.slowed_at, state.slowed_at);
}

}  // namespace
}  // namespace frontierd
