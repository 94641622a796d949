// The layer that gathers what is appended to the log: fewer writes, the same promises.
#include "store/sqlite/log_vfs.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "frontiersim/power_vfs.h"
#include "store/sqlite/db.h"

namespace frontierd {
namespace {

constexpr const char* kFile = "/log_vfs.db";

class LogVfs : public ::testing::Test {
 protected:
  Db open(const std::string& vfs) {
    auto db = Db::open(kFile, Db::Mode::Write, vfs);
    EXPECT_TRUE(db.has_value()) << db.error().what;
    ok(db->exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0"));
    return std::move(*db);
  }
  std::string layer() {
    auto name = log_vfs_over("power");
    EXPECT_TRUE(name.has_value());
    return *name;
  }
  // Some sixty pages in one transaction; the writes that the disk saw for it.
  std::uint64_t writes_of_a_commit(Db& db) {
    ok(db.exec("CREATE TABLE IF NOT EXISTS t (x BLOB)"));
    const std::uint64_t before = disk_.tally().writes;
    ok(
        db.exec("BEGIN; WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
                "INSERT INTO t SELECT zeroblob(3900) FROM n; COMMIT"));
    return disk_.tally().writes - before;
  }
  static void ok(const Result<void>& done) { EXPECT_TRUE(done.has_value()) << done.error().what; }

  PowerDisk disk_{7};
  PowerVfs vfs_{disk_};
};

TEST_F(LogVfs, ACommitOfManyPagesIsAFewWrites) {
  Db plain = open("power");
  EXPECT_GT(writes_of_a_commit(plain), 120u);
  Db layered = open(layer());
  EXPECT_LT(writes_of_a_commit(layered), 5u);
}

TEST_F(LogVfs, AnotherConnectionReadsWhatWasCommittedAtOnce) {
  Db writer = open(layer());
  writes_of_a_commit(writer);
  Db reader = open("power");
  EXPECT_EQ(*reader.number("SELECT count(*) FROM t"), 60);
}

TEST_F(LogVfs, ATransactionReadsItsOwnPagesBackFromTheLog) {
  Db db = open(layer());
  ok(db.exec("PRAGMA cache_size = 5; CREATE TABLE t (x BLOB); BEGIN"));  // spills into the log
  ok(
      db.exec("WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
              "INSERT INTO t SELECT zeroblob(3000) FROM n"));
  EXPECT_EQ(*db.number("SELECT sum(length(x)) FROM t"), 600'000);
  ok(db.exec("COMMIT"));
  EXPECT_EQ(*db.number("SELECT count(*) FROM t"), 200);
}

TEST_F(LogVfs, AWriteThatFailsLaterIsKnownBeforeTheCommitIsAcknowledged) {
  Db db = open(layer());
  ok(db.exec("CREATE TABLE t (x BLOB)"));
  disk_.plan({1, DiskFault::Full, true});
  const auto done = db.exec("INSERT INTO t VALUES (zeroblob(100))");
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::NoSpace);
}

TEST_F(LogVfs, AVfsThatIsNotThereIsNamed) {
  const auto name = log_vfs_over("nowhere");
  ASSERT_FALSE(name.has_value());
  EXPECT_NE(name.error().what.find("\"nowhere\""), std::string::npos);
}

}  // namespace
}  // namespace frontierd
