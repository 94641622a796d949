// What holds for every input, tried on the web platform's URLs and on mutations of them.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "rules/url.h"
#include "support/tsv.h"
#include "support/wpt.h"

namespace frontierd {
namespace {

constexpr std::uint64_t kSeed = 20'260'101;
constexpr int kMutationsEach = 200;

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const test::WptCase& wpt : test::read_wpt_cases()) texts.push_back(wpt.input);
  for (const test::TsvRow& row : test::read_tsv(TESTS_DIR "/golden/canonical_urls.tsv")) {
    texts.push_back(row.at(0));
  }
  return texts;
}

// Bytes and pieces that decide something in a URL.
std::string mutate(std::string text, Rng& rng) {
  static const std::vector<std::string> kPieces{
      "%",    "%2",     "%41",   "%2e", "%2E%2e", "%2F",     "%5c", "%25", "%00", "/",  "\\",
      "..",   ".",      "?",     "#",   "@",      ":",       "[",   "]",   "::",  "0x", "0",
      "1",    "\t",     "\n",    " ",   "xn--",   "-",       "_",   "ü",   "。",  "ß",  "☃",
      "\xff", "%c3%bc", "http:", "//",  "a",      "4",       "'",   "^",   "|",   "{",  "~",
      "%7e",  "\x7f",   "%zz",   "％",  "ａ",     "1.2.3.4", ":80"};
  for (std::uint64_t edits = 1 + rng.below(4); edits > 0; --edits) {
    const std::size_t at = rng.below(text.size() + 1);
    const std::size_t length = rng.below(3) == 0 ? rng.below(6) : 0;
    text.replace(at, length, kPieces[rng.below(kPieces.size())]);
  }
  return text;
}

bool is_host_text(std::string_view host) {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' ||
           (ipv6 ? c == ':' : c == '-' || c == '_');
  });
}

void expect_canonical(const Url& url, const std::string& input) {
  const std::string context = "from " + test::tsv_escape(input);
  const auto again = Url::parse(url.text());
  ASSERT_TRUE(again) << url.text() << ' ' << context;
  EXPECT_EQ(again->text(), url.text()) << context;
  EXPECT_EQ(again->host_key(), url.host_key()) << context;
  EXPECT_EQ(again->path(), url.path()) << context;
  EXPECT_EQ(again->port(), url.port()) << context;
  EXPECT_TRUE(std::all_of(url.text().begin(), url.text().end(),
                          [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '#'; }))
      << url.text() << ' ' << context;
  EXPECT_TRUE(is_host_text(url.host())) << url.text() << ' ' << context;
  EXPECT_TRUE(url.path().starts_with('/')) << url.text() << ' ' << context;
  EXPECT_EQ(std::string(url.host_key()) + std::string(url.path_and_query()), url.text());
  EXPECT_NE(url.port(), 0);
  EXPECT_LE(url.text().size(), kUrlLengthMax);
  EXPECT_LT(bucket_of(url.host()), kBuckets);
}

TEST(UrlProperties, TheCanonicalFormIsItsOwnCanonicalForm) {
  Rng rng(kSeed);
  std::size_t accepted = 0;
  for (const std::string& text : corpus()) {
    for (int i = 0; i < kMutationsEach; ++i) {
      const std::string input = i == 0 ? text : mutate(text, rng);
      const auto url = Url::parse(input);
      if (!url) continue;
      ++accepted;
      expect_canonical(*url, input);
      if (HasFailure()) FAIL() << "the first of them, seed " << kSeed;
    }
  }
  EXPECT_GT(accepted, 5'000u) << "too few inputs are URLs to mean anything";
}

TEST(UrlProperties, WhatAReferenceResolvesToIsCanonical) {
  Rng rng(kSeed + 1);
  const Url base = *Url::parse("https://example.com:8443/a/b%/c?d=e");
  std::size_t accepted = 0;
  for (const std::string& text : corpus()) {
    for (int i = 0; i < kMutationsEach; ++i) {
      const std::string input = i == 0 ? text : mutate(text, rng);
      const auto url = base.resolve(input);
      if (!url) continue;
      ++accepted;
      expect_canonical(*url, input);
      if (HasFailure()) FAIL() << "the first of them, seed " << kSeed + 1;
    }
  }
  EXPECT_GT(accepted, 5'000u);
}

TEST(UrlProperties, ACanonicalUrlResolvesToItselfFromAnywhere) {
  const Url base = *Url::parse("http://elsewhere.example/x/y?z");
  for (const std::string& text : corpus()) {
    const auto url = Url::parse(text);
    if (!url) continue;
    const auto resolved = base.resolve(url->text());
    ASSERT_TRUE(resolved) << url->text();
    EXPECT_EQ(resolved->text(), url->text());
  }
}

}  // namespace
}  // namespace frontierd
