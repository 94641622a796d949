#include "rules/signatures.h"

#include <gtest/gtest.h>

#include <set>

#include "rules/classify.h"
#include "rules/fold.h"
#include "rules/ideographs.h"
#include "rules/signature_row.h"

namespace frontierd {
namespace {

std::vector<SignatureFault> faults_of(std::string_view toml) {
  SignatureTable table;
  return SignatureTable::load(toml, table);
}

FetchReport answer(int status, std::string body) {
  FetchReport report;
  report.status = status;
  report.body_head = std::move(body);
  return report;
}

constexpr std::string_view kOwnRow = R"(
[[signature]]
id = "our-partner"
vendor = "partner"
class = "maintenance"
scope = "host"
strength = "structure"
status = "5xx"
body = "nightly batch window"
why = "The partner's own page."
)";

TEST(Signatures, TheBuiltInTableIsLargeAndEveryRowThatDecidesSaysWhy) {
  const auto& rows = SignatureTable::built_in().rows();
  EXPECT_GE(rows.size(), 300u);
  for (const SignatureRow& row : rows) {
    EXPECT_FALSE(row.why.empty() && row.strength != Strength::Name) << row.id;
    EXPECT_FALSE(row.strength == Strength::Name && row.vendor.empty()) << row.id;
  }
}

TEST(Signatures, AnOperatorsRowIsAddedAndWins) {
  SignatureTable table;
  ASSERT_TRUE(SignatureTable::load(kOwnRow, table).empty());
  const Outcome outcome = classify(answer(500, "nightly batch window"), table);
  EXPECT_EQ(outcome.cls, OutcomeClass::Maintenance);
  EXPECT_EQ(outcome.vendor, "partner");
  EXPECT_EQ(table.rows().size(), SignatureTable::built_in().rows().size() + 1);
}

TEST(Signatures, ABuiltInRowIsReplacedOrSwitchedOffById) {
  SignatureTable table;
  ASSERT_TRUE(
      SignatureTable::load("[[signature]]\nid = \"cloudflare-challenge\"\noff = true\n", table)
          .empty());
  FetchReport report = answer(200, "");
  report.headers = {{"cf-mitigated", "challenge"}};
  EXPECT_EQ(classify(report, table).cls, OutcomeClass::Fetched);
}

TEST(Signatures, EvidenceHoldsNoCookieValueAndNoUserinfo) {
  SignatureTable table;
  ASSERT_TRUE(SignatureTable::load(R"(
[[signature]]
id = "our-cookie"
vendor = "ours"
class = "bot_walled"
scope = "egress"
strength = "strong"
status = "4xx"
header = ["set-cookie: ourwall*", "location: *captcha*"]
why = "A test."
)",
                                   table)
                  .empty());
  FetchReport report = answer(403, "no");
  report.headers = {{"Set-Cookie", "ourwall_id=s3cret; Path=/"}};
  EXPECT_EQ(classify(report, table).evidence.front().what,
            "header set-cookie: ourwall_id=..., status 403");
  report.headers = {{"Location", "https://user:s3cret@x.example/captcha?a@b"}};
  EXPECT_EQ(classify(report, table).evidence.front().what,
            "header location: https://...@x.example/captcha?a@b, status 403");
}

TEST(Signatures, AnOperatorsPhrasesJoinTheBuiltInList) {
  SignatureTable table;
  ASSERT_TRUE(
      SignatureTable::load("[phrases]\nmaintenance = [\"Klingon repairs\"]\n", table).empty());
  const FetchReport report = answer(503, "<html><title>klingon  REPAIRS</title></html>");
  EXPECT_EQ(classify(report, table).cls, OutcomeClass::Maintenance);
  EXPECT_EQ(classify(report, SignatureTable::built_in()).cls, OutcomeClass::Overloaded);
}

TEST(Signatures, EveryMistakeIsReportedWithItsPlaceAndTheNearestName) {
  const auto faults = faults_of(R"([[signature]]
id = "a"
clas = "bot_walled"
scope = "hots"
strength = "certain"
status = [42, "5xy"]
header = ["x"]
[[signature]]
id = "a"
class = "gone"
scope = "url"
body = "abc"
[[signature]]
id = "cloudflare-chalenge"
off = true
[[signature]]
id = "b"
class = "gone"
scope = "url"
title = "*@mantenance*"
)");
  ASSERT_EQ(faults.size(), 8u);
  EXPECT_EQ(faults[0].line, 3);
  EXPECT_EQ(faults[0].column, 1);
  EXPECT_NE(faults[0].what.find("did you mean \"class\"?"), std::string::npos) << faults[0].what;
  EXPECT_EQ(faults[1].line, 4);
  EXPECT_NE(faults[1].what.find("did you mean \"host\"?"), std::string::npos) << faults[1].what;
  EXPECT_EQ(faults[2].line, 6);
  EXPECT_EQ(faults[3].line, 6);
  EXPECT_EQ(faults[4].line, 8);
  EXPECT_NE(faults[4].what.find("used twice"), std::string::npos) << faults[4].what;
  EXPECT_NE(faults[5].what.find("too short"), std::string::npos) << faults[5].what;
  EXPECT_NE(faults[6].what.find("\"cloudflare-challenge\""), std::string::npos) << faults[6].what;
  EXPECT_NE(faults[7].what.find("did you mean \"maintenance\"?"), std::string::npos)
      << faults[7].what;
}

