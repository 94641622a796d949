#include "frontierctl/render.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>

namespace frontierd {
namespace {

namespace json = boost::json;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const char* const kStatus = R"({"version":"1.2.3","now":"2026-11-22T01:00:00.000Z",
  "started_at":"2026-11-22T00:00:00.000Z","paused":false,"draining":false,"trouble":null,
  "store":"sqlite /var/x","urls":{"queued":1234567,"done":3},"hosts_known":7,
  "hosts":{"ready":2},"dropped_because":{},"flights":1,"flights_max":256,"pages_per_second":12.34,
  "archive":{"on":true,"folder":"/w","bytes":1500000,"records":9},
  "config":{"ok":true,"at":"2026-11-22T00:00:00.000Z","what":""}})";

TEST(Render, StatusIsReadableAndHasNoColourUnlessAsked) {
  const json::object status = json::parse(kStatus).as_object();
  const std::string plain = render_status(status, Style{});
  EXPECT_TRUE(contains(plain, "frontierd 1.2.3, up 1h, fetching")) << plain;
  EXPECT_TRUE(contains(plain, "queued 1,234,567"));
  EXPECT_TRUE(contains(plain, "12.3 pages/s"));
  EXPECT_TRUE(contains(plain, "1.5 MB in 9 records"));
  EXPECT_FALSE(contains(plain, "\x1b"));
  EXPECT_TRUE(contains(render_status(status, Style{true}), "\x1b[32mfetching"));
}

TEST(Render, EgressShowsHealthAndWhatIsBlockedUntilWhen) {
  const auto told = boost::json::parse(R"json({"now":"2026-11-22T00:00:00.000Z","egresses":[
    {"egress":"office","kind":"http","condition":"resting","rest_until":"2026-11-22T00:01:00.000Z",
     "why":"connection refused","flights":12,"refusals":2,"failures":3,"blocked_hosts":1}],
    "providers":[],"next":null,"blocks":[
    {"host":"https://a.org","egress":"office","until":"2026-11-22T06:00:00.000Z","blocked":true,
     "why":"bot_walled (403)"},
    {"host":"https://b.org","egress":"office","until":null,"blocked":false,"why":"once"}]
})json");
  const std::string text = render_egress(told.as_object(), Style{});
  EXPECT_NE(text.find("12 flights, 2 walls, 3 failures, blocked for 1 hosts"), std::string::npos);
  EXPECT_NE(text.find("(in 1m): connection refused"), std::string::npos) << text;
  EXPECT_NE(text.find("https://a.org, until"), std::string::npos);
  EXPECT_EQ(text.find("https://b.org"), std::string::npos);
  EXPECT_NE(render_egress({}, Style{}).find("no egress is configured"), std::string::npos);
}

TEST(Render, APausedDaemonAndARefusedReloadStandOut) {
  json::object status = json::parse(kStatus).as_object();
  status["paused"] = true;
  status["config"] = {{"ok", false}, {"at", nullptr}, {"what", "line 3"}};
  const std::string text = render_status(status, Style{});
  EXPECT_TRUE(contains(text, "PAUSED"));
  EXPECT_TRUE(contains(text, "REFUSED"));
}

TEST(Render, NothingMissingOrOfAnotherKindCrashes) {
  const json::object odd = json::parse(R"({"urls":[],"config":7,"version":null,"now":{},
    "chain":[1],"attempts":[2],"commands":[3],"incidents_last":{},"status":5,"hosts":"x"})")
                               .as_object();
  for (const json::object& object : {json::object{}, odd}) {
    EXPECT_FALSE(render_status(object, Style{}).empty());
    EXPECT_FALSE(render_top(object, Style{}).empty());
    EXPECT_FALSE(render_host(object, Style{}).empty());
    EXPECT_FALSE(render_explanation(object, Style{}).empty());
  }
}

TEST(Render, ExplanationTellsEverythingInOrder) {
  const json::object told = json::parse(R"({"subject":"https://a.org/","state":"queued",
    "since":"2026-11-22T00:59:00.000Z","until":"2026-11-22T01:05:00.000Z",
    "now":"2026-11-22T01:00:00.000Z","summary":"Waits.","why":"503","chain":["attempt 1"],
    "attempts":[{"evidence":[{"rule":"nginx-503","strength":"strong","what":"title"}]}],
    "next":"A probe.","commands":[{"run":"frontierctl retry x","effect":"now"}]})")
                                .as_object();
  const std::string text = render_explanation(told, Style{});
  std::size_t at = 0;
  for (const char* part : {"https://a.org/", "queued", "1m ago", "in 5m", "Waits.", "503",
                           "attempt 1", "nginx-503: title", "A probe.", "frontierctl retry x"}) {
    const std::size_t found = text.find(part, at);
    EXPECT_NE(found, std::string::npos) << part << "\n" << text;
    if (found != std::string::npos) at = found;
  }
}

TEST(Render, WhatIsOverHasNoEndToWaitFor) {
  const std::string done = render_explanation(
      json::parse(R"({"kind":"url","state":"done","until":null,"chain":["a","b"]})").as_object(), Style{});
  EXPECT_FALSE(contains(done, "until")) << done;
  EXPECT_TRUE(contains(done, "2 attempts")) << done;
  const std::string queued = render_explanation(
      json::parse(R"({"kind":"url","state":"queued","until":null,"chain":[]})").as_object(), Style{});
  EXPECT_TRUE(contains(queued, "no end by itself")) << queued;
  EXPECT_TRUE(contains(queued, "it was not asked for yet")) << queued;
}

TEST(Render, WhatARemoteHostWroteCannotSteerTheTerminal) {
  EXPECT_EQ(safe_cell("a\x1b[2Jb\nc\x7f", 80), "a?[2Jb?c?");
  EXPECT_EQ(safe_cell("x\xc2\x9b"
                      "2J",
                      80),
            "x?2J");
  EXPECT_EQ(safe_cell("\xc3\xa9t\xc3\xa9", 80), "\xc3\xa9t\xc3\xa9");
  EXPECT_EQ(safe_cell("abcdef", 3), "abc...");
  const json::array hosts =
      json::parse(R"([{"host":"h\u001b]0;x\u0007","why":"\r\n"}])").as_array();
  EXPECT_FALSE(contains(render_hosts(hosts, "", true, Style{}), "\x1b"));
}

TEST(Terminal, NumbersForPeople) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1'000'000), "1,000,000");
  EXPECT_EQ(in_bytes(999), "999 B");
  EXPECT_EQ(in_bytes(1'234'567), "1.2 MB");
  EXPECT_EQ(progress_line(50, 100, 600, 1.0),
            "[###############...............]  50 %  600 lines  600/s");
  EXPECT_EQ(progress_line(50, 0, 600, 0), "600 lines  0/s");
}

TEST(Terminal, ColourNeedsATerminalAndNobodyAgainstIt) {
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(wants_color(false, true));
  EXPECT_FALSE(wants_color(true, true));
  EXPECT_FALSE(wants_color(false, false));
  ::setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(wants_color(false, true)) << "an empty NO_COLOR says nothing";
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_color(false, true));
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(wants_color(false, true));
}

}  // namespace
}  // namespace frontierd
