#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "rules/url.h"
#include "support/tsv.h"
#include "support/wpt.h"

namespace frontierd {
namespace {

using test::WptCase;
using Key = std::tuple<std::string, std::string, std::string>;  // file, base, input

std::string ours(const WptCase& wpt) {
  if (wpt.base.empty()) {
    const auto url = Url::parse(wpt.input);
    return url ? url->text() : "!" + std::string(to_string(url.error()));
  }
  const auto base = Url::parse(wpt.base);
  if (!base) return "!base " + std::string(to_string(base.error()));
  const auto url = base->resolve(wpt.input);
  return url ? url->text() : "!" + std::string(to_string(url.error()));
}

bool agrees(const std::string& answer, const WptCase& wpt) {
  return wpt.expected == "failure" ? answer.starts_with('!') : answer == wpt.expected;
}

std::string as_row(const WptCase& wpt, const std::string& answer) {
  return wpt.file + '\t' + test::tsv_escape(wpt.base) + '\t' + test::tsv_escape(wpt.input) + '\t' +
         test::tsv_escape(answer) + '\t' + "(expected " + test::tsv_escape(wpt.expected) + ")";
}

TEST(UrlWpt, TheTestDataIsThere) {
  EXPECT_GT(test::read_wpt_cases().size(), 500u);
}

TEST(UrlWpt, EveryWebCaseAgreesOrIsAListedDifference) {
  std::map<Key, test::TsvRow> listed;
  for (test::TsvRow& row : test::read_tsv(TESTS_DIR "/golden/wpt/differences.tsv")) {
    ASSERT_EQ(row.fields.size(), 5u) << "differences.tsv:" << row.line;
    const Key key{row.at(0), row.at(1), row.at(2)};
    EXPECT_TRUE(listed.emplace(key, row).second) << "twice: differences.tsv:" << row.line;
  }
  std::map<Key, bool> seen;
  for (const WptCase& wpt : test::read_wpt_cases()) {
    const std::string answer = ours(wpt);
    const Key key{wpt.file, wpt.base, wpt.input};
    const auto difference = listed.find(key);
    seen[key] = true;
    if (difference == listed.end()) {
      EXPECT_TRUE(agrees(answer, wpt)) << "to list it:\n" << as_row(wpt, answer);
      continue;
    }
    const std::size_t line = difference->second.line;
    EXPECT_FALSE(agrees(answer, wpt)) << "differs no longer: differences.tsv:" << line;
    EXPECT_EQ(answer, difference->second.at(3)) << "differences.tsv:" << line;
  }
  for (const auto& [key, row] : listed) {
    EXPECT_TRUE(seen.contains(key)) << "no such case: differences.tsv:" << row.line;
  }
}

}  // namespace
}  // namespace frontierd
