// How often each row of the signature table held, decided and was wrong over the labelled responses.
//   test_classify --gtest_filter=SignatureTally.*     prints the rows as a table
#include "frontierctl/signature_tally.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace frontierd {
namespace {

void add_file(const std::string& name, SignatureTally& tally) {
  std::ifstream lines(std::string(TESTS_DIR) + "/golden/" + name);
  ASSERT_TRUE(lines.good()) << name;
  for (std::string line; std::getline(lines, line);) {
    const auto added = tally.add(line);
    ASSERT_TRUE(added.has_value()) << added.error().what << ": " << line;
  }
}

TEST(SignatureTally, ARowIsRightAboutALabelledResponseOrNamesItsSource) {
  const SignatureTable& table = SignatureTable::built_in();
  SignatureTally tally(table);
  add_file("responses.jsonl", tally);
  add_file("responses_more.jsonl", tally);
  std::printf("%-44s %6s %8s %6s %6s\n", "row", "held", "decided", "right", "wrong");
  for (const SignatureRow& row : table.rows()) {
    const RowTally& of = tally.of(row);
    std::printf("%-44s %6d %8d %6d %6d\n", row.id.c_str(), of.held, of.decided, of.right, of.wrong);
    EXPECT_TRUE(of.right > 0 || !row.source.empty())
        << row.id
        << " is right about no labelled response and names no source; give it one of both";
    EXPECT_EQ(of.wrong, 0) << row.id << " decided, and its class is not acceptable";
    EXPECT_TRUE(row.sample.empty() || of.sample_held)
        << row.id << " does not hold for its sample " << row.sample;
  }
}

}  // namespace
}  // namespace frontierd
