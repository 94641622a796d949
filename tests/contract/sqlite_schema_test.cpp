#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include "base/random.h"
#include "contract/readme_queries.h"
#include "contract/store_pair.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

class SqliteSchema : public ::testing::Test {
 protected:
  // A life of a few hundred verbs, so that every table has rows.
  void fill(SqliteStore& store) {
    struct Alone final : Frontier {
      Alone(SqliteStore& s, Inspector& i) : store_(s), inspector_(i) {}
      Store& store() override { return store_; }
      Inspector& inspector() override { return inspector_; }
      void crash() override {}
      SqliteStore& store_;
      Inspector& inspector_;
    };
    const auto inspector = ok(SqliteInspector::within(store));
    Alone alone(store, *inspector);
    const auto memory = memory_frontier();
    Rng rng(11);
    StorePair pair(
        alone, *memory, [&](std::uint64_t bound) { return rng.below(bound); }, false);
    for (int step = 0; step < 300; ++step) ASSERT_EQ(pair.step(), std::nullopt);
    ok(store.commit());
  }

  TempDir dir_;
  std::string path_ = dir_.path("frontier.db");
};

TEST_F(SqliteSchema, EveryEarlierVersionIsBroughtUpToDateWithItsRows) {
  const auto migrations = frontier_migrations();
  for (std::size_t known = 1; known <= migrations.size(); ++known) {
    const std::string path = dir_.path("v" + std::to_string(known) + ".db");
    {
      Db db = ok(Db::open(path, Db::Mode::Write, ""));
      ok(migrate(db, migrations.first(known)));
      std::ostringstream rows;
      rows << std::ifstream(TESTS_DIR "/contract/fixtures/v" + std::to_string(known) + ".sql")
                  .rdbuf();
      ASSERT_FALSE(rows.str().empty());
      ok(db.exec(rows.str()));
    }
    auto store = ok(SqliteStore::open(path));
    EXPECT_EQ(store->fence(), 8u);
    EXPECT_EQ(ok(store->tally()), (Tally{1, 1, 1, 1, 2}));
    const auto inspector = ok(SqliteInspector::open(path));
    const auto gone = ok(inspector->url("https://a.example/gone"));
    ASSERT_TRUE(gone.has_value());
    EXPECT_EQ(gone->dropped_because, DropReason::Gone);
    EXPECT_EQ(gone->why, "404 Not Found");
    EXPECT_EQ(ok(store->reclaim(kNoon, true, true, 5)), std::vector{HostId{1}});
    EXPECT_EQ(ok(store->tally()), (Tally{2, 0, 1, 1, 2}));
    EXPECT_TRUE(ok(store->robots(HostId{1})).has_value());
  }
}

TEST_F(SqliteSchema, MigrationsRunInOrderOnceAndAFailedOneLeavesTheFileAsItWas) {
  const std::array<Migration, 3> steps{
      {{1, "CREATE TABLE one (a)"},
       {2, "CREATE TABLE two (a); INSERT INTO one VALUES (1)"},
       {3, "CREATE TABLE three (a); INSERT INTO nowhere VALUES (1)"}}};
  Db db = ok(Db::open(path_, Db::Mode::Write, ""));
  ok(migrate(db, std::span(steps).first(1)));
  ok(migrate(db, std::span(steps).first(2)));
  ok(migrate(db, std::span(steps).first(2)));
  EXPECT_EQ(ok(db.number("SELECT count(*) FROM one")), 1);
  const auto failed = migrate(db, steps);
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().what.find("migration 3"), std::string::npos);
  EXPECT_EQ(ok(db.number("PRAGMA user_version")), 2);
  EXPECT_EQ(ok(db.number("SELECT count(*) FROM sqlite_schema WHERE name = 'three'")), 0);
}

TEST_F(SqliteSchema, IllegalStatesAreRefusedByTheFileItself) {
  auto store = ok(SqliteStore::open(path_));
  ok(store->admit(std::vector{candidate("https://a.example/1")}, kNoon));
  ok(store->commit());
  for (const char* sql :
       {"UPDATE url SET state = 'leased'", "UPDATE url SET state = 'dropped', due_at = NULL",
        "UPDATE url SET dropped_because = 'gone'", "UPDATE url SET due_at = NULL",
        "UPDATE url SET state = 'dropped', due_at = NULL, dropped_because = 'bored'",
        "UPDATE url SET state = 'dropped', dropped_because = 'gone'",
        "UPDATE url SET last_class = 'fine'", "UPDATE url SET priority = 10",
        "UPDATE url SET bucket = 1024", "UPDATE host SET breaker = 'ajar'",
        "UPDATE host SET rest_class = 'tired'", "UPDATE host_tally SET queued = -1",
        "INSERT INTO host (key, bucket, added_at) VALUES ('https://a.example', 0, 0)",
        "INSERT INTO flight VALUES (-1, 1, 'page', 1, NULL, 0, 1, 0, 0)",
        "INSERT INTO flight VALUES (1, 1, 'probe', 1, 'https://a.example/', 0, 1, 0, 0)",
        "INSERT INTO robots VALUES (1, 'maybe', 0, 0, NULL, 200, '', '')"}) {
    EXPECT_FALSE(store->db().exec(sql).has_value()) << sql;
  }
}

