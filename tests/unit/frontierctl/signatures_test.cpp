// frontierctl signatures: the table, its merits, what holds for a response, and a file of one's
// own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "unit/frontierctl/runner.h"

namespace frontierd {
namespace {

constexpr std::string_view kOwn = R"([[signature]]
id = "our-partner"
vendor = "partner"
class = "maintenance"
scope = "host"
strength = "structure"
status = 503
body = "nightly batch window"
source = "a letter of the partner"
why = "The partner's own page."

[[signature]]
id = "nginx-limit"
off = true
)";

class SignaturesCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("signatures-" + std::to_string(getpid()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view text) const {
    const std::string path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }
  // Objects of the output by their id.
  static std::map<std::string, boost::json::object> by_id(const std::string& out) {
    std::map<std::string, boost::json::object> rows;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
      const auto object = boost::json::parse(line).as_object();
      rows[std::string(object.at("id").as_string())] = object;
    }
    return rows;
  }

  std::filesystem::path folder_;
};

// Any built-in row will do as one to switch off.
std::string a_built_in_row() {
  const Ran ran = frontierctl({"signatures", "--json"});
  return std::string(
      boost::json::parse(ran.out.substr(0, ran.out.find('\n'))).as_object().at("id").as_string());
}

std::string own_file() {
  std::string text(kOwn);
  return text.replace(text.find("nginx-limit"), 11, a_built_in_row());
}

TEST_F(SignaturesCommand, ShowsEachRowWithItsClassScopeStrengthAndSource) {
  const Ran ran = frontierctl({"signatures"});
  EXPECT_EQ(ran.code, kExitDone);
  const auto at = ran.out.find("cloudflare-challenge ");
  ASSERT_NE(at, std::string::npos);
  const std::string line = ran.out.substr(at, ran.out.find('\n', at) - at);
  for (const char* word : {"bot_walled", "egress", "certain", "cloudflare", "https://"}) {
    EXPECT_NE(line.find(word), std::string::npos) << line;
  }
  const auto rows = by_id(frontierctl({"signatures", "--json"}).out);
  EXPECT_TRUE(rows.at("name-cloudflare").at("class").is_null());
  EXPECT_EQ(static_cast<long>(rows.size()) + 1, std::count(ran.out.begin(), ran.out.end(), '\n'));
}

TEST_F(SignaturesCommand, AFileOfOnesOwnIsLaidOverTheTable) {
  const std::string off = a_built_in_row();
  const auto before = by_id(frontierctl({"signatures", "--json"}).out);
  const Ran ran = frontierctl({"signatures", "--json", file("own.toml", own_file())});
  ASSERT_EQ(ran.code, kExitDone) << ran.err;
  const auto rows = by_id(ran.out);
  EXPECT_EQ(rows.size(), before.size());  // one more, one less
  EXPECT_FALSE(rows.contains(off));
  EXPECT_TRUE(rows.at("our-partner").at("own").as_bool());
  EXPECT_FALSE(rows.at("name-cloudflare").at("own").as_bool());
  EXPECT_NE(ran.err.find("1 of your own, 1 built-in ones replaced or switched off"),
            std::string::npos)
      << ran.err;
}

