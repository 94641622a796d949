// The waits and quotas that responses name, case by case from the golden tables, and what a table
// cannot say.
#include <gtest/gtest.h>

#include "base/text.h"
#include "rules/http_date.h"
#include "rules/rate_limit_fields.h"
#include "rules/rate_limit_values.h"
#include "rules/wait.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

const std::string kGolden = std::string(TESTS_DIR) + "/golden/";
const Instant kNow = *parse_iso("2026-11-22T00:04:45Z");

std::vector<Header> headers_of(std::string_view lines) {
  std::vector<Header> headers;
  for (std::string_view line : split(lines, '\n')) {
    const std::size_t colon = line.find(':');
    headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
  }
  return headers;
}

std::string seconds(std::optional<Millis> length) {
  if (!length) return "-";
  std::string text = std::to_string(length->count() / 1'000);
  if (length->count() % 1'000 == 0) return text;
  std::string thousandths = std::to_string(1'000 + length->count() % 1'000).substr(1);
  while (thousandths.back() == '0') thousandths.pop_back();
  return text + "." + thousandths;
}

std::string number(std::optional<std::int64_t> value) {
  return value ? std::to_string(*value) : "-";
}

FetchReport report_of(int status, std::string body, std::string_view headers = "Server: x") {
  FetchReport report;
  report.status = status;
  report.body_head = std::move(body);
  report.headers = headers_of(headers);
  report.received_at = kNow;
  return report;
}

TEST(HttpDate, EveryFormAndNothingElse) {
  for (const test::TsvRow& row : test::read_tsv(kGolden + "http_dates.tsv")) {
    const auto date = parse_http_date(row.at(2), *parse_iso(row.at(1)));
    EXPECT_EQ(date ? to_iso(*date) : "-", row.at(3)) << row.at(0) << ", line " << row.line;
  }
}

TEST(AskedWait, EveryCaseOfTheTable) {
  for (const test::TsvRow& row : test::read_tsv(kGolden + "waits.tsv")) {
    FetchReport report;
    report.received_at = *parse_iso(row.at(1));
    report.headers = headers_of(row.at(2));
    const auto wait = asked_wait(report);
    EXPECT_EQ(seconds(wait ? std::optional(wait->length) : std::nullopt), row.at(3))
        << row.at(0) << ", line " << row.line;
  }
}

TEST(PublishedQuota, EveryCaseOfTheTable) {
  for (const test::TsvRow& row : test::read_tsv(kGolden + "rate_limit_fields.tsv")) {
    const auto found = published_quota(headers_of(row.at(2)), *parse_iso(row.at(1)));
    const Quota quota = found.value_or(Quota{});
    const std::string shown = number(quota.limit) + " " + number(quota.remaining) + " " +
                              seconds(quota.window) + " " + seconds(quota.reset);
    EXPECT_EQ(shown, row.at(3) + " " + row.at(4) + " " + row.at(5) + " " + row.at(6))
        << row.at(0) << ", line " << row.line;
    EXPECT_EQ(found.has_value(), shown != "- - - -") << row.at(0);
  }
}

TEST(AskedWait, SaysWhereItComesFromAndWhetherAMomentWasNamed) {
  const auto of = [](std::string_view lines) { return *asked_wait(report_of(503, "", lines)); };
  EXPECT_EQ(of("Retry-After: 120").source, "Retry-After: 120");
  EXPECT_FALSE(of("Retry-After: 120").is_date);
  EXPECT_TRUE(of("Retry-After: Sun, 22 Nov 2026 02:04:45 GMT").is_date);
  EXPECT_EQ(of("RateLimit: \"a\";r=0;t=7").source, "RateLimit: \"a\";r=0;t=7");
  EXPECT_TRUE(of("X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1795307385").is_date);
  EXPECT_EQ(of("X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 9").source, "X-RateLimit-Reset: 9");
}

TEST(AskedWait, KeepsTheSourceShortAndPrintable) {
  const auto wait =
      asked_wait(report_of(429, "", "RateLimit: \"" + std::string(5'000, 'a') + "\";r=0;t=7"));
  ASSERT_TRUE(wait);
  EXPECT_LE(wait->source.size(), 200u);
}

TEST(UnitDuration, TakesNumbersWithUnitsAndNothingElse) {
  EXPECT_EQ(parse_unit_duration("1h30m"), Millis{5'400'000});
  EXPECT_EQ(parse_unit_duration("6m0s"), Millis{360'000});
  EXPECT_EQ(parse_unit_duration("514.219ms"), Millis{515});
  EXPECT_EQ(parse_unit_duration("500us"), Millis{1});
  EXPECT_EQ(parse_unit_duration("3ns"), Millis{1});
  EXPECT_EQ(parse_unit_duration("0s"), Millis{0});
  EXPECT_EQ(parse_unit_duration("33.023s"), Millis{33'023});
  EXPECT_EQ(parse_unit_duration("99999999999999999999d"), Millis{315'576'000'000'000});
  for (std::string_view bad : {"", "s", "1", "1x", "-1s", "1s ", "1.s", "1..5s", "1m30", ".5s"}) {
    EXPECT_FALSE(parse_unit_duration(bad)) << bad;
  }
}

struct Hint {
  int status;
  std::string body;
  std::optional<Millis> wait;
};

TEST(HintedWait, ReadsWhatErrorBodiesSayInNumbers) {
  const std::vector<Hint> cases{
      {429, R"({"message": "You are being rate limited.", "retry_after": 0.65, "global": false})",
       Millis{650}},
      {429, R"({"retryable":true,"retry_after":30,"status":429})", Millis{30'000}},
      {429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":35}})", Millis{35'000}},
      {503, R"({"error":{"code":503,"retryAfter":"12"}})", Millis{12'000}},
      {503, R"({"retry_after_ms": 1500})", Millis{1'500}},
      {429, R"([{"retry_after":5}])", Millis{5'000}},
      {429,
       R"({"error":{"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo"},)"
       R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"30s"}]}})",
       Millis{30'000}},
      {429, R"({"details":[{"retryDelay":"1.5s","@type":"x/google.rpc.RetryInfo"}]})",
       Millis{1'500}},
      {200, R"({"items":[{"backoff":99}],"backoff":10,"quota_max":300,"quota_remaining":2})",
       Millis{10'000}},
      {429, "---\nerror: 1015\nretry_after: 30\n---\n# Rate limited\n", Millis{30'000}},
  };
  for (const Hint& c : cases) EXPECT_EQ(hinted_wait(report_of(c.status, c.body)), c.wait) << c.body;
}

TEST(HintedWait, LeavesDataAndDamageAlone) {
  const std::vector<Hint> cases{
      {200, R"({"retry_after": 30})", {}},              // data, not an error
      {200, R"({"backoff": 30})", {}},                  // not Stack Exchange's wrapper
      {429, R"({"a":{"b":{"retry_after": 30}}})", {}},  // too deep to be about this answer
      {429, R"({"retry_after": "soon"})", {}},
      {429, R"({"retry_after": -4})", {}},
      {429, R"({"retry_after": 30)", {}},               // cut in the number
      {429, R"({"text": "\"retry_after\": 30"})", {}},  // inside a string
      {429, R"(<html>{"retry_after": 30}</html>)", {}},
      {429, R"({"details":[{"@type":"google.rpc.RetryInfo"},{"retryDelay":"30s"}]})", {}},
      {429, "---\ntitle: x\n---\nretry_after: 30\n", {}},  // after the front matter
      {429, "{", {}},
      {429, "", {}},
      {429, std::string(100'000, '{'), {}},
      {429, std::string(100'000, '['), {}},
  };
  for (const Hint& c : cases) {
    EXPECT_EQ(hinted_wait(report_of(c.status, c.body)), c.wait) << c.body.substr(0, 80);
  }
}

TEST(HintedWait, TakesTheLongestAndCutsIt) {
  EXPECT_EQ(hinted_wait(report_of(429, R"({"retry_after":5,"error":{"retry_after":9}})")),
            Millis{9'000});
  EXPECT_EQ(hinted_wait(report_of(429, R"({"retry_after":99999999999999})")), kHintedWaitMax);
}

TEST(HintedWait, ReadsFieldsThatAreNoStandard) {
  EXPECT_EQ(hinted_wait(report_of(503, "", "x-amz-retry-after: 1500")), Millis{1'500});
  EXPECT_EQ(hinted_wait(report_of(503, "", "X-Retry-In: 1.2s")), Millis{1'200});
  EXPECT_EQ(hinted_wait(report_of(503, "", "grpc-retry-pushback-ms: 700")), Millis{700});
  constexpr std::string_view kIso =
      "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 2026-11-22T00:05:45Z";
  EXPECT_EQ(hinted_wait(report_of(429, "", kIso)), Millis{60'000});
  EXPECT_EQ(hinted_wait(report_of(503, "", "grpc-retry-pushback-ms: -1")), std::nullopt);
}

}  // namespace
}  // namespace frontierd
