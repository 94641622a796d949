// RFC 9309 parsing and matching, case by case from tests/golden/robots, and the bounds.
#include "rules/robots.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

class RobotsTable : public testing::TestWithParam<const char*> {};

// Columns: name, robots.txt, agent, paths, allowed or barred, deciding line.
TEST_P(RobotsTable, AnswersAsTheTableSays) {
  const std::string path = std::string(TESTS_DIR) + "/golden/robots/" + GetParam() + ".tsv";
  for (const test::TsvRow& row : test::read_tsv(path)) {
    const Robots whole = Robots::parse(row.at(1));
    const Robots ours = Robots::parse_for(row.at(1), row.at(2));
    for (std::string_view url_path : split(row.fields.at(3), ' ')) {
      const RobotsAnswer answer = whole.allowed(row.at(2), url_path);
      EXPECT_EQ(answer.allowed ? "allowed" : "barred", row.at(4))
          << row.at(0) << " " << url_path << ", line " << row.line;
      EXPECT_EQ(std::to_string(answer.line), row.at(5)) << row.at(0) << " " << url_path;
      EXPECT_EQ(ours.allowed(row.at(2), url_path), answer) << row.at(0) << " " << url_path;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Golden, RobotsTable, testing::Values("groups", "paths", "lines"));

TEST(Robots, NamesTheRuleThatDecided) {
  const Robots robots = Robots::parse("User-agent: *\nDisallow: /a b*$\nAllow: /%62\n");
  EXPECT_EQ(robots.allowed("x", "/a%20bc").rule, "Disallow: /a%20b*$");
  EXPECT_EQ(robots.allowed("x", "/b").rule, "Allow: /b");
  EXPECT_EQ(robots.allowed("x", "/c").rule, "");
}

TEST(Robots, AllowsEverythingWithoutRulesAndNothingWhenItCannotBeHad) {
  EXPECT_TRUE(Robots().allowed("x", "/a").allowed);
  EXPECT_FALSE(Robots::disallow_all().allowed("x", "/a").allowed);
  EXPECT_TRUE(Robots::disallow_all().allowed("x", "/robots.txt").allowed);
  EXPECT_FALSE(Robots::disallow_all().crawl_delay("x"));
}

TEST(Robots, EmptyPathIsTheRoot) {
  EXPECT_FALSE(Robots::parse("User-agent: *\nDisallow: /$\n").allowed("x", "").allowed);
}

TEST(CrawlDelay, IsReadInSecondsAndCut) {
  const auto delay = [](std::string_view value) {
    return Robots::parse("User-agent: *\nCrawl-delay: " + std::string(value) + "\n")
        .crawl_delay("x");
  };
  EXPECT_EQ(delay("5"), Millis{5'000});
  EXPECT_EQ(delay("0.5"), Millis{500});
  EXPECT_EQ(delay("0"), Millis{0});
  EXPECT_EQ(delay("86400"), kCrawlDelayMax);
  EXPECT_EQ(delay("99999999999999999999999"), kCrawlDelayMax);
  for (std::string_view bad : {"", "-1", "5s", "five", "1,5"}) EXPECT_FALSE(delay(bad)) << bad;
}

TEST(CrawlDelay, TakesTheCapOfTheCaller) {
  const Robots robots = Robots::parse("User-agent: *\nCrawl-delay: 120\n");
  EXPECT_EQ(robots.crawl_delay("x", Seconds{60}), Millis{60'000});
  EXPECT_EQ(robots.crawl_delay("x", Seconds{600}), Millis{120'000});
}

TEST(CrawlDelay, HoldsForTheAgentsNamedAboveItInTheGroup) {
  const Robots robots = Robots::parse(
      "User-agent: slow\nCrawl-delay: 20\n\nUser-agent: *\nDisallow: /x\n\n"
      "User-agent: a\nUser-agent: b\nDisallow: /\nCrawl-delay: 3\nCrawl-delay: 7\n");
  EXPECT_EQ(robots.crawl_delay("slow"), Millis{20'000});
  EXPECT_FALSE(robots.crawl_delay("other"));
  EXPECT_EQ(robots.crawl_delay("a"), Millis{7'000});
  EXPECT_EQ(robots.crawl_delay("b"), Millis{7'000});
}

TEST(CrawlDelay, IsTheLongestOfMergedGroupsAndSurvivesKeepingOnlyOurs) {
  const std::string text =
      "User-agent: a\nCrawl-delay: 2\nDisallow: /x\nUser-agent: a\nDisallow: /y\nCrawl-delay: 9\n"
      "User-agent: *\nCrawl-delay: 20\n";
  EXPECT_EQ(Robots::parse(text).crawl_delay("A"), Millis{9'000});
  EXPECT_EQ(Robots::parse_for(text, "a/1.0").crawl_delay("a/1.0"), Millis{9'000});
}

TEST(CrawlDelay, OutsideAnyGroupSaysNothing) {
  EXPECT_FALSE(Robots::parse("Crawl-delay: 5\nUser-agent: *\nDisallow: /\n").crawl_delay("x"));
}

TEST(Sitemaps, AreCollectedWhereverTheyStandAndBounded) {
  EXPECT_EQ(Robots::parse("Sitemap: https://a.example/s.xml\nUser-agent: *\nDisallow: /\n"
                          "site-map:https://a.example/t.xml")
                .sitemaps(),
            (std::vector<std::string>{"https://a.example/s.xml", "https://a.example/t.xml"}));
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "Sitemap: https://a.example/" + std::to_string(i) + "\n";
  EXPECT_EQ(Robots::parse(many).sitemaps().size(), kRobotsSitemapsMax);
  EXPECT_TRUE(Robots::parse("Sitemap:\nSitemap: /" + std::string(20'000, 'a')).sitemaps().empty());
}

TEST(RobotsLimits, RulesWithin500KibAreUsed) {
  std::string text = "User-agent: *\n";
  while (text.size() < 500 * 1024 - 20) text += "# a comment to fill\n";
  text += "Disallow: /x\n";
  EXPECT_FALSE(Robots::parse(text).allowed("a", "/x").allowed);
}

TEST(RobotsLimits, TheLineCutByTheLimitIsNotUsed) {
  std::string text = "User-agent: *\nDisallow: /\n";
  text += "#" + std::string(kRobotsSizeMax - text.size() - 10, ' ') + "\n";
  text += "Allow: /private-of-mine\n";
  EXPECT_FALSE(Robots::parse(text).allowed("a", "/private").allowed);
  EXPECT_FALSE(Robots::parse(text.substr(0, kRobotsSizeMax)).allowed("a", "/private").allowed);
}

TEST(RobotsLimits, AnOverlongDisallowIsCutAndAnOverlongAllowDropped) {
  const std::string start = "/x/" + std::string(kRobotsPatternMax, 'a');
  EXPECT_FALSE(Robots::parse("User-agent: *\nDisallow: " + start + "/b$\n")
                   .allowed("a", start + "/c")
                   .allowed);
  EXPECT_FALSE(Robots::parse("User-agent: *\nDisallow: /\nAllow: " + start + "/b\n")
                   .allowed("a", start + "/b")
                   .allowed);
}

TEST(RobotsLimits, KeepsLittleOfAFileAboutOthers) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) {
    text += "User-agent: bot" + std::to_string(i) + "\nDisallow: /private/of/bot\n";
  }
  text += "User-agent: ours\nDisallow: /x\n";
  const Robots ours = Robots::parse_for(text, "ours");
  EXPECT_LT(ours.memory(), 1'000u);
  EXPECT_FALSE(ours.allowed("ours", "/x").allowed);
  EXPECT_TRUE(ours.allowed("ours", "/private/of/bot").allowed);
}

// A wildcard matcher that tries again after each failure would not come back from this.
TEST(RobotsLimits, HostileWildcardsCostNoMoreThanPathTimesPattern) {
  std::string pattern = "/";
  for (int i = 0; i < 500; ++i) pattern += "*a";
  std::string text = "User-agent: *\n";
  while (text.size() + pattern.size() + 20 < kRobotsSizeMax)
    text += "Disallow: " + pattern + "*b$\n";
  const Robots robots = Robots::parse_for(text, "x");
  EXPECT_TRUE(robots.allowed("x", "/" + std::string(2'000, 'a')).allowed);
  EXPECT_FALSE(robots.allowed("x", "/" + std::string(2'000, 'a') + "b").allowed);
}

}  // namespace
}  // namespace frontierd
