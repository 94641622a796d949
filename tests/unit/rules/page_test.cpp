#include "rules/page.h"

#include <gtest/gtest.h>

#include "rules/cache_proof.h"
#include "rules/charset.h"
#include "rules/fold.h"
#include "rules/glob.h"
#include "rules/literal_scan.h"
#include "rules/machine_fields.h"

namespace frontierd {
namespace {

FetchReport body(std::string text, std::string type = "text/html") {
  FetchReport report;
  report.body_head = std::move(text);
  report.headers = {{"Content-Type", std::move(type)}};
  return report;
}

TEST(Page, TitleHeadingsAndTextAreFoldedAndUnescaped) {
  const FetchReport report = body(
      "<title>\n Just&nbsp;a  Moment\u2026</title><style>x{}</style><h1>Erd\u00d6l &amp; Co</h1>"
      "<p>Reference&#32;&#35;18&#46;c5</p><script>hidden()</script><!-- gone -->end");
  Page page;
  read_page(report, page);
  EXPECT_EQ(page.kind, PageKind::Html);
  EXPECT_EQ(page.title, "just a moment...");
  ASSERT_EQ(page.headings.size(), 1u);
  EXPECT_EQ(page.headings[0], "erd\u00f6l & co");
  EXPECT_EQ(page.text, "erd\u00f6l & co reference #18.c5 end");
  EXPECT_EQ(page.visible, 26);
}

TEST(Page, ANoticeIsBareAndAFormOrAnArticleIsNot) {
  const auto bare = [](const char* text) {
    const FetchReport report = body(text);
    Page page;
    read_page(report, page);
    return page.is_bare();
  };
  EXPECT_TRUE(bare("<html><h1>Sorry</h1><p>Back soon.</p><a href=/>home</a></html>"));
  EXPECT_TRUE(bare("<html><input type=hidden name=t><input type='submit'></html>"));
  EXPECT_FALSE(bare("<html><input name=email></html>"));
  EXPECT_FALSE(bare("<html><pre>x</pre></html>"));
  EXPECT_FALSE(bare("<html><meta property='og:type' content='article'></html>"));
}

TEST(Page, ReadingStopsOnceAPageIsPlainlyLong) {
  const FetchReport report = body("<html><body>" + std::string(40'000, 'a') + "<h1>late</h1>");
  Page page;
  read_page(report, page);
  EXPECT_FALSE(page.is_short());
  EXPECT_LE(page.text.size(), kPageTextMax);
  EXPECT_TRUE(page.headings.empty());
  EXPECT_TRUE(page.in_text(39'000)) << "what was not read counts as text";
}

TEST(Page, DamagedMarkupEndsSomewhere) {
  for (const char* text : {"<", "<!--", "<html", "<script>", "<title>", "<h1>x", "</",
                           "<a href='>'>y", "&#", "&#x110000;", "<html>&;&&", "<h1><h1><h2>"}) {
    const FetchReport report = body(text);
    Page page;
    read_page(report, page);
    EXPECT_LE(page.read_to, report.body_head.size()) << text;
  }
}

TEST(Charset, TheDeclaredSetIsUsedUnlessTheBytesAreUtf8) {
  EXPECT_EQ(charset_of("text/html; charset=windows-1251", "\xd2\xe5\xf5", ""), "windows-1251");
  EXPECT_EQ(charset_of("text/html; charset=iso-8859-1", "gr\u00fc\u00dfe und mehr", ""), "utf-8");
  EXPECT_EQ(charset_of("", "<meta charset=shift_jis>\x83\x81\x83\x93", ""), "shift_jis");
  EXPECT_EQ(charset_of("", "\xd2\xe5\xf5\xed\xe8\xf7\xe5\xf1", "www.example.ru"), "windows-1251");
  EXPECT_EQ(charset_of("", "\xff\xfeh\0", ""), "utf-16le");
}

TEST(Charset, BytesBecomeUtf8) {
  EXPECT_EQ(to_utf8("\xd2\xe5\xf5", "windows-1251"), "\u0422\u0435\u0445");
  EXPECT_EQ(to_utf8("\x83\x81\x83\x93", "shift_jis"), "\u30e1\u30f3");
  EXPECT_EQ(to_utf8("\xce\xac\xbb\xa4", "gbk"), "\u7ef4\u62a4");
  EXPECT_EQ(to_utf8(std::string_view("h\0i\0", 4), "utf-16le"), "hi");
  EXPECT_EQ(to_utf8("\x80", "windows-1252"), "\u20ac");
}

TEST(Fold, CaseWhiteSpaceAndTypographyAreOneSpelling) {
  EXPECT_EQ(fold("  We\u2019ll \u00a0 BE\tback\u2014\u0421\u041a\u041e\u0420\u041e "),
            "we'll be back-\u0441\u043a\u043e\u0440\u043e");
}

TEST(Glob, AStarIsAnyRun) {
  EXPECT_TRUE(glob_match("*Error from*", "x-cache: ERROR FROM cloudfront"));
  EXPECT_TRUE(glob_match("a*b*c", "aXbbYc"));
  EXPECT_FALSE(glob_match("a*b", "aXbc"));
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_FALSE(glob_match("", "x"));
}

bool matches_simply(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] != '*') {
    return !text.empty() && text[0] == pattern[0] &&
           matches_simply(pattern.substr(1), text.substr(1));
  }
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (matches_simply(pattern.substr(1), text.substr(skip))) return true;
  }
  return false;
}

// Every pattern of up to five of a, b and *, against every text of up to six of a and b.
TEST(Glob, AgreesWithTheSimpleMatchOnEveryShortPair) {
  const auto all = [](std::string_view letters, std::size_t longest) {
    std::vector<std::string> made{""};
    for (std::size_t from = 0; made[from].size() < longest; ++from) {
      for (char c : letters) made.push_back(made[from] + c);
    }
    return made;
  };
  const std::vector<std::string> texts = all("ab", 6);
  for (const std::string& pattern : all("ab*", 5)) {
    for (const std::string& text : texts) {
      EXPECT_EQ(glob_match(pattern, text), matches_simply(pattern, text))
          << '"' << pattern << "\" on \"" << text << '"';
    }
  }
}

// A well-known template for maintenance pages puts its notice into an <article>.
TEST(Page, AnArticleAroundASentenceIsAFrame) {
  const std::string notice =
      "<article><h1>Back soon</h1><p>We are at work on the site.</p></article>";
  const auto is_notice = [](const std::string& html) {
    const FetchReport report = body(html);
    Page page;
    read_page(report, page);
    return page.is_notice();
  };
  EXPECT_TRUE(is_notice(notice));
  EXPECT_FALSE(is_notice(notice + notice));
  EXPECT_FALSE(is_notice("<nav></nav>" + notice));
  EXPECT_FALSE(is_notice(notice + "<a href=/a>a</a><a href=/b>b</a>"));
  EXPECT_FALSE(is_notice("<article><p>" + std::string(400, 'x') + "</article>"));
}

// The text is read in blocks; where a tag, a reference or a run of spaces falls must not show.
TEST(Page, TextIsTheSameWhereverItsBlocksBegin) {
  const std::string odd =
      "Wir  SIND\t\n bald&nbsp;wieder &amp; da. \xc3\x84nderung  <b>x</b>   END";
  for (std::size_t pad = 0; pad < 40; ++pad) {
    const std::string lead(pad, 'Q');
    const FetchReport report = body("<p>" + lead + odd);
    Page page;
    read_page(report, page);
    EXPECT_EQ(page.text,
              std::string(pad, 'q') + "wir sind bald wieder & da. \xc3\xa4nderung x end");
    EXPECT_EQ(page.visible, static_cast<int>(pad) + 33);
  }
}

TEST(LiteralScan, EveryOccurrenceOfEveryLiteralIsFound) {
  LiteralScan scan;
  const int a = scan.add("Challenge");
  const int b = scan.add("lleng");
  scan.build();
  std::vector<std::pair<int, std::size_t>> found;
  const std::string text = "xxCHALLENGExchallengechallen";
  scan.scan(text, [&](int id, std::size_t at) { found.emplace_back(id, at); });
  std::sort(found.begin(), found.end());
  const std::vector<std::pair<int, std::size_t>> want{{a, 2}, {a, 12}, {b, 5}, {b, 15}};
  EXPECT_EQ(found, want);
}

TEST(LiteralScan, AgreesWithTheSimpleSearchAtEveryOffset) {
  LiteralScan scan;
  const std::vector<std::string> literals{"/cdn-cgi/challenge", "px-captcha", "awswaf.com",
                                          "_fs-ch-"};
  for (const auto& literal : literals) scan.add(literal);
  scan.build();
  for (std::size_t pad = 0; pad < 40; ++pad) {
    for (std::size_t i = 0; i < literals.size(); ++i) {
      for (std::size_t tail : {0u, 1u, 3u, 15u, 40u}) {
        int hits = 0;
        const std::string text = std::string(pad, '.') + literals[i] + std::string(tail, 'Z');
        scan.scan(text, [&](int id, std::size_t at) {
          EXPECT_EQ(id, static_cast<int>(i));
          EXPECT_EQ(at, pad);
          ++hits;
        });
        EXPECT_EQ(hits, 1) << literals[i] << " at " << pad << ", " << tail << " more";
      }
    }
  }
}

TEST(MachineFields, LeavesOfJsonAndXmlComeWithTheirPath) {
  Page page;
  page.kind = PageKind::Json;
  page.body = R"({"error":{"code":"maxlag","n":7.5,"list":["a\"b"]},"ok":true)";
  const auto json = machine_fields(page);
  ASSERT_EQ(json.size(), 4u);
  EXPECT_EQ(json[0].path, "error.code");
  EXPECT_EQ(json[0].value, "maxlag");
  EXPECT_EQ(json[2].value, "a\"b");
  EXPECT_EQ(json[3].path, "ok");
  page.kind = PageKind::Xml;
  page.body = "<?xml version='1.0'?><Error><Code>SlowDown</Code><ns:Message>x</ns:Message></Error>";
  const auto xml = machine_fields(page);
  ASSERT_EQ(xml.size(), 2u);
  EXPECT_EQ(xml[0].path, "error.code");
  EXPECT_EQ(xml[1].path, "error.message");
  EXPECT_EQ(bare_code("com.amazonaws.dynamodb.v20120810#ThrottlingException"),
            "ThrottlingException");
}

