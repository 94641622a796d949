#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "contract/harness.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {
namespace {

constexpr auto kGolden = TESTS_DIR "/golden/query_plans.txt";
// Tables that stay small whatever the frontier's size: what is in flight, and one row a name.
const std::vector<std::string> kMayBeScanned{"flight", "f",     "tally",
                                             "c",      "chain", "egress_provider"};
// Indexes of few rows: what was in flight at our last crashes, and whom we gave up.
const std::vector<std::string> kFew{"USING INDEX url_crashes", "USING INDEX host_exhausted"};

std::string plan_of(Db& db, const std::string& sql) {
  Statement explain = ok(db.prepare("EXPLAIN QUERY PLAN " + sql));
  std::string plan;
  for (Rows rows(explain); ok(rows.next());) plan += "  " + rows->text(3) + "\n";
  return plan;
}

std::string all_plans(Db& db) {
  std::string plans;
  for (const std::string_view file : {writer_queries(), inspector_queries()}) {
    for (const auto& [name, sql] : parse_queries(file)) {
      const std::string plan = plan_of(db, sql);
      if (!plan.empty()) plans += name + "\n" + plan;
    }
  }
  return plans;
}

class SqlitePlans : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteStore> store_ = ok(SqliteStore::open(":memory:"));
};

TEST_F(SqlitePlans, AreThoseInTheGoldenFile) {
  const std::string plans = all_plans(store_->db());
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(kGolden) << plans;
  std::ostringstream golden;
  golden << std::ifstream(kGolden).rdbuf();
  EXPECT_EQ(plans, golden.str()) << "if this is meant: UPDATE_GOLDEN=1, and read the difference";
}

TEST_F(SqlitePlans, ReadNoTableThatGrowsFromEndToEnd) {
  std::istringstream plans(all_plans(store_->db()));
  std::string query;
  for (std::string line; std::getline(plans, line);) {
    if (line[0] != ' ') query = line;
    const auto scan = line.find("SCAN ");
    if (scan == std::string::npos || line.find("CONSTANT ROW") != std::string::npos) continue;
    const std::string table(split(std::string_view(line).substr(scan + 5), ' ')[0]);
    const bool small = std::count(kMayBeScanned.begin(), kMayBeScanned.end(), table) > 0;
    const bool few = std::any_of(kFew.begin(), kFew.end(), [&](const std::string& index) {
      return line.find(index) != std::string::npos;
    });
    EXPECT_TRUE(small || few) << query << ":" << line;
  }
}

}  // namespace
}  // namespace frontierd