TEST_F(SignaturesCommand, MistakesInAFileAreToldWithFileLineAndColumnAndNothingElseIsPrinted) {
  const std::string path = file("own.toml", "[[signature]]\nid = \"x\"\nclas = 3\nsoft = 1\n");
  for (const auto& words : {std::vector<std::string>{"signatures", path},
                            {"signatures", "--stats", "-", path},
                            {"signatures", "--why", "-", path},
                            {"classify", "--signatures", path}}) {
    const Ran ran = frontierctl(words, "HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(ran.code, kExitUsage);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find(path + ":3:1: unknown key \"clas\"; did you mean \"class\"?"),
              std::string::npos)
        << ran.err;
    EXPECT_NE(ran.err.find(path + ":4:"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(frontierctl({"signatures", (folder_ / "missing").string()}).code, kExitIo);
  EXPECT_EQ(frontierctl({"signatures", folder_.string()}).code, kExitIo);
}

TEST_F(SignaturesCommand, StatsCountHowOftenEachRowHeldDecidedAndWasRightOrWrong) {
  const std::string labelled =
      file("labelled.jsonl",
           R"({"id": "1", "status": 503, "body": "nightly batch window", "label": "maintenance"}
{"id": "2", "status": 503, "body": "the nightly batch window", "label": "overloaded", "acceptable": ["overloaded"]}
{"id": "3", "status": 404, "label": "gone"}
)");
  const Ran ran =
      frontierctl({"signatures", "--json", "--stats", labelled, file("own.toml", own_file())});
  ASSERT_EQ(ran.code, kExitDone) << ran.err;
  const auto rows = by_id(ran.out);
  const auto number = [&](const char* key) {
    return rows.at("our-partner").at(key).to_number<int>();
  };
  EXPECT_EQ(number("held"), 2);
  EXPECT_EQ(number("decided"), 2);
  EXPECT_EQ(number("right"), 1);
  EXPECT_EQ(number("wrong"), 1);
  EXPECT_EQ(rows.at("name-cloudflare").at("held").to_number<int>(), 0);
  EXPECT_NE(ran.err.find("3 responses, 2 classified as labelled"), std::string::npos) << ran.err;
}

TEST_F(SignaturesCommand, ALineThatIsNoLabelledResponseIsToldByItsNumber) {
  const std::string labelled = file("labelled.jsonl",
                                    "{\"status\": 404, \"label\": \"gone\"}\nnonsense\n"
                                    "{\"status\": 404}\n{\"status\": 404, \"label\": \"gon\"}\n");
  const Ran ran = frontierctl({"signatures", "--stats", labelled});
  EXPECT_EQ(ran.code, kExitPartly);
  EXPECT_NE(ran.err.find(labelled + ":2: not JSON"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(labelled + ":3: no label"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(labelled + ":4: label: no class \"gon\""), std::string::npos) << ran.err;
}

TEST_F(SignaturesCommand, WhyNamesEachRowThatHoldsAndTheOneThatDecides) {
  const std::string response =
      file("answer.txt",
           "HTTP/1.1 403 Forbidden\r\nServer: cloudflare\r\ncf-mitigated: challenge\r\n\r\n"
           "<title>Just a moment...</title>");
  const Ran ran = frontierctl({"signatures", "--why", response});
  ASSERT_EQ(ran.code, kExitDone) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("decides  cloudflare-challenge ")) << ran.out;
  EXPECT_NE(ran.out.find("seen: header cf-mitigated: challenge, status 403"), std::string::npos);
  EXPECT_NE(ran.out.find("holds    name-cloudflare "), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("because  cloudflare-challenge: the only row of strength certain"),
            std::string::npos)
      << ran.out;
  const auto rows = by_id(frontierctl({"signatures", "--json", "--why", response}).out);
  EXPECT_TRUE(rows.at("cloudflare-challenge").at("decides").as_bool());
  EXPECT_FALSE(rows.at("name-cloudflare").at("decides").as_bool());
}

TEST_F(SignaturesCommand, WhyNamesTheStatusWhereNoRowDecides) {
  const Ran ran = frontierctl({"signatures", "--why", "-"}, "HTTP/1.1 404 Not Found\r\n\r\n");
  EXPECT_EQ(ran.code, kExitDone);
  EXPECT_TRUE(ran.out.starts_with("class    gone, scope url\nbecause  status-code: ")) << ran.out;
  EXPECT_EQ(frontierctl({"signatures", "--why", "-"}, "hello").code, kExitUsage);
  EXPECT_EQ(frontierctl({"signatures", "--why", "-", "--stats", "-"}).code, kExitUsage);
}

}  // namespace
}  // namespace frontierd
