// The labelled responses of tests/golden: what the classifier must name, and what it may not miss.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>

#include "frontierctl/classify_input.h"
#include "rules/classify.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

struct Tally {
  int cases = 0;
  int exact = 0;
  int scope = 0;
};

std::string text_at(const boost::json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}

bool is_acceptable(const boost::json::object& want, std::string_view got) {
  const auto& names = want.at("acceptable").as_array();
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return std::string_view(name.as_string()) == got; });
}

void check_wait(const boost::json::object& want, const Outcome& outcome, const std::string& id) {
  const auto& asked = want.at("retry_after_seconds");
  ASSERT_EQ(outcome.wait.has_value(), !asked.is_null()) << id;
  if (!outcome.wait) return;
  EXPECT_EQ(outcome.wait->length, Seconds{asked.as_int64()}) << id;
}

// Every case must be acceptable, ask for the right wait and bring evidence; no real page may be
// called anything else. The tally is for the shares.
Tally run_golden(const std::string& name) {
  Tally tally;
  std::ifstream lines(std::string(TESTS_DIR) + "/golden/" + name);
  EXPECT_TRUE(lines.good()) << name;
  for (std::string line; std::getline(lines, line);) {
    std::string id;
    const auto report = report_from_json(line, &id);
    EXPECT_TRUE(report.has_value()) << line;
    const Outcome outcome = classify(*report, SignatureTable::built_in());
    const boost::json::object want = boost::json::parse(line).as_object();
    const std::string label = text_at(want, "label");
    ++tally.cases;
    tally.exact += to_string(outcome.cls) == label;
    tally.scope += to_string(outcome.scope) == text_at(want, "scope");
    EXPECT_TRUE(is_acceptable(want, to_string(outcome.cls)))
        << id << ": " << to_string(outcome.cls) << " by " << outcome.evidence.front().rule;
    EXPECT_EQ(outcome.cls == OutcomeClass::Fetched, label == "fetched") << id;
    EXPECT_FALSE(outcome.evidence.empty()) << id;
    check_wait(want, outcome, id);
  }
  return tally;
}

TEST(ClassifyGolden, TheLabelledResponsesGetTheirClassAndScope) {
  const Tally tally = run_golden("responses.jsonl");
  EXPECT_EQ(tally.cases, 153);
  EXPECT_GE(tally.exact, tally.cases * 97 / 100);
  EXPECT_GE(tally.scope, tally.cases * 95 / 100);
}

TEST(ClassifyGolden, OtherVendorsWordingsAndRealPagesGetTheirClassAndScope) {
  const Tally tally = run_golden("responses_more.jsonl");
  EXPECT_GE(tally.cases, 790);
  EXPECT_GE(tally.exact, tally.cases * 97 / 100);
  EXPECT_GE(tally.scope, tally.cases * 95 / 100);
}

}  // namespace
}  // namespace frontierd