TEST_F(SqliteSchema, EveryNameInTheCodeIsOneTheFileAccepts) {
  auto store = ok(SqliteStore::open(path_));
  const HostId host = ok(store->host_by_key("https://a.example", kNoon)).id;
  for (int i = 0; i < kOutcomeClasses; ++i) {
    HostState state;
    state.rest_cls = static_cast<OutcomeClass>(i);
    state.breaker = static_cast<Breaker>(i % 4);
    ok(store->set_host_state(host, state));
  }
  for (int i = 0; i < kDropReasons; ++i) {
    ok(store->admit(std::vector{candidate("https://a.example/" + std::to_string(i))}, kNoon));
    EXPECT_EQ(ok(store->drop_queue(host, {}, static_cast<DropReason>(i), "", 1, kNoon)).dropped,
              1u);
  }
  ok(store->commit());
  EXPECT_EQ(ok(ok(SqliteInspector::open(path_))->drops_by_reason()).size(),
            static_cast<std::size_t>(kDropReasons));
}

TEST_F(SqliteSchema, AFilledFileIsSoundAndItsReferencesHold) {
  auto store = ok(SqliteStore::open(path_));
  fill(*store);
  Db db = ok(Db::open(path_, Db::Mode::Read, ""));
  Statement check = ok(db.prepare("PRAGMA integrity_check"));
  Rows rows(check);
  ASSERT_TRUE(ok(rows.next()));
  EXPECT_EQ(rows->text(0), "ok");
  EXPECT_EQ(ok(db.number("SELECT count(*) FROM pragma_foreign_key_check")), 0);
  EXPECT_EQ(
      ok(db.number("SELECT count(*) FROM url AS u WHERE NOT EXISTS (SELECT 1 FROM url_key AS k "
                   "WHERE k.url_id = u.id AND k.host_id = u.host_id)")),
      0);
  EXPECT_EQ(ok(db.number("SELECT count(*) FROM host_tally AS t WHERE t.queued <> (SELECT count(*) "
                         "FROM url WHERE host_id = t.host_id AND state = 'queued')")),
            0);
}

TEST_F(SqliteSchema, NoRowSaysFetchedOfWhatWasNot) {
  auto store = ok(SqliteStore::open(path_));
  fill(*store);
  Db db = ok(Db::open(path_, Db::Mode::Read, ""));
  const std::string done = "SELECT count(*) FROM attempts WHERE verdict = 'done' AND class ";
  EXPECT_GT(ok(db.number(done + "<> 'fetched'")), 0) << "the test shows nothing";
  EXPECT_EQ(ok(db.number(done + "<> 'fetched' AND why LIKE 'fetched%'")), 0);
  EXPECT_EQ(ok(db.number("SELECT count(*) FROM troubles WHERE why LIKE 'fetched%'")), 0);
  EXPECT_GT(ok(db.number(done + "= 'fetched' AND why LIKE 'fetched%'")), 0);
}

TEST_F(SqliteSchema, AHostWhoseRobotsCannotBeHadIsWaitingAndSaysWhyAndUntilWhen) {
  auto store = ok(SqliteStore::open(path_));
  ok(store->admit(std::vector{candidate("https://a.example/1")}, kNoon));
  const HostId host = ok(store->host_by_key("https://a.example", kNoon)).id;
  RobotsRecord record;
  record.why = "robots.txt answered 500 (overloaded); nothing is fetched until it answers";
  record.status = 500;
  record.expires_at = kNoon + Seconds{300};
  ok(store->set_robots(host, record));
  ok(store->commit());
  Db db = ok(Db::open(path_, Db::Mode::Read, ""));
  Statement query = ok(db.prepare(
      "SELECT condition, robots, robots_status, robots_why, robots_until FROM hosts"));
  Rows rows(query);
  ASSERT_TRUE(ok(rows.next()));
  EXPECT_EQ(rows->text(0), "waiting");
  EXPECT_EQ(rows->text(1), "disallow_all");
  EXPECT_EQ(rows->number(2), 500);
  EXPECT_EQ(rows->text(3), record.why);
  EXPECT_EQ(rows->text(4), to_iso(record.expires_at));
}

