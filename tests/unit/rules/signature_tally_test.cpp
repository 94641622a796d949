// How often each row of the signature table held, decided and was wrong over the labelled responses.
//   test_classify --gtest_filter=SignatureTally.*     prints the rows as a table
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <map>

#include "frontierctl/classify_input.h"
#include "rules/classify.h"
#include "rules/signature_row.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

// Rows that were right about no labelled response and that name no source, on 2026-12-01. Only fewer
// are allowed: a new row comes with a labelled response or with its source. Lower it as rows gain one.
constexpr int kUnprovenMax = 219;

struct RowTally {
  int held = 0;
  int decided = 0;
  int right = 0;  // held, and its class was acceptable
  int wrong = 0;  // decided, and its class was not
};

bool is_acceptable(const boost::json::object& want, std::string_view got) {
  const auto& names = want.at("acceptable").as_array();
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return std::string_view(name.as_string()) == got; });
}

void count(const std::string& line, std::map<std::string, RowTally>& tallies,
           const std::map<std::string, OutcomeClass>& classes) {
  std::string id;
  const auto report = report_from_json(line, &id);
  ASSERT_TRUE(report.has_value()) << line;
  const Outcome outcome = classify(*report, SignatureTable::built_in());
  const boost::json::object want = boost::json::parse(line).as_object();
  bool first = true;
  for (const Evidence& evidence : outcome.evidence) {
    const auto row = classes.find(evidence.rule);
    if (row != classes.end()) {
      const bool names_only = evidence.strength == Strength::Name;
      const bool good = names_only || is_acceptable(want, to_string(row->second));
      RowTally& tally = tallies[row->first];
      ++tally.held;
      tally.decided += first && !names_only;
      tally.right += good;
      tally.wrong += first && !good;
    }
    first = false;
  }
}

TEST(SignatureTally, ARowIsRightAboutALabelledResponseOrNamesItsSource) {
  std::map<std::string, OutcomeClass> classes;
  for (const SignatureRow& row : SignatureTable::built_in().rows()) classes[row.id] = row.cls;
  std::map<std::string, RowTally> tallies;
  for (const char* name : {"responses.jsonl", "responses_more.jsonl"}) {
    std::ifstream lines(std::string(TESTS_DIR) + "/golden/" + name);
    ASSERT_TRUE(lines.good()) << name;
    for (std::string line; std::getline(lines, line);) count(line, tallies, classes);
  }
  int unproven = 0;
  std::printf("%-44s %6s %8s %6s %6s\n", "row", "held", "decided", "right", "wrong");
  for (const SignatureRow& row : SignatureTable::built_in().rows()) {
    const RowTally tally = tallies[row.id];
    const bool proven = tally.right > 0 || !row.source.empty();
    unproven += !proven;
    std::printf("%-44s %6d %8d %6d %6d%s\n", row.id.c_str(), tally.held, tally.decided, tally.right,
                tally.wrong, proven ? "" : "  unproven");
    EXPECT_EQ(tally.wrong, 0) << row.id << " decided, and its class is not acceptable";
  }
  std::printf("%d rows unproven\n", unproven);
  EXPECT_LE(unproven, kUnprovenMax) << "a new row needs a labelled response or a source";
}

}  // namespace
}  // namespace frontierd