constexpr std::string_view kAcme = R"(
[[signature]]
id = "acme-block"
vendor = "acme"
class = "bot_walled"
scope = "egress"
strength = "structure"
status = [403]
markup = ["/acme-shield/"]
shape = ["short"]
why = "The script of the page that refuses."
)";

TEST(Signatures, SoftStandsForASecondRowUnder2xxThatAsksForMore) {
  SignatureTable table;
  ASSERT_TRUE(SignatureTable::load(std::string(kAcme) + "soft = true\n", table).empty());
  const std::string script = "<script src=\"/acme-shield/c.js\"></script>";
  const auto page = [&](std::string_view title, std::string_view rest) {
    return answer(200, "<html><title>" + std::string(title) + "</title>" + script + "<p>" +
                           std::string(rest) + "</p></html>");
  };
  EXPECT_EQ(classify(page("Access Denied", "No."), table).evidence.front().rule, "acme-block-soft");
  EXPECT_EQ(classify(page("Shop", "No."), table).cls, OutcomeClass::Fetched);
  EXPECT_EQ(classify(page("Access Denied", "A tutorial."), table).cls, OutcomeClass::Fetched);
  ASSERT_TRUE(SignatureTable::load(kAcme, table).empty());
  EXPECT_NE(classify(page("Access Denied", "No."), table).evidence.front().rule, "acme-block-soft");
}

TEST(Signatures, WordsAreLookedForInEachPlaceThatTheRowNames) {
  SignatureTable table;
  ASSERT_TRUE(SignatureTable::load(std::string(kAcme) + "words = [\"*zonk zone*\"]\n"
                                                        "in = [\"title\", \"heading\", \"text\"]\n",
                                   table)
                  .empty());
  const auto rule = [&](std::string_view page) {
    const std::string script = "<script src=\"/acme-shield/c.js\"></script>";
    return classify(answer(403, "<html>" + std::string(page) + script + "</html>"), table)
        .evidence.front()
        .rule;
  };
  EXPECT_EQ(rule("<title>The zonk zone!</title>"), "acme-block");
  EXPECT_EQ(rule("<h1>A Zonk Zone</h1>"), "acme-block-heading");
  EXPECT_EQ(rule("<p>Into the zonk zone.</p>"), "acme-block-text");
  EXPECT_EQ(rule("<p>Elsewhere.</p>"), "status-code");
}

TEST(Signatures, ASoftRowOrWordsThatCannotBeDerivedAreToldWithTheWayOut) {
  const auto what = [](std::string_view more) {
    const auto faults = faults_of(std::string(kAcme) + std::string(more));
    return faults.size() == 1 ? faults[0].what : std::to_string(faults.size()) + " faults";
  };
  EXPECT_NE(what("soft = 3").find("write soft = true"), std::string::npos);
  EXPECT_NE(what("soft = true\ntitle = [\"zonk\"]").find("title"), std::string::npos);
  EXPECT_NE(what("words = [\"zonk\"]").find("words and in go together"), std::string::npos);
  EXPECT_NE(what("words = [\"zonk\"]\nin = [\"body\"]").find("unknown place \"body\""),
            std::string::npos);
  EXPECT_NE(what("[[signature]]\nid = \"b\"\nclass = \"gone\"\nscope = \"url\"\nstatus = 403\n"
                 "soft = true")
                .find("title of a wall"),
            std::string::npos);
  EXPECT_NE(what("[[signature]]\nid = \"b\"\nclass = \"bot_walled\"\nscope = \"url\"\n"
                 "body = \"zonk\"\nsoft = true")
                .find("holds for 2xx itself"),
            std::string::npos);
}

TEST(Signatures, ARowThatWouldHoldAlwaysOrSaysNothingIsAFault) {
  EXPECT_EQ(faults_of("[[signature]]\nid = \"a\"\nclass = \"gone\"\nscope = \"url\"\n").size(), 1u);
  EXPECT_EQ(faults_of("[[signature]]\nid = \"a\"\nheader = \"x\"\n").size(), 2u);
  EXPECT_EQ(faults_of("[[signature]]\nclass = \"gone\"\n").size(), 1u);
  EXPECT_EQ(faults_of("signature = 3\n").size(), 1u);
  EXPECT_EQ(faults_of("not toml at all").size(), 1u);
}

TEST(Signatures, AFaultyFileLeavesTheTableAsItWas) {
  SignatureTable table = SignatureTable::built_in();
  EXPECT_FALSE(SignatureTable::load("[[signature]]\nid = 3\n", table).empty());
  EXPECT_EQ(table.rows().size(), SignatureTable::built_in().rows().size());
}

TEST(Signatures, EveryIdeographInTheTableHasARowInIdeographs) {
  const std::string_view known = ideograph_table();
  std::set<std::string> missing;
  const auto look = [&](const SignConditions& conditions) {
    for (const SignCondition* condition : conditions) {
      for (const auto& alternative : condition->any_of) {
        for (const Sign& sign : alternative) {
          for (std::size_t at = 0; at < sign.pattern.size();) {
            const std::uint32_t c = next_code_point(sign.pattern, at);
            const bool east_asian = (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3);
            std::string text = "\n";
            append_utf8(c, text);
            if (east_asian && known.find(text + '\t') == known.npos) missing.insert(text);
          }
        }
      }
    }
  };
  for (const SignatureRow& row : SignatureTable::built_in().rows()) {
    look(row.needs);
    look(row.unless);
  }
  EXPECT_TRUE(missing.empty()) << "add to lib/rules/ideographs.tsv:" << *missing.begin();
}

}  // namespace
}  // namespace frontierd
