#include "api/routes.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/export_rows.h"
#include "api/guard.h"
#include "api/json_text.h"
#include "base/utf8.h"
#include "unit/api/fake_control.h"

namespace frontierd {
namespace {

namespace json = boost::json;

class RoutesTest : public ::testing::Test {
 protected:
  Answer call(const std::string& method, const std::string& target, std::string body = {}) {
    auto parsed = parse_target(target);
    EXPECT_TRUE(parsed) << target;
    return routes_.answer({method, *parsed, std::move(body)});
  }
  json::object get(const std::string& target) {
    const Answer answer = call("GET", target);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body).as_object();
  }
  std::string detail(const Answer& answer) {
    EXPECT_EQ(answer.type, "application/problem+json");
    const json::object body = json::parse(answer.body).as_object();
    EXPECT_EQ(body.at("status").as_int64(), answer.status);
    return body.at("detail").as_string().c_str();
  }
  void seed(const std::string& url) {
    const std::vector<Seed> seeds{{url, 5, kLongAgo, ""}};
    ASSERT_TRUE(control_.admit(seeds));
  }

  FakeControl control_;
  MetricsJournal metrics_;
  Routes routes_{control_, control_, metrics_};
};

TEST_F(RoutesTest, StatusTellsVersionAndCountsAndDropsTheirReasons) {
  seed("https://a.org/");
  const json::object status = get("/v1/status");
  EXPECT_EQ(status.at("version").as_string(), "1.2.3");
  EXPECT_EQ(status.at("urls").at("queued").to_number<int>(), 1);
  EXPECT_EQ(status.at("dropped_because").at("gone").to_number<int>(), 7);
  const json::value drops = get("/v1/drops");
  EXPECT_EQ(drops.at("drops").at(0).at("because").as_string(), "gone");
  EXPECT_EQ(drops.at("drops").at(0).at("urls").to_number<int>(), 7);
  EXPECT_EQ(status.at("hosts").as_object().size(), static_cast<std::size_t>(kHostConditions));
}

TEST_F(RoutesTest, EgressTellsHealthBlocksAndWhereToGoOn) {
  EgressNow office;
  office.rule.name = "office";
  office.rule.kind = EgressKind::Socks5;
  office.rule.first = false;
  office.health = {1, kFakeNow, kFakeNow + Seconds{30}, "connection refused"};
  office.failures = 4;
  control_.egresses = {office};
  control_.blocks = {
      {HostId{3},
       "https://a.org",
       {"office", "akamai", 2, kFakeNow, kFakeNow + Seconds{60}, "bot_walled (403)"}}};
  const json::object told = get("/v1/egress?limit=1");
  const json::value& way = told.at("egresses").at(0);
  EXPECT_EQ(way.at("egress").as_string(), "office");
  EXPECT_EQ(way.at("kind").as_string(), "socks5");
  EXPECT_EQ(way.at("condition").as_string(), "resting");
  EXPECT_EQ(way.at("for").as_array().size(), 1u);
  EXPECT_EQ(way.at("failures").to_number<int>(), 4);
  EXPECT_EQ(way.at("blocked_hosts").to_number<int>(), 1);
  const json::value& block = told.at("blocks").at(0);
  EXPECT_EQ(block.at("host").as_string(), "https://a.org");
  EXPECT_EQ(block.at("vendor").as_string(), "akamai");
  EXPECT_TRUE(block.at("blocked").as_bool());
  EXPECT_EQ(told.at("next").as_string(), "3");
  EXPECT_TRUE(get("/v1/egress?after=3").at("next").is_null());
  EXPECT_EQ(call("GET", "/v1/egress?host=a").status, 400);
}

TEST_F(RoutesTest, MetricsHaveASeriesForEachConfiguredEgressAndNoneWithout) {
  EXPECT_EQ(call("GET", "/metrics").body.find("frontierd_egress_"), std::string::npos);
  EgressNow office;
  office.rule.name = "office";
  control_.egresses = {office};
  const std::string text = call("GET", "/metrics").body;
  EXPECT_NE(text.find("frontierd_egress_up{egress=\"office\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("frontierd_egress_blocked_hosts{egress=\"office\"} 0\n"), std::string::npos);
}

TEST_F(RoutesTest, AnUnknownRouteIs404AndAWrongMethodIs405WithAllow) {
  EXPECT_EQ(call("GET", "/v1/nothing").status, 404);
  const Answer answer = call("DELETE", "/v1/hosts/a");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.allow, "GET, PATCH");
}

TEST_F(RoutesTest, ARouteWithoutQueryFieldsRefusesAnyOne) {
  EXPECT_EQ(call("GET", "/v1/status").status, 200);
  const Answer answer = call("GET", "/v1/status?x=y");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(detail(answer).find("this route takes none"), std::string::npos);
  EXPECT_EQ(call("POST", "/v1/drain?host=a").status, 400);
}

TEST_F(RoutesTest, AMisspeltFilterIsAnErrorNotTheWholeList) {
  const Answer answer = call("GET", "/v1/hosts?wallled=1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(detail(answer).find("known are walled"), std::string::npos);
}

TEST_F(RoutesTest, HostsArePagedByCursor) {
  for (int i = 0; i < 5; ++i) seed("https://h" + std::to_string(i) + ".org/");
  std::string after = "0";
  std::set<std::string> keys;
  int pages = 0;
  while (true) {
    const json::object page = get("/v1/hosts?limit=2&after=" + after);
    for (const json::value& host : page.at("hosts").as_array()) {
      EXPECT_TRUE(keys.insert(host.at("host").as_string().c_str()).second);
    }
    ++pages;
    if (page.at("next").is_null()) break;
    after = page.at("next").as_string().c_str();
  }
  EXPECT_EQ(keys.size(), 5u);
  EXPECT_EQ(pages, 3);
}

TEST_F(RoutesTest, APageOverTheLimitIsRefused) {
  EXPECT_EQ(call("GET", "/v1/hosts?limit=513").status, 400);
  EXPECT_EQ(call("GET", "/v1/hosts?limit=0").status, 400);
}

TEST_F(RoutesTest, AHostIsFoundByKeyByUrlAndByBareName) {
  seed("https://a.org/");
  for (const char* name :
       {"https%3A%2F%2Fa.org", "https%3A%2F%2Fa.org%2Fx%3Fy", "a.org", "A.ORG"}) {
    EXPECT_EQ(get(std::string("/v1/hosts/") + name).at("host").as_string(), "https://a.org")
        << name;
  }
  EXPECT_EQ(call("GET", "/v1/hosts/b.org").status, 404);
}

TEST_F(RoutesTest, ABareNameWithTwoSchemesOnRecordMustBeToldApart) {
  seed("https://a.org/");
  seed("http://a.org/");
  EXPECT_EQ(call("GET", "/v1/hosts/a.org").status, 409);
}

TEST_F(RoutesTest, ABareNameIsChangedWithEverySchemeAndPortOfIt) {
  for (const char* url :
       {"https://shop.example/", "http://shop.example:8080/", "https://shop.example:8443/",
        "https://shop.example.org/", "https://ashop.example/", "https://shop.example-2/"}) {
    seed(url);
  }
  const auto paused = [&] {
    std::set<std::string> out;
    const auto page = get("/v1/hosts?paused");
    for (const json::value& host : page.at("hosts").as_array()) {
      out.insert(host.at("host").as_string().c_str());
    }
    return out;
  };
  Answer answer = call("POST", "/v1/pause?host=Shop.Example.");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("hosts").as_array().size(), 3u);
  EXPECT_EQ(paused(), (std::set<std::string>{"http://shop.example:8080", "https://shop.example",
                                             "https://shop.example:8443"}));
  EXPECT_EQ(call("POST", "/v1/resume?host=shop.example:8443").status, 200);
  EXPECT_EQ(call("POST", "/v1/resume?host=https://shop.example").status, 200);
  EXPECT_EQ(paused(), std::set<std::string>{"http://shop.example:8080"});
  EXPECT_EQ(call("PATCH", "/v1/hosts/shop.example", R"({"gap":"2s"})").status, 200);
  EXPECT_EQ(control_.host_entry("https://shop.example:8443").wishes.gap, Seconds{2});
  control_.selections.clear();
  EXPECT_EQ(call("POST", "/v1/retry?host=shop.example").status, 200);
  EXPECT_EQ(control_.selections.size(), 3u);
}

TEST_F(RoutesTest, WhoIsNotOnRecordIsRefusedWithTheNearestAndNothingIsMade) {
  seed("https://shop.example:8443/");
  seed("https://other.test/");
  for (const char* target :
       {"/v1/pause?host=https://shop.example", "/v1/pause?host=shop.exmple",
        "/v1/pause?host=shop.example:8080", "/v1/resume?host=http://shop.example:8443",
        "/v1/retry?host=hop.example", "/v1/drop?host=shop.example:443"}) {
    const Answer answer = call("POST", target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_NE(answer.body.find("https://shop.example:8443"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(call("PATCH", "/v1/hosts/nosuch", R"({"gap":"1s"})").status, 404);
  EXPECT_EQ(call("POST", "/v1/retry?url=https://shop.example:8443/none").status, 404);
  EXPECT_EQ(get("/v1/hosts").at("hosts").as_array().size(), 2u);
}

TEST_F(RoutesTest, AHostIsMadeBeforeItsFirstUrlOnlyWhereThatIsSaid) {
  EXPECT_EQ(call("PATCH", "/v1/hosts/new.example?new", R"({"gap":"9s"})").status, 200);
  EXPECT_EQ(control_.host_entry("https://new.example").wishes.gap, Seconds{9});
  EXPECT_EQ(call("POST", "/v1/pause?new=1&host=http://b.example:81").status, 200);
  EXPECT_TRUE(control_.host_entry("http://b.example:81").wishes.paused);
}

TEST_F(RoutesTest, PatchChangesOnlyTheWishesItNames) {
  control_.host_entry("https://a.org").wishes.note = "keep";
  const Answer answer = call("PATCH", "/v1/hosts/a.org", R"({"gap":"250ms","flights":2})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const HostWishes& wishes = control_.host_entry("https://a.org").wishes;
  EXPECT_EQ(wishes.gap, Millis{250});
  EXPECT_EQ(wishes.flights, 2);
  EXPECT_EQ(wishes.note, "keep");
  ASSERT_EQ(call("PATCH", "/v1/hosts/a.org", R"({"gap":null})").status, 200);
  EXPECT_FALSE(wishes.gap.has_value());
}

TEST_F(RoutesTest, AWrongPatchChangesNothing) {
  control_.host_entry("https://a.org");
  for (const char* body :
       {"", "[]", R"({"gap":5})", R"({"gap":"-1s"})", R"({"gap":"48h"})", R"({"flights":0})",
        R"({"flights":1.5})", R"({"paused":1})", R"({"gap":"1s","speed":9})"}) {
    EXPECT_EQ(call("PATCH", "/v1/hosts/a.org", body).status, 400) << body;
  }
  EXPECT_EQ(control_.host_entry("https://a.org").wishes, HostWishes{});
}

TEST_F(RoutesTest, PauseAndResumeReachEverythingOrOneHost) {
  seed("https://a.org/");
  EXPECT_EQ(call("POST", "/v1/pause").status, 200);
  EXPECT_TRUE(control_.frontier.paused);
  EXPECT_EQ(call("POST", "/v1/resume").status, 200);
  EXPECT_FALSE(control_.frontier.paused);
  EXPECT_EQ(call("POST", "/v1/pause?host=a.org").status, 200);
  EXPECT_TRUE(control_.host_entry("https://a.org").wishes.paused);
  EXPECT_FALSE(control_.frontier.paused);
}

TEST_F(RoutesTest, RetryNeedsASelectionAndSaysWhetherThereIsMore) {
  EXPECT_EQ(call("POST", "/v1/retry").status, 400);
  seed("https://a.org/");
  control_.changes = {kSelectionBatchMax, 12};
  Answer answer = call("POST", "/v1/retry?because=walled&host=a.org");
  EXPECT_TRUE(json::parse(answer.body).at("more").as_bool());
  answer = call("POST", "/v1/retry?because=walled&host=a.org");
  EXPECT_FALSE(json::parse(answer.body).at("more").as_bool());
  EXPECT_EQ(control_.selections[0].because, DropReason::Walled);
}

TEST_F(RoutesTest, AnUnknownReasonOrClassListsTheKnownOnes) {
  EXPECT_NE(detail(call("POST", "/v1/drop?because=x")).find("host_exhausted"), std::string::npos);
  EXPECT_NE(detail(call("POST", "/v1/drop?class=x")).find("rate_limited"), std::string::npos);
}

TEST_F(RoutesTest, ExplainCanonicalisesTheUrlAndTellsItsAttempts) {
  seed("https://a.org/x");
  AttemptRecord attempt;
  attempt.number = 1;
  attempt.evidence = R"([{"rule":"nginx-503","strength":"strong","what":"title"}])";
  control_.attempts_ = {attempt};
  const json::object told = get("/v1/explain?url=HTTPS://A.org:443/x%23frag");
  EXPECT_EQ(told.at("subject").as_string(), "https://a.org/x");
  EXPECT_EQ(told.at("attempts").at(0).at("evidence").at(0).at("rule").as_string(), "nginx-503");
  EXPECT_FALSE(told.at("commands").as_array().empty());
  EXPECT_EQ(get("/v1/explain?host=a.org").at("kind").as_string(), "host");
}

TEST_F(RoutesTest, ExplainOfSomethingUnknownSaysHowToBringItIn) {
  const Answer answer = call("GET", "/v1/explain?url=https://a.org/");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(detail(answer).find("frontierctl seed"), std::string::npos);
  EXPECT_EQ(call("GET", "/v1/explain?url=ftp://a.org/").status, 400);
  EXPECT_EQ(call("GET", "/v1/explain").status, 400);
}

TEST_F(RoutesTest, ABadReloadIsA400WithEveryFault) {
  EXPECT_EQ(call("POST", "/v1/reload").status, 200);
  control_.bad_config = "line 3: unknown key; line 9: out of range";
  EXPECT_NE(detail(call("POST", "/v1/reload")).find("line 9"), std::string::npos);
}

TEST_F(RoutesTest, ReadyzFailsWhileDrainingAndLivezDoesNot) {
  EXPECT_EQ(call("GET", "/readyz").status, 200);
  EXPECT_NE(call("GET", "/readyz?verbose").body.find("[+]store"), std::string::npos);
  EXPECT_EQ(call("POST", "/v1/drain").status, 202);
  EXPECT_EQ(call("GET", "/readyz").status, 503);
  EXPECT_EQ(call("GET", "/livez").status, 200);
  control_.checks = {{"store", false, "the disk is full"}};
  EXPECT_NE(call("GET", "/readyz?verbose").body.find("[-]store: the disk is full"),
            std::string::npos);
}

TEST(Target, IsDecodedSegmentBySegment) {
  const auto target = parse_target("/v1/hosts/https%3A%2F%2Fa.org%2f?x=a%26b&y=1+2&z");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, (std::vector<std::string>{"v1", "hosts", "https://a.org/"}));
  EXPECT_EQ(target->field("x"), "a&b");
  EXPECT_EQ(target->field("y"), "1 2");
  EXPECT_EQ(target->field("z"), "");
  EXPECT_FALSE(target->field("q"));
}

TEST(Target, RefusesWhatIsNoTarget) {
  for (const char* text : {"", "x", "*", "/%", "/%4", "/%zz", "/?a=%"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
  EXPECT_FALSE(parse_target("/" + std::string(kTargetBytesMax, 'x')));
  const std::string longest(16'384, '%');
  EXPECT_TRUE(parse_target("/v1/explain?url=" + percent_encode(longest)));
  std::string many = "/?";
  for (std::size_t i = 0; i <= kQueryFieldsMax; ++i) many += "a=1&";
  EXPECT_FALSE(parse_target(many));
}

TEST(Target, EncodingComesBackThroughDecoding) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(parse_target("/?x=" + percent_encode(all))->field("x"), all);
  EXPECT_EQ(parse_target("/" + percent_encode(all))->path[0], all);
}

std::optional<Answer> over_tcp(const std::string& target, const Credentials& credentials,
                               std::string_view token) {
  return refuse_tcp(*parse_target(target), credentials, token);
}

TEST(Guard, TcpServesHealthAndMetricsToAnyoneOnThisMachine) {
  EXPECT_FALSE(over_tcp("/metrics", {"localhost:9090", "", ""}, ""));
  EXPECT_FALSE(over_tcp("/livez", {"127.0.0.1", "", ""}, ""));
  EXPECT_FALSE(over_tcp("/readyz?verbose", {"[::1]:9090", "", ""}, ""));
}

TEST(Guard, ANameThatIsNotThisMachineIsRefusedAgainstRebinding) {
  for (const char* host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example"}) {
    EXPECT_EQ(over_tcp("/metrics", {host, "", ""}, "")->status, 403) << host;
  }
  EXPECT_EQ(over_tcp("/metrics", {"localhost", "http://evil.example", ""}, "")->status, 403);
}

TEST(Guard, OnlyTheBearerOfTheTokenReachesTheRest) {
  const std::string token = "0123456789abcdef";
  EXPECT_EQ(over_tcp("/v1/status", {"localhost", "", ""}, "")->status, 403);
  EXPECT_EQ(over_tcp("/v1/status", {"localhost", "", "Bearer "}, "")->status, 403);
  EXPECT_EQ(over_tcp("/v1/status", {"localhost", "", ""}, token)->status, 401);
  EXPECT_EQ(over_tcp("/v1/status", {"localhost", "", "Bearer 0123456789abcdeg"}, token)->status,
            401);
  EXPECT_EQ(over_tcp("/v1/status", {"localhost", "", "Basic " + token}, token)->status, 401);
  EXPECT_FALSE(over_tcp("/v1/status", {"localhost", "", "bearer " + token}, token));
}

TEST(ExportRows, CsvQuotesWhatNeedsQuotingAndHasOneCellPerColumn) {
  UrlRecord url;
  url.id = static_cast<UrlId>(1);
  url.url = "https://a.org/?a,b";
  url.why = "said \"no\"";
  const std::string row = export_rows(ExportFormat::Csv, {&url, 1});
  EXPECT_NE(row.find("\"https://a.org/?a,b\""), std::string::npos);
  EXPECT_NE(row.find("\"said \"\"no\"\"\""), std::string::npos);
  EXPECT_EQ(std::count(row.begin(), row.end(), ',') - 1, static_cast<std::ptrdiff_t>([] {
              const std::string head = export_head(ExportFormat::Csv);
              return std::count(head.begin(), head.end(), ',');
            }()));
}

TEST(ExportRows, NoCellIsAFormulaOrActsOnWhoShowsIt) {
  UrlRecord url;
  url.url = "https://a.org/";
  url.via = "=HYPERLINK(\"http://evil.example\")";
  url.content_type = "text/html\x1b]0;x\x07; charset=\xe9";
  url.metadata = "@SUM(1)\r\nnext";
  url.why = "\xe2\x80\xae" "evil";
  const std::string row = export_rows(ExportFormat::Csv, {&url, 1});
  EXPECT_NE(row.find(",\"'=HYPERLINK(\"\"http"), std::string::npos) << row;
  EXPECT_NE(row.find(",'@SUM(1)??next"), std::string::npos) << row;
  EXPECT_NE(row.find(",text/html?]0;x?; charset=\xef\xbf\xbd,"), std::string::npos) << row;
  EXPECT_NE(row.find(",?evil,"), std::string::npos) << row;
  for (const char* begins : {"+1", "-1", "@a", "=1"}) {
    url.via = begins;
    EXPECT_NE(export_rows(ExportFormat::Csv, {&url, 1}).find(std::string(",'") + begins), std::string::npos);
  }
}

TEST(JsonText, WhateverBytesAStringHoldsTheTextParsesAndShowsNothingThatActs) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string held{'a', static_cast<char>(byte), 'b'};
    const std::string text = json_text(boost::json::value(boost::json::string(held)));
    EXPECT_TRUE(is_valid_utf8(text)) << byte;
    for (char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != '\x7f') << byte;
    boost::json::error_code error;
    const auto back = boost::json::parse(text, error);
    ASSERT_FALSE(error) << byte << ' ' << text;
    EXPECT_TRUE(byte >= 0x80 || back.as_string() == held) << byte;
  }
  EXPECT_EQ(json_text("\xc2\x9b" "31m \xe2\x80\xae" "x"), R"("\u009b31m \u202ex")");
  EXPECT_EQ(json_text("\xc3\xa9"), "\"\xc3\xa9\"");
}

}  // namespace
}  // namespace frontierd