TEST(CacheProof, AgeAndHitsProveAndZeroAndMissDoNot) {
  const auto proven = [](std::vector<Header> headers) {
    FetchReport report;
    report.headers = std::move(headers);
    return cache_proof(report).has_value();
  };
  EXPECT_TRUE(proven({{"Age", "1"}}));
  EXPECT_FALSE(proven({{"Age", "0"}}));
  EXPECT_FALSE(proven({{"Age", "-3"}}));
  EXPECT_TRUE(proven({{"X-Cache", "MISS, HIT"}}));
  EXPECT_FALSE(proven({{"X-Cache", "HIT, MISS"}}));
  EXPECT_TRUE(proven({{"X-Cache", "Hit from cloudfront"}}));
  EXPECT_FALSE(proven({{"X-Cache", "Error from cloudfront"}}));
  EXPECT_TRUE(proven({{"X-Varnish", "32780 14"}}));
  EXPECT_FALSE(proven({{"X-Varnish", "32780"}}));
  EXPECT_TRUE(proven({{"Cache-Status", "\"a\"; fwd=miss, \"b\"; hit"}}));
  EXPECT_TRUE(proven({{"CF-Cache-Status", "STALE"}}));
  EXPECT_FALSE(proven({{"CF-Cache-Status", "DYNAMIC"}}));
}

}  // namespace
}  // namespace frontierd
