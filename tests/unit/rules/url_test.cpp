#include "rules/url.h"

#include <gtest/gtest.h>

#include <vector>

#include "rules/url_canon.h"
#include "support/tsv.h"

namespace frontierd {
namespace {

std::string resolved(std::string_view base, std::string_view reference) {
  const auto url = Url::parse(base)->resolve(reference);
  return url ? url->text() : "!" + std::string(to_string(url.error()));
}

std::string canonical(std::string_view text) {
  const auto url = Url::parse(text);
  return url ? url->text() : "!" + std::string(to_string(url.error()));
}

TEST(Url, EveryLineOfTheGoldenTableHolds) {
  const auto rows = test::read_tsv(TESTS_DIR "/golden/canonical_urls.tsv");
  EXPECT_GT(rows.size(), 150u);
  for (const test::TsvRow& row : rows) {
    SCOPED_TRACE("canonical_urls.tsv:" + std::to_string(row.line));
    const auto url = Url::parse(row.at(0));
    EXPECT_EQ(canonical(row.at(0)), row.at(1));
    EXPECT_EQ(url ? url->host_key() : "", row.at(2));
  }
}

TEST(Url, ItsPartsAreViewsOfTheCanonicalText) {
  const Url url = *Url::parse("https://Example.com:8443/a/b?c=d#e");
  EXPECT_EQ(url.scheme(), "https");
  EXPECT_EQ(url.host(), "example.com");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_TRUE(url.is_https());
  EXPECT_EQ(url.host_key(), "https://example.com:8443");
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.path_and_query(), "/a/b?c=d");
}

// What is canonical need not be parsed to be taken apart: both ways must agree.
TEST(Url, PartsAreFoundInCanonicalTextAsInAParsedUrl) {
  for (const std::string text :
       {"https://example.com/a/b?c=d/e", "http://example.com:8080/", "https://[::1]:8443/x?y:z",
        "http://[2001:db8::1]/", "https://192.0.2.1/?q=//r"}) {
    const Url url = *Url::parse(text);
    ASSERT_EQ(url.text(), text);
    EXPECT_EQ(host_in(text), url.host());
    EXPECT_EQ(host_in(url.host_key()), url.host());
    EXPECT_EQ(path_and_query_in(text), url.path_and_query());
    EXPECT_EQ(path_and_query_in(url.host_key()), "");
  }
}

TEST(Url, ThePortIsTheEffectiveOne) {
  EXPECT_EQ(Url::parse("http://h/")->port(), 80);
  EXPECT_EQ(Url::parse("https://h/")->port(), 443);
  EXPECT_EQ(Url::parse("http://h:8080/")->port(), 8080);
}

TEST(Url, AnIpv6HostComesWithoutItsBrackets) {
  const Url url = *Url::parse("http://[::1]:8080/x");
  EXPECT_EQ(url.host(), "::1");
  EXPECT_EQ(url.host_key(), "http://[::1]:8080");
  EXPECT_EQ(Url::parse("http://[::1]/")->host(), "::1");
}

TEST(Url, RobotsIsAtTheRootOfTheSameHostKey) {
  const Url robots = Url::parse("https://h:8443/a/b?c")->robots();
  EXPECT_EQ(robots, *Url::parse("https://h:8443/robots.txt"));
  EXPECT_EQ(robots.path(), "/robots.txt");
  EXPECT_EQ(robots.path_and_query(), "/robots.txt");
}

TEST(Url, ADefaultMadeOneIsEmptyAndHarmless) {
  const Url none;
  EXPECT_EQ(none.text(), "");
  EXPECT_EQ(none.host(), "");
  EXPECT_EQ(none.path(), "");
  EXPECT_EQ(none.host_key(), "");
}

TEST(Url, LengthIsLimitedBeforeCanonicalisation) {
  const std::string head = "http://h/";
  const std::string longest = head + std::string(kUrlLengthMax - head.size(), 'a');
  EXPECT_EQ(canonical(longest), longest);
  EXPECT_EQ(canonical(longest + "a"), "!too_long");
  EXPECT_EQ(canonical(head + "#" + std::string(kUrlLengthMax, 'a')), "!too_long");
  EXPECT_EQ(canonical(std::string(10'000'000, 'a')), "!too_long");
}

TEST(Url, LengthIsLimitedAfterCanonicalisationToo) {
  const std::string head = "http://h/";
  const std::size_t room = kUrlLengthMax - head.size();
  EXPECT_EQ(canonical(head + std::string(room / 3, '"')).size(), head.size() + room / 3 * 3);
  EXPECT_EQ(canonical(head + std::string(room / 3 + 1, '"')), "!too_long");
}

TEST(Url, WhiteSpaceAroundDoesNotCountForTheLength) {
  EXPECT_EQ(canonical(std::string(5'000, ' ') + "http://h/" + std::string(5'000, '\n')),
            "http://h/");
}

TEST(Url, DepthIsLimitedAfterDotSegmentsAreResolved) {
  std::string deepest = "http://h";
  for (std::size_t i = 0; i < kUrlDepthMax; ++i) deepest += "/a";
  EXPECT_EQ(canonical(deepest), deepest);
  EXPECT_EQ(canonical(deepest + "/"), "!too_deep");
  EXPECT_EQ(canonical(deepest + "/../../b/c"), deepest.substr(0, deepest.size() - 4) + "/b/c");
  EXPECT_EQ(canonical(deepest + "?/////"), deepest + "?/////");
  EXPECT_EQ(resolved(deepest, "a/b"), "!too_deep");
}

TEST(Url, ANameOfMoreThan253BytesIsNoHost) {
  std::string name;
  for (int i = 0; i < 126; ++i) name += "a.";
  EXPECT_EQ(canonical("http://" + name + "a/"), "http://" + name + "a/");
  EXPECT_EQ(canonical("http://" + name + "a./"), "http://" + name + "a/");
  EXPECT_EQ(canonical("http://" + name + "aa/"), "!bad_host");
  std::string international;
  for (int i = 0; i < 60; ++i) international += "ü.";
  EXPECT_EQ(canonical("http://" + international + "example/"), "!bad_host");
}

TEST(UrlResolve, FollowsTheExamplesOfRfc3986) {
  const std::string base = "http://a/b/c/d;p?q";
  EXPECT_EQ(resolved(base, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolved(base, "./g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolved(base, "/g"), "http://a/g");
  EXPECT_EQ(resolved(base, "//g"), "http://g/");
  EXPECT_EQ(resolved(base, "?y"), "http://a/b/c/d;p?y");
  EXPECT_EQ(resolved(base, "g?y#s"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved(base, "#s"), base);
  EXPECT_EQ(resolved(base, ""), base);
  EXPECT_EQ(resolved(base, ";x"), "http://a/b/c/;x");
  EXPECT_EQ(resolved(base, ".."), "http://a/b/");
  EXPECT_EQ(resolved(base, "../../../../g"), "http://a/g");
  EXPECT_EQ(resolved(base, "g;x=1/../y"), "http://a/b/c/y");
  EXPECT_EQ(resolved(base, "http:g"), "http://a/b/c/g");
}

TEST(UrlResolve, KeepsSchemeHostAndPortUnlessTheReferenceNamesThem) {
  const std::string base = "https://h:8443/x";
  EXPECT_EQ(resolved(base, "/y"), "https://h:8443/y");
  EXPECT_EQ(resolved(base, "//other/y"), "https://other/y");
  EXPECT_EQ(resolved(base, "\\\\other\\y"), "https://other/y");
  EXPECT_EQ(resolved(base, "http://other/y"), "http://other/y");
  EXPECT_EQ(resolved(base, "http:other/y"), "http://other/y");
  EXPECT_EQ(Url::parse(base)->resolve("y")->port(), 8443);
  EXPECT_EQ(Url::parse(base)->resolve("//h/y")->port(), 443);
}

TEST(UrlResolve, HoldsAReferenceToTheSameRules) {
  const std::string base = "https://h/x";
  EXPECT_EQ(resolved(base, "mailto:a@b"), "!bad_scheme");
  EXPECT_EQ(resolved(base, "javascript:void(0)"), "!bad_scheme");
  EXPECT_EQ(resolved(base, "//u:p@other/"), "!userinfo");
  EXPECT_EQ(resolved(base, "//other:0/"), "!bad_port");
  EXPECT_EQ(resolved(base, "///"), "!bad_host");
  EXPECT_EQ(resolved(base, std::string(kUrlLengthMax + 1, 'a')), "!too_long");
  EXPECT_EQ(resolved(base, " a b\tc "), "https://h/a%20bc");
}

TEST(UrlFaults, EachHasAReasonThatSaysWhatIsAccepted) {
  for (int i = 0; i <= static_cast<int>(UrlFault::BadPort); ++i) {
    const auto fault = static_cast<UrlFault>(i);
    EXPECT_GT(reason(fault).size(), 30u);
    EXPECT_FALSE(to_string(fault).empty());
  }
  EXPECT_NE(reason(UrlFault::BadScheme).find("https://"), std::string_view::npos);
}

TEST(UrlCanonLine, IsTheCanonicalFormAndTheHostKeyOrTheFaultAndItsReason) {
  EXPECT_EQ(canon_line("HTTP://H:80/a\r"), "http://h/a\thttp://h");
  EXPECT_EQ(canon_line("ftp://h/"), "!bad_scheme\t" + std::string(reason(UrlFault::BadScheme)));
  EXPECT_EQ(canon_line("a\xff\x00\x01"),
            "!bad_scheme\t" + std::string(reason(UrlFault::BadScheme)));
}

TEST(Site, IsTheRegistrableDomainByThePublicSuffixList) {
  EXPECT_EQ(registrable_domain("www.shop.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("example.com"), "example.com");
  EXPECT_EQ(registrable_domain("a.user.github.io"), "user.github.io");
  EXPECT_EQ(registrable_domain("a.b.unlisted-tld"), "b.unlisted-tld");
  EXPECT_EQ(registrable_domain("a.city.kawasaki.jp"), "city.kawasaki.jp");
  EXPECT_EQ(registrable_domain("a.b.xn--55qx5d.cn"), "b.xn--55qx5d.cn");
}

TEST(Site, IsTheHostItselfWhereThereIsNoRegistrableDomain) {
  EXPECT_EQ(registrable_domain("co.uk"), "co.uk");
  EXPECT_EQ(registrable_domain("localhost"), "localhost");
  EXPECT_EQ(registrable_domain("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(registrable_domain("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(registrable_domain(""), "");
  EXPECT_EQ(registrable_domain(std::string(300, 'a')), std::string(300, 'a'));
}

TEST(Site, AFinalDotMakesNoOtherSite) {
  EXPECT_EQ(registrable_domain("www.example.com."), "example.com");
  EXPECT_EQ(bucket_of("www.example.com."), bucket_of("example.com"));
}

TEST(Site, AllHostsOfASiteShareABucketThatNeverChanges) {
  EXPECT_EQ(bucket_of("www.example.com"), bucket_of("cdn.example.com"));
  EXPECT_EQ(bucket_of("example.com"), 665u);
  EXPECT_EQ(bucket_of("192.0.2.1"), 208u);
}

TEST(Site, BucketsAreFilledEvenly) {
  std::vector<int> filled(kBuckets);
  for (int i = 0; i < 64 * static_cast<int>(kBuckets); ++i) {
    ++filled[bucket_of("site" + std::to_string(i) + ".com")];
  }
  for (int count : filled) {
    EXPECT_GT(count, 16);
    EXPECT_LT(count, 128);
  }
}

}  // namespace
}  // namespace frontierd
