#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "unit/frontierctl/runner.h"

namespace frontierd {
namespace {

const char* const kRobots = "User-agent: *\nDisallow: /private\nAllow: /private/open\n";

TEST(RobotsCheck, ExitsZeroWhenAllowedOneWhenNotAndNamesTheLine) {
  const auto check = [](const std::string& url) {
    return frontierctl({"robots", "check", "--agent", "frontierd", "--url", url}, kRobots);
  };
  EXPECT_EQ(check("https://a.org/x").code, kExitDone);
  const Ran barred = check("https://a.org/private/x");
  EXPECT_EQ(barred.code, kExitNo);
  EXPECT_NE(barred.out.find("line 2: Disallow: /private"), std::string::npos) << barred.out;
  EXPECT_EQ(check("https://a.org/private/open").code, kExitDone);
  EXPECT_EQ(check("ftp://a.org/").code, kExitUsage);
}

// The daemon fetches a page exactly where this says "allowed": one rule for both.
TEST(RobotsCheck, SaysOfEveryFileWhatTheDaemonDoesWithIt) {
  using namespace std::string_literals;
  const std::string rules = "User-agent: *\nDisallow: /private\n";
  std::string utf16 = "\xff\xfe";
  for (char c : rules) utf16 += {c, '\0'};
  struct Case {
    std::string name, body;
    bool open, shut;  // /x and /private allowed
  };
  const Case cases[] = {
      {"plain", rules, true, false},
      {"byte order mark", "\xef\xbb\xbf" + rules, true, false},
      {"UTF-16", utf16, false, false},
      {"NUL in a line", "User-agent: *\0\nDisallow: /private\n"s, true, false},
      {"NUL before", "\0"s + rules, true, false},
      {"binary", "\x89PNG\0\0\1"s, false, false},
      {"HTML", "<html><title>Shop</title><p>Welcome to our shop of shoes.</p></html>", true, true},
      {"challenge", "<title>Just a moment...</title><script src=\"/cdn-cgi/challenge-platform/h/b/"
                    "orchestrate/chl_page/v1\"></script>",
       false, false},
      {"JSON", "{\"error\": 1}", false, false},
      {"empty", "", true, true},
      {"over the limit", rules + std::string(600'000, '#'), true, false}};
  for (const Case& one : cases) {
    const auto allowed = [&](const std::string& path) {
      const Ran ran = frontierctl(
          {"robots", "check", "--agent", "frontierd", "--url", "https://a.org" + path}, one.body);
      EXPECT_EQ(ran.out.starts_with("allowed"), ran.code == kExitDone) << one.name;
      EXPECT_FALSE(ran.out.empty()) << one.name;
      return ran.code == kExitDone;
    };
    EXPECT_EQ(allowed("/x"), one.open) << one.name;
    EXPECT_EQ(allowed("/private"), one.shut) << one.name;
  }
}

TEST(CommandLine, NamesTheNearestCommandOrOptionForAnUnknownWord) {
  const auto err = [](std::vector<std::string> line) {
    const Ran ran = frontierctl(std::move(line));
    EXPECT_EQ(ran.code, kExitUsage);
    return ran.err;
  };
  EXPECT_EQ(
      err({"egres"}),
      "frontierctl: unknown command \"egres\"; did you mean egress; see frontierctl --help\n");
  EXPECT_NE(err({"url", "cannon"}).find("did you mean canon; see frontierctl url --help"),
            std::string::npos);
  EXPECT_NE(err({"hosts", "--wallled"}).find("\"--wallled\"; did you mean --walled"),
            std::string::npos);
  EXPECT_NE(err({"status", "please"}).find("one word too many: \"please\""), std::string::npos);
  EXPECT_NE(err({"frobnicate"}).find("unknown command \"frobnicate\"; known here: "), std::string::npos);
  EXPECT_NE(err({"hosts", "--stae"}).find("export has --state; known here: --"), std::string::npos);
  EXPECT_NE(err({"url"}).find("say which command: canon; see frontierctl url --help"),
            std::string::npos);
  EXPECT_NE(err({}).find("say which command: seed, status"), std::string::npos);
}

TEST(UrlCanon, PrintsOneLineForEachLine) {
  const Ran ran = frontierctl({"url", "canon"}, "HTTP://A.org:80/x#f\nftp://b.org/\n");
  EXPECT_EQ(ran.code, kExitNo);
  EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')), "http://a.org/x\thttp://a.org");
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 2);
  EXPECT_EQ(frontierctl({"url", "canon"}, "http://a.org/\n").code, kExitDone);
}

TEST(Classify, ReadsARawResponseAndPrintsOneObject) {
  const Ran ran = frontierctl(
      {"classify", "--json", "--url", "https://a.org/", "--now", "2026-11-22T00:00:00Z"},
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\n\r\n");
  ASSERT_EQ(ran.code, kExitDone) << ran.err;
  const auto object = boost::json::parse(ran.out).as_object();
  EXPECT_EQ(object.at("class").as_string(), "rate_limited");
  EXPECT_EQ(object.at("retry_after_seconds").to_number<int>(), 120);
}

TEST(Classify, ReadsAStreamOfObjectsAndRejectsBadOnesByLine) {
  const Ran ran =
      frontierctl({"classify", "--jsonl"},
                  "{\"id\":\"a\",\"status\":404}\nnonsense\n{\"id\":\"b\",\"status\":200}\n");
  EXPECT_EQ(ran.code, kExitPartly);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 2);
  EXPECT_NE(ran.err.find("line 2"), std::string::npos);
}

TEST(Classify, WhatIsNoResponseIsAUsageError) {
  EXPECT_EQ(frontierctl({"classify"}, "hello").code, kExitUsage);
  EXPECT_EQ(frontierctl({"classify", "--now", "soon"}, "HTTP/1.1 200 OK\r\n\r\n").code, kExitUsage);
}

}  // namespace
}  // namespace frontierd
