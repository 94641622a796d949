// The files of lib/rules/signatures/ as the build joins them: the program holds what they say, and
// a mistake in them is told with its file and line.
#include "rules/signature_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "packed_signatures.h"
#include "rules/signature_expand.h"
#include "rules/signature_pack.h"
#include "rules/signature_sign.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

namespace fs = std::filesystem;

SignatureFolder folder_of_the_tree() {
  const fs::path top = fs::path(TESTS_DIR) / "../lib/rules/signatures";
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const fs::path path = entry.path();
    if (path.extension() != ".toml" && path.extension() != ".txt") continue;
    std::ifstream in(path, std::ios::binary);
    files.emplace_back(path.lexically_relative(top).generic_string(),
                       std::string(std::istreambuf_iterator<char>(in), {}));
  }
  std::vector<NamedText> views;
  for (const auto& [name, text] : files) views.push_back({name, text});
  return read_folder(views);
}

TEST(SignatureFolder, TheProgramHoldsWhatTheReaderMakesOfTheFiles) {
  const SignatureFolder folder = folder_of_the_tree();
  EXPECT_TRUE(folder.faults.empty());
  const WrittenTable held = unpack(packed_signatures);
  ASSERT_EQ(held.rows.size(), folder.table.rows.size());
  EXPECT_EQ(held.phrases, folder.table.phrases);
  for (std::size_t i = 0; i < held.rows.size(); ++i) {
    WrittenRow read = folder.table.rows[i];
    read.line = 0;
    EXPECT_EQ(held.rows[i], read) << read.facts.id;
  }
  EXPECT_EQ(SignatureTable::built_in().rows().size(), held.rows.size());
}

TEST(SignatureFolder, RowsThatAskTheSameShareTheirConditions) {
  const ExpandedTable table = expand(unpack(packed_signatures));
  std::size_t asked = 0;
  for (const SignatureRow& row : table.rows) asked += row.needs.size() + row.unless.size();
  EXPECT_LT(table.conditions.size() * 3, asked * 2);
}

TEST(SignatureFolder, AnythingPackedIsUnpackedAsItWas) {
  WrittenTable table;
  table.phrases["a"] = {"one", std::string(300, 'x'), ""};
  WrittenRow row;
  row.facts.id = "all";
  row.facts.sample = "d-1";
  row.facts.strength = Strength::Weak;
  row.facts.cls = OutcomeClass::Broken;
  row.facts.scope = Scope::Egress;
  row.facts.asks_at_least = Seconds{0};
  row.needs = {{SignKey::Shape, {{"bare", "html"}, {"tiny"}}}, {SignKey::Code, {{"A"}}}};
  row.unless = {{SignKey::Url, {{"*.txt"}}}};
  for (const std::vector<std::size_t>& edges :
       std::vector<std::vector<std::size_t>>{{}, {0}, {999}, {0, 1, 2, 500, 998, 999}, {403}}) {
    row.facts.statuses.reset();
    for (const std::size_t status : edges) row.facts.statuses.set(status);
    table.rows.push_back(row);
  }
  row.facts.statuses.set();
  row.off = true;
  table.rows.push_back(row);
  EXPECT_EQ(unpack(pack(table)), table);
}

// Where each list is looked for anywhere in a text, a phrase that holds another one can never
// matter.
TEST(SignatureFolder, NoPhraseHoldsAnotherOneOfItsListUnlessTheListIsComparedWhole) {
  const WrittenTable table = unpack(packed_signatures);
  std::set<std::string, std::less<>> whole;
  for (const WrittenRow& row : table.rows) {
    for (const auto* conditions : {&row.needs, &row.unless}) {
      for (const WrittenCondition& condition : *conditions) {
        for (const auto& all : condition.any_of) {
          const bool anywhere =
              condition.key == SignKey::Text || (all[0].starts_with('*') && all[0].ends_with('*'));
          if (!anywhere) whole.emplace(list_name(condition.key, all[0]));
        }
      }
    }
  }
  for (const auto& [name, phrases] : table.phrases) {
    if (whole.contains(name)) continue;
    for (const std::string& phrase : phrases) {
      for (const std::string& part : phrases) {
        EXPECT_TRUE(part == phrase || phrase.find(part) == std::string::npos)
            << name << ": \"" << phrase << "\" says no more than \"" << part << '"';
      }
    }
  }
}

constexpr std::string_view kRow =
    "[[signature]]\nid = \"x\"\nvendor = \"acme\"\nclass = \"gone\"\nscope = \"url\"\nstatus = "
    "404\n";

std::string faults_of(std::vector<NamedText> files) {
  std::string text;
  for (const auto& [file, fault] : read_folder(files).faults) {
    text += file + ':' + std::to_string(fault.line) + ": " + fault.what + '\n';
  }
  return text;
}

TEST(SignatureFolder, AMistakeBetweenFilesIsToldWithFileAndLineAndWhatToWrite) {
  EXPECT_EQ(faults_of({{"vendors/acme.toml", kRow}, {"order.txt", "# first\nx\n"}}), "");
  EXPECT_EQ(
      faults_of({{"vendors/other.toml", kRow}}),
      "vendors/other.toml:1: the row is of the vendor \"acme\"; put it into vendors/acme.toml\n");
  EXPECT_EQ(faults_of({{"vendors/acme.toml", kRow}, {"status.toml", kRow}}),
            "vendors/acme.toml:1: the id \"x\" stands in status.toml too; give this row its own\n");
  EXPECT_EQ(faults_of({{"vendors/acme.toml", kRow}, {"order.txt", "# a\nx\ny\nx\n"}}),
            "order.txt:3: there is no row \"y\"; remove the line\n"
            "order.txt:4: \"x\" stands here twice; remove one line\n");
  EXPECT_EQ(faults_of({{"phrases/a.toml", "[phrases]\na = [\"word\"]\n"}}),
            "phrases/a.toml:1: name the file MEANING.LANG.toml, such as maintenance.de.toml\n");
  EXPECT_EQ(faults_of({{"phrases/a.en.toml", "[phrases]\nb = [\"word\"]\n"}}),
            "phrases/a.en.toml:1: the list is named b here; its file is phrases/b.en.toml\n");
  EXPECT_EQ(faults_of({{"status.toml", "[phrases]\nb = [\"word\"]\n"}}),
            "status.toml:1: the list b stands in phrases/b.LANG.toml\n");
  EXPECT_EQ(faults_of({{"phrases/a.en.toml", kRow}}),
            "phrases/a.en.toml:1: rows stand in vendors/, status.toml or shapes.toml\n");
  EXPECT_EQ(faults_of({{"status.toml", "[[signature]]\nid = 3\n"}}).substr(0, 14),
            "status.toml:1:");
}

}  // namespace
}  // namespace frontierd