TEST_F(SqliteSchema, CollidingHashesAreToldApartByTheirText) {
  auto store = ok(SqliteStore::open(path_));
  ok(store->admit(std::vector{candidate("https://a.example/1")}, kNoon));
  ok(store->commit());
  // The same place in the index for another text: as if their hashes were equal.
  ok(store->db().exec("UPDATE url SET url = 'https://a.example/other'"));
  const auto answer = ok(store->admit(std::vector{candidate("https://a.example/1")}, kNoon));
  EXPECT_TRUE(answer[0].fresh);
  EXPECT_EQ(ok(store->tally()).queued, 2u);
  EXPECT_FALSE(ok(store->admit(std::vector{candidate("https://a.example/1")}, kNoon))[0].fresh);
}

TEST_F(SqliteSchema, TheQueriesOfTheReadmeRunOnAFilledFileWhileTheWriterIsBusy) {
  auto store = ok(SqliteStore::open(path_));
  fill(*store);
  // One URL that waits after a try, and one that is due.
  const Instant later =
      from_unix_ms((ok(store->db().number("SELECT unixepoch()")) + 3'600) * 1'000);
  const auto known = ok(store->admit(std::vector{candidate("https://w.example/1")}, kNoon));
  const std::vector<LeaseRequest> request{{known[0].host, Purpose::Page, ""}};
  const auto leases = ok(store->lease(request, kNoon, Seconds{60})).leases;
  const Retry retry{later, false, false, "slower, please"};
  ok(store->settle(std::vector{landing(leases.at(0), OutcomeClass::RateLimited, retry)}, kNoon));
  ok(store->admit(std::vector{candidate("https://w.example/2")}, kNoon));
  ok(store->commit());
  ok(store->set_note("uncommitted", "x"));  // holds the write lock
  Db db = ok(Db::open(path_, Db::Mode::Read, ""));
  const auto queries = readme_queries();
  EXPECT_GE(queries.size(), 10u);
  std::map<std::string, int> counts;
  for (const auto& [name, sql] : queries) {
    Statement statement = ok(db.prepare(sql));
    Rows rows(statement);
    while (ok(rows.next())) ++counts[name];
  }
  for (const char* name : {"due_now", "waiting", "refusing_hosts", "give_ups_by_reason",
                           "newest_incidents", "progress"}) {
    EXPECT_GT(counts[name], 0) << name;
  }
}

TEST_F(SqliteSchema, AReaderSeesTheLastCommitAndNothingAfterIt) {
  auto store = ok(SqliteStore::open(path_));
  const auto inspector = ok(SqliteInspector::open(path_));
  ok(store->admit(std::vector{candidate("https://a.example/1")}, kNoon));
  EXPECT_FALSE(ok(inspector->url("https://a.example/1")).has_value());
  ok(store->commit());
  EXPECT_TRUE(ok(inspector->url("https://a.example/1")).has_value());
}

TEST_F(SqliteSchema, ACheckpointEmptiesTheLogAndTheNextCommitStartsItAnew) {
  auto store = ok(SqliteStore::open(path_));
  auto checkpointer = SqliteCheckpointer::open(path_);
  ASSERT_TRUE(checkpointer.has_value());
  for (int i = 0; i < 50; ++i) {
    ok(store->admit(std::vector{candidate("https://a.example/" + std::to_string(i))}, kNoon));
    ok(store->commit());
  }
  const int before = store->wal_pages();
  EXPECT_GT(before, 100);
  const Checkpointed done = ok(checkpointer->run());
  EXPECT_EQ(done.pages, before);
  EXPECT_EQ(done.copied, before);
  ok(store->set_note("a", "b"));
  EXPECT_EQ(store->checkpoint(false).error().code, Errc::Usage);
  ok(store->commit());
  EXPECT_LT(store->wal_pages(), 20);
  ok(store->checkpoint(true));
  EXPECT_EQ(std::filesystem::file_size(path_ + "-wal"), 0u);
}

TEST_F(SqliteSchema, TheLogIsBoundedEvenIfNobodyCheckpoints) {
  SqliteOptions options;
  options.wal_pages_max = 64;
  auto store = ok(SqliteStore::open(path_, options));
  for (int i = 0; i < 200; ++i) {
    ok(store->admit(std::vector{candidate("https://a.example/" + std::to_string(i))}, kNoon));
    ok(store->commit());
    EXPECT_LT(store->wal_pages(), 128);
  }
}

}  // namespace
}  // namespace frontierd
