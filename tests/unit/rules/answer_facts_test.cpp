#include "rules/answer_facts.h"

#include <gtest/gtest.h>

#include <set>

#include "rules/classify.h"
#include "rules/page.h"
#include "rules/robots_policy.h"
#include "rules/signatures.h"
#include "rules/verdict.h"
#include "support/builders.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

std::optional<Transport> transport_named(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Transport::Aborted); ++i) {
    if (to_string(static_cast<Transport>(i)) == name) return static_cast<Transport>(i);
  }
  return std::nullopt;
}

FetchReport report_of(const test::TsvRow& row) {
  FetchReport report;
  report.url = "https://a.example/x";
  report.transport = transport_named(row.at(1)).value();
  report.head_whole = row.at(0) == "whole";
  report.status = std::stoi(row.at(2));
  report.received_at = tests::at("0");
  if (report.status == 301) report.headers = {{"Location", "/to"}};
  if (report.status == 429) report.headers = {{"Retry-After", "900"}};
  if (row.at(2) == "200-walled") report.headers = {{"CF-Mitigated", "challenge"}};
  const bool page = report.transport == Transport::Ok || report.transport == Transport::BodyTooLarge;
  report.body_bytes = 10;
  if (page && row.at(2) == "200") report.body_head = "User-agent: *\nDisallow: /x\n";
  return report;
}

std::string named(const Verdict& verdict) {
  if (const auto* done = std::get_if<Done>(&verdict)) return done->why.empty() ? "done" : "done in part";
  if (std::holds_alternative<Follow>(verdict)) return "follow";
  if (const auto* drop = std::get_if<Drop>(&verdict)) {
    return "drop " + std::string(to_string(drop->because));
  }
  return std::get<Retry>(verdict).burns_attempt ? "again" : "wait";
}

std::string judged(const Outcome& outcome, int attempts) {
  const bool rested = is_trouble(outcome.cls) && outcome.scope != Scope::Url;
  return named(judge({}, {"https://a.example/x", attempts, 0, false}, outcome, HostState{}, rested,
                     tests::at("0"), Dice{0.5}));
}

TEST(AnswerFacts, EveryCellIsAsTheTableSays) {
  const auto rows = test::read_tsv(std::string(TESTS_DIR) + "/golden/answer_facts.tsv");
  std::set<std::string> cells;
  for (const test::TsvRow& row : rows) {
    SCOPED_TRACE("answer_facts.tsv:" + std::to_string(row.line));
    const FetchReport report = report_of(row);
    const Outcome outcome = classify(report, SignatureTable::built_in());
    EXPECT_EQ(to_string(outcome.cls), row.at(3));
    EXPECT_EQ(judged(outcome, 0), row.at(4));
    EXPECT_EQ(judged(outcome, Policy{}.retry.attempts_max - 1), row.at(5));
    const auto robots = learn_robots({}, outcome, report, report.body_head, std::nullopt);
    constexpr std::string_view kStates[] = {"allow_all", "rules", "disallow_all"};
    EXPECT_EQ(kStates[static_cast<std::size_t>(robots.state)], row.at(6));
    EXPECT_EQ(outcome.wait.value_or(AskedWait{}).length, Millis{row.at(2) == "429" ? 900'000 : 0});
    EXPECT_EQ(outcome.location, outcome.cls == OutcomeClass::Moved ? "/to" : "");
    cells.insert(row.at(0) + row.at(1) + row.at(2));
  }
  const std::vector<std::string> statuses{"200", "200-walled", "301", "304", "403", "404",
                                          "429", "500", "503"};
  for (const char* transport : {"ok", "reset", "timeout", "too_slow", "protocol_error", "bad_encoding",
                                "body_too_large", "local_failure"}) {
    for (const auto& status : statuses) EXPECT_TRUE(cells.contains("whole" + (transport + status)));
  }
  for (const char* transport : {"reset", "timeout", "headers_too_large", "protocol_error"}) {
    for (const auto& status : statuses) EXPECT_TRUE(cells.contains("part" + (transport + status)));
  }
}

TEST(AnswerFacts, TheTextInHandIsEvidenceButHowMuchThereIsSaysNothingOfACutBody) {
  FetchReport report;
  report.status = 503;
  report.body_head = "<title>Scheduled maintenance</title><h1>We are down for maintenance</h1>";
  EXPECT_EQ(classify(report, SignatureTable::built_in()).cls, OutcomeClass::Maintenance);
  FetchReport cut = report;
  cut.transport = Transport::Reset;
  Page page;
  read_page(cut, page);
  EXPECT_FALSE(page.title.empty());
  EXPECT_FALSE(believed(cut).amounts);
  EXPECT_TRUE(believed(report).amounts);
}

TEST(AnswerFacts, APageOfWhichNothingCameIsNotKept) {
  FetchReport report;
  report.status = 200;
  report.transport = Transport::BadEncoding;
  EXPECT_EQ(judged(classify(report, SignatureTable::built_in()), 0), "drop broken");
  report.transport = Transport::Reset;
  const Outcome reset = classify(report, SignatureTable::built_in());
  EXPECT_EQ(judged(reset, Policy{}.retry.attempts_max - 1), "drop attempts_spent");
}

TEST(AnswerFacts, A304ToARequestWithoutValidatorsIsNoCopy) {
  FetchReport report;
  report.status = 304;
  EXPECT_EQ(classify(report, SignatureTable::built_in()).cls, OutcomeClass::Unchanged);
  report.unconditional = true;
  const Outcome outcome = classify(report, SignatureTable::built_in());
  EXPECT_EQ(outcome.cls, OutcomeClass::Broken);
  EXPECT_EQ(judged(outcome, 0), "again");
  EXPECT_EQ(judged(outcome, Policy{}.retry.attempts_max - 1), "drop attempts_spent");
}

TEST(AnswerFacts, ASiteThatWantsItsCookieBackGetsItOnce) {
  FetchReport report;
  report.status = 302;
  report.url = "https://a.example/x";
  report.headers = {{"Location", "https://a.example/x"}};
  EXPECT_EQ(judged(classify(report, SignatureTable::built_in()), 0), "drop redirect_limit");
  report.headers.push_back({"Set-Cookie", "seen=1; Path=/; HttpOnly"});
  report.headers.push_back({"set-cookie", "id=\"7\""});
  const Outcome outcome = classify(report, SignatureTable::built_in());
  EXPECT_EQ(outcome.cookie, "seen=1; id=\"7\"");
  UrlFacts url{"https://a.example/x", 0, 0, false};
  const Verdict first = judge({}, url, outcome, HostState{}, false, tests::at("0"), Dice{0.5});
  ASSERT_TRUE(std::holds_alternative<Retry>(first));
  EXPECT_TRUE(std::get<Retry>(first).with_cookie);
  EXPECT_TRUE(std::get<Retry>(first).burns_attempt) << "nothing goes round for ever";
  url.with_cookie = true;
  const Verdict second = judge({}, url, outcome, HostState{}, false, tests::at("0"), Dice{0.5});
  ASSERT_TRUE(std::holds_alternative<Drop>(second));
  EXPECT_NE(std::get<Drop>(second).why.find("cookie"), std::string::npos);
}

}  // namespace
}  // namespace frontierd
