#include "rules/classify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/classify_json.h"
#include "rules/signatures.h"

namespace frontierd {
namespace {

using C = OutcomeClass;

FetchReport answer(int status, std::string body = {}, std::vector<Header> headers = {}) {
  FetchReport report;
  report.url = "https://www.example.com/page";
  report.status = status;
  report.headers = std::move(headers);
  report.body_head = std::move(body);
  return report;
}

Outcome outcome_of(const FetchReport& report) {
  return classify(report, SignatureTable::built_in());
}
OutcomeClass class_of(const FetchReport& report) {
  return outcome_of(report).cls;
}

std::string page(const std::string& title, const std::string& body) {
  return "<html><head><title>" + title + "</title></head><body>" + body + "</body></html>";
}

TEST(Classify, EveryStatusWithoutASignHasAClass) {
  const std::array<std::pair<int, C>, 24> table{{
      {200, C::Fetched},        {204, C::Fetched},        {304, C::Unchanged},
      {302, C::Broken},         {400, C::Gone},           {401, C::Refused},
      {403, C::Refused},        {404, C::Gone},           {407, C::Unreachable},
      {410, C::Gone},           {418, C::BotWalled},      {429, C::RateLimited},
      {430, C::RateLimited},    {451, C::Refused},        {493, C::BotWalled},
      {499, C::UpstreamFailed}, {500, C::Overloaded},     {502, C::UpstreamFailed},
      {503, C::Overloaded},     {509, C::Overloaded},     {524, C::UpstreamFailed},
      {529, C::Overloaded},     {598, C::UpstreamFailed}, {999, C::BotWalled},
  }};
  for (const auto& [status, cls] : table) EXPECT_EQ(class_of(answer(status)), cls) << status;
  for (int status = -1; status < 1'001; ++status) {
    EXPECT_FALSE(outcome_of(answer(status)).evidence.empty());
  }
}

TEST(Classify, TransportFaultsSayWhatTheyAreAbout) {
  const auto of = [](Transport transport, int status = 0) {
    FetchReport report = answer(status);
    report.transport = transport;
    return outcome_of(report);
  };
  EXPECT_EQ(of(Transport::DnsFailed).cls, C::Unreachable);
  EXPECT_EQ(of(Transport::ConnectRefused).scope, Scope::Host);
  EXPECT_EQ(of(Transport::Timeout).scope, Scope::Url);
  EXPECT_EQ(of(Transport::Reset).scope, Scope::Host);
  EXPECT_EQ(of(Transport::Reset, 200).scope, Scope::Url);
  EXPECT_EQ(of(Transport::EgressFailed).scope, Scope::Egress);
  EXPECT_EQ(of(Transport::AddressBarred).cls, C::Barred);
  EXPECT_EQ(of(Transport::BadEncoding, 200).cls, C::Broken);
  EXPECT_EQ(of(Transport::BodyTooLarge, 200).cls, C::Broken);
  EXPECT_EQ(of(Transport::BodyTooLarge, 503).cls, C::Overloaded);
}

TEST(Classify, AnEventHeaderAloneSufficesUnderAnyStatus) {
  for (int status : {200, 403, 429, 503}) {
    const Outcome outcome = outcome_of(answer(status, "", {{"CF-Mitigated", "challenge"}}));
    EXPECT_EQ(outcome.cls, C::BotWalled) << status;
    EXPECT_EQ(outcome.scope, Scope::Egress);
    EXPECT_EQ(outcome.evidence.front().rule, "cloudflare-challenge");
    EXPECT_EQ(outcome.evidence.front().strength, Strength::Certain);
  }
}

TEST(Classify, AVendorHeaderIsNeverAVerdict) {
  const Outcome outcome = outcome_of(
      answer(200, page("News", "<h1>News</h1>"), {{"Server", "cloudflare"}, {"X-Iinfo", "1-2-3"}}));
  EXPECT_EQ(outcome.cls, C::Fetched);
  EXPECT_EQ(outcome.vendor, "cloudflare");
  EXPECT_EQ(outcome.evidence.back().strength, Strength::Name);
}

TEST(Classify, MarkersQuotedInVisibleTextAreNoMarkup) {
  const std::string marker = "window._cf_chl_opt = {}; id=\"anubis_challenge\"";
  EXPECT_EQ(class_of(answer(200, page("Notes", "<p>" + marker + "</p>"))), C::Fetched);
  EXPECT_EQ(class_of(answer(200, page("x", "<script>" + marker + "</script>"))), C::BotWalled);
}

TEST(Classify, ProseCountsOnlyOnAPageThatIsNothingElse) {
  const std::string notice =
      "<h1>Under maintenance</h1><p>We will be back soon, please check back.</p>";
  EXPECT_EQ(class_of(answer(200, page("Under maintenance", notice))), C::Maintenance);
  std::string links;
  for (int i = 0; i < 12; ++i) links += "<a href='/" + std::to_string(i) + "'>more</a>";
  EXPECT_EQ(class_of(answer(200, page("Under maintenance", notice + links))), C::Fetched);
  const std::string news = notice + "<p>" + std::string(60, 'w') + "</p><p>Read more.</p>";
  EXPECT_EQ(class_of(answer(200, page("Under maintenance", "<article>" + news + "</article>"))),
            C::Fetched);
  // Around nothing but the notice it is a template's frame.
  EXPECT_EQ(class_of(answer(200, page("Under maintenance", "<article>" + notice + "</article>"))),
            C::Maintenance);
}

TEST(Classify, ACacheHitMakesAnErrorOldNews) {
  const std::string body = "<Error><Code>SlowDown</Code></Error>";
  const Outcome stale = outcome_of(answer(503, body, {{"Age", "8"}}));
  EXPECT_EQ(stale.cls, C::StaleCopy);
  EXPECT_EQ(stale.scope, Scope::Url);
  ASSERT_TRUE(stale.runner_up);
  EXPECT_EQ(stale.runner_up->cls, C::RateLimited);
  EXPECT_EQ(class_of(answer(503, body, {{"Age", "0"}})), C::RateLimited);
  EXPECT_EQ(class_of(answer(404, "", {{"Age", "8"}})), C::Gone);
  EXPECT_EQ(class_of(answer(503, "", {{"Age", "8"}, {"cf-mitigated", "challenge"}})), C::BotWalled);
}

TEST(Classify, ALongRetryAfterAnnouncesMaintenanceAndAShortOneDoesNot) {
  EXPECT_EQ(class_of(answer(503, "sorry", {{"Retry-After", "3600"}})), C::Maintenance);
  EXPECT_EQ(class_of(answer(503, "sorry", {{"Retry-After", "15"}})), C::Overloaded);
}

TEST(Classify, RedirectsMoveUnlessTheyLeadToACaptcha) {
  const Outcome moved = outcome_of(answer(302, "", {{"Location", "/login"}}));
  EXPECT_EQ(moved.cls, C::Moved);
  EXPECT_EQ(moved.location, "/login");
  EXPECT_EQ(class_of(answer(302, "", {{"Location", "/captcha?r=%2F"}})), C::BotWalled);
}

TEST(Classify, EvidenceIsPrintableBoundedAndStrongestFirst) {
  std::string title(5'000, 'x');
  title += "\x01\xff access denied";
  const Outcome outcome = outcome_of(answer(
      403, page(title, "<div id=\"px-captcha\"></div><h1>Access to this page has been denied</h1>"),
      {{"cf-mitigated", "challenge"},
       {"Server", std::string(9'000, 'n')},
       {"x-datadome", "protected"}}));
  EXPECT_LE(outcome.evidence.size(), kEvidenceMax);
  for (std::size_t i = 0; i < outcome.evidence.size(); ++i) {
    const Evidence& item = outcome.evidence[i];
    EXPECT_LE(item.what.size(), kEvidenceTextMax);
    EXPECT_TRUE(std::all_of(item.what.begin(), item.what.end(),
                            [](char c) { return c >= ' ' && c < 127; }));
    EXPECT_LE(item.strength, outcome.evidence[i == 0 ? 0 : i - 1].strength);
  }
}

TEST(Classify, AnExhaustedQuotaOnAGoodPageIsAboutTheEgress) {
  const Outcome outcome = outcome_of(answer(200, "{}", {{"RateLimit", "\"b\";r=0;t=10"}}));
  EXPECT_EQ(outcome.cls, C::Fetched);
  EXPECT_EQ(outcome.scope, Scope::Egress);
}

TEST(ClassifyJson, OneLineWithTheKeysOfTheCorpus) {
  Outcome outcome;
  outcome.cls = C::RateLimited;
  outcome.scope = Scope::Egress;
  outcome.wait = AskedWait{Millis{1'500}, "x", false};
  outcome.evidence = {{"rule-a", Strength::Strong, "a \"quoted\"\nline"}};
  EXPECT_EQ(outcome_json("id-1", outcome),
            R"({"id":"id-1","class":"rate_limited","scope":"egress","vendor":"none",)"
            R"("retry_after_seconds":1.5,"evidence":[{"rule":"rule-a","strength":"strong",)"
            R"("what":"a \"quoted\"\u000aline"}],"runner_up":null})");
  outcome.wait.reset();
  outcome.runner_up = RunnerUp{C::Overloaded, "status-code"};
  const std::string line = outcome_json("", outcome);
  EXPECT_NE(line.find(R"("retry_after_seconds":null)"), std::string::npos);
  EXPECT_NE(line.find(R"("runner_up":{"class":"overloaded","rule":"status-code"}})"),
            std::string::npos);
}

}  // namespace
}  // namespace frontierd
