#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "contract/harness.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

class SqliteErrors : public ::testing::Test {
 protected:
  Error open_error(const std::string& path, const SqliteOptions& options = {}) {
    const auto store = SqliteStore::open(path, options);
    EXPECT_FALSE(store.has_value());
    return store ? Error{} : store.error();
  }
  static bool says(const Error& error, const std::string& words) {
    return error.what.find(words) != std::string::npos;
  }
  std::vector<Candidate> many(int from, int count) {
    std::vector<Candidate> batch;
    for (int i = from; i < from + count; ++i) {
      batch.push_back(candidate("https://a.example/" + std::to_string(i) + std::string(200, 'x')));
    }
    return batch;
  }

  TempDir dir_;
  std::string path_ = dir_.path("frontier.db");
};

TEST_F(SqliteErrors, AFileThatIsNoDatabaseIsRefusedWithAWayOut) {
  std::ofstream(path_) << std::string(8'192, '#');
  const Error error = open_error(path_);
  EXPECT_EQ(error.code, Errc::Corrupt);
  EXPECT_TRUE(says(error, path_) && says(error, "integrity_check")) << error.what;
}

TEST_F(SqliteErrors, ADamagedDatabaseSaysSoWhenTheDamageIsMet) {
  {
    auto store = ok(SqliteStore::open(path_));
    ok(store->admit(many(0, 3'000), kNoon));
    ok(store->commit());
    ok(store->checkpoint(true));
  }
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4'096);
  file << std::string(600'000, '\xee');
  file.close();
  Error error;
  if (auto store = SqliteStore::open(path_); !store) {
    error = store.error();
  } else {
    const auto admitted = (*store)->admit(many(0, 3'000), kNoon);
    ASSERT_FALSE(admitted.has_value());
    error = admitted.error();
  }
  EXPECT_EQ(error.code, Errc::Corrupt) << error.what;
}

TEST_F(SqliteErrors, AFileOfANewerVersionIsRefused) {
  ok(SqliteStore::open(path_));
  {
    Db db = ok(Db::open(path_, Db::Mode::Write, ""));
    ok(db.exec("PRAGMA user_version = 99"));
  }
  const Error error = open_error(path_);
  EXPECT_EQ(error.code, Errc::TooNew);
  EXPECT_TRUE(says(error, "99") && says(error, "newer")) << error.what;
  EXPECT_EQ(SqliteInspector::open(path_).error().code, Errc::TooNew);
}

TEST_F(SqliteErrors, AnotherProgramsDatabaseIsLeftAlone) {
  {
    Db db = ok(Db::open(path_, Db::Mode::Write, ""));
    ok(db.exec("CREATE TABLE cookies (name TEXT)"));
  }
  EXPECT_EQ(open_error(path_).code, Errc::Conflict);
  Db db = ok(Db::open(path_, Db::Mode::Read, ""));
  EXPECT_EQ(ok(db.number("SELECT count(*) FROM sqlite_schema")), 1);
}

TEST_F(SqliteErrors, ADirectoryThatIsNotThereIsNamed) {
  const Error error = open_error(dir_.path("missing/frontier.db"));
  EXPECT_EQ(error.code, Errc::Io);
  EXPECT_TRUE(says(error, "missing/frontier.db") && says(error, "directory")) << error.what;
}

TEST_F(SqliteErrors, AReadOnlyDirectoryIsAnErrorThatSaysWhy) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const std::string closed = dir_.path("closed");
  std::filesystem::create_directory(closed);
  chmod(closed.c_str(), 0500);
  const Error error = open_error(closed + "/frontier.db");
  chmod(closed.c_str(), 0700);
  EXPECT_EQ(error.code, Errc::Io);
  EXPECT_TRUE(says(error, "writable")) << error.what;
}

TEST_F(SqliteErrors, AFullDiskStopsTheStoreAndLosesNothingAcknowledged) {
  {
    SqliteOptions options;
    options.pages_max = 200;
    auto store = ok(SqliteStore::open(path_, options));
    ok(store->admit(many(0, 100), kNoon));
    ok(store->commit());
    const auto admitted = store->admit(many(100, 10'000), kNoon);
    ASSERT_FALSE(admitted.has_value());
    EXPECT_EQ(admitted.error().code, Errc::NoSpace);
    EXPECT_TRUE(says(admitted.error(), "free disk space")) << admitted.error().what;
    EXPECT_EQ(store->commit().error().code, Errc::NoSpace);
    EXPECT_EQ(store->tally().error().code, Errc::NoSpace);
    EXPECT_EQ(store->set_note("a", "b").error().code, Errc::NoSpace);
  }
  auto store = ok(SqliteStore::open(path_));
  EXPECT_EQ(ok(store->tally()).queued, 100u);
  EXPECT_EQ(ok(store->db().number("SELECT count(*) FROM url")), 100);
}

TEST_F(SqliteErrors, AStoreOpenedForReadingChangesNothing) {
  ok(SqliteStore::open(path_));
  SqliteOptions options;
  options.read_only = true;
  auto store = ok(SqliteStore::open(path_, options));
  EXPECT_EQ(store->fence(), 1u);
  EXPECT_EQ(store->set_note("a", "b").error().code, Errc::Conflict);
  EXPECT_EQ(ok(store->tally()).queued, 0u);
  EXPECT_EQ(open_error(dir_.path("none.db"), options).code, Errc::Io);
}

TEST_F(SqliteErrors, ASecondWriterIsToldToWait) {
  auto store = ok(SqliteStore::open(path_));
  ok(store->set_note("a", "b"));
  Db other = ok(Db::open(path_, Db::Mode::Write, ""));
  ok(other.exec("PRAGMA busy_timeout = 1"));
  const auto begun = Transaction::begin(other);
  ASSERT_FALSE(begun.has_value());
  EXPECT_EQ(begun.error().code, Errc::Unavailable);
}

}  // namespace
}  // namespace frontierd
