#include "api/seed_lines.h"

#include <gtest/gtest.h>

#include "api/gunzip.h"
#include "api/line_cutter.h"

namespace frontierd {
namespace {

std::vector<SeedLine> read_all(std::string_view text, SeedFormat format = SeedFormat::Mixed) {
  SeedLines lines(format, kPriorityDefault);
  std::vector<SeedLine> out;
  lines.read(text, out, 1'000'000);
  lines.finish(out);
  return out;
}

SeedLine one(std::string_view text, SeedFormat format = SeedFormat::Mixed) {
  return parse_seed_line(text, format, 3);
}

TEST(SeedLines, APlainLineIsAUrlWithTheDefaultPriority) {
  const SeedLine line = one("https://example.org/");
  EXPECT_EQ(line.fault, "");
  EXPECT_EQ(line.seed.url, "https://example.org/");
  EXPECT_EQ(line.seed.priority, 3);
}

TEST(SeedLines, AnObjectCarriesPriorityMetadataAndNotBefore) {
  const SeedLine line = one(
      R"({"url":"https://a.org/","priority":0,"metadata":{"job":"x","n":[1]},"not_before":"2026-11-22T00:00:00Z"})");
  EXPECT_EQ(line.fault, "");
  EXPECT_EQ(line.seed.priority, 0);
  EXPECT_EQ(line.seed.metadata, R"({"job":"x","n":[1]})");
  EXPECT_EQ(to_iso(line.seed.not_before), "2026-11-22T00:00:00.000Z");
}

TEST(SeedLines, EachWrongFieldIsNamedWithWhatIsAccepted) {
  EXPECT_NE(one(R"({"url":1})").fault.find("\"url\" must be a string"), std::string::npos);
  EXPECT_NE(one(R"({"url":"x","priority":10})").fault.find("0 (first) to 9"), std::string::npos);
  EXPECT_NE(one(R"({"url":"x","priority":"5"})").fault.find("\"priority\""), std::string::npos);
  EXPECT_NE(one(R"({"url":"x","metadata":[]})").fault.find("\"metadata\""), std::string::npos);
  EXPECT_NE(one(R"({"url":"x","not_before":"soon"})").fault.find("2026-11-22"), std::string::npos);
  EXPECT_NE(one(R"({"url":"x","prio":1})").fault.find("unknown field \"prio\""), std::string::npos);
  EXPECT_NE(one(R"({})").fault.find("\"url\" is missing"), std::string::npos);
  EXPECT_NE(one(R"({"url":)").fault.find("not valid JSON"), std::string::npos);
  EXPECT_NE(one("https://a.org/", SeedFormat::Ndjson).fault.find("not valid JSON"),
            std::string::npos);
  EXPECT_NE(one("7", SeedFormat::Ndjson).fault.find("not a JSON object"), std::string::npos);
}

TEST(SeedLines, ADeeplyNestedObjectIsRejectedNotFollowed) {
  EXPECT_NE(one("{\"metadata\":" + std::string(5'000, '[')).fault, "");
}

TEST(SeedLines, BlankLinesAndCommentsAreCountedAndPassedOver) {
  const auto lines = read_all("# list\n\n  \nhttps://a.org/\r\n\t\nhttps://b.org/");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].line, 4u);
  EXPECT_EQ(lines[0].seed.url, "https://a.org/");
  EXPECT_EQ(lines[1].line, 6u);
}

TEST(SeedLines, TheFirstWordIsTheUrlAndTheRestACommentOrMetadata) {
  EXPECT_EQ(one("https://a.org/ # the first").seed.url, "https://a.org/");
  EXPECT_EQ(one("https://a.org/\t# the first").seed.url, "https://a.org/");
  EXPECT_EQ(one("https://a.org/#part").seed.url, "https://a.org/#part");
  const SeedLine line = one("https://a.org/\tscore=2.5\tjob=a = b\t");
  EXPECT_EQ(line.seed.url, "https://a.org/");
  EXPECT_EQ(line.seed.metadata, R"({"score":"2.5","job":"a = b"})");
  EXPECT_EQ(one("https://a.org/\tname=\xe9").seed.metadata, "{\"name\":\"\xef\xbf\xbd\"}");
}

TEST(SeedLines, WhatElseStandsBehindAUrlIsAFaultThatSaysWhatToWrite) {
  for (const char* line : {"https://a.org/ b", "https://a.org/a b.html", "https://a.org/ k=v",
                           "https://a.org/\tnote", "https://a.org/\t=v", "https://a.org/ https://b.org/"}) {
    EXPECT_NE(one(line).fault.find("behind the URL"), std::string::npos) << line;
    EXPECT_EQ(one(line).seed.url, "");
  }
  EXPECT_NE(one("https://a.org/a b").fault.find("%20"), std::string::npos);
}

TEST(SeedLines, UrlsJoinedByACarriageReturnAreNotOneUrl) {
  EXPECT_NE(one("https://a.org/\rhttps://b.org/").fault.find("carriage return"), std::string::npos);
  EXPECT_NE(one(R"({"url":"https://a.org/\nhttps://b.org/"})").fault.find("control character"),
            std::string::npos);
  EXPECT_NE(one(std::string_view("https://a.org/\0b", 16)).fault.find("control character"), std::string::npos);
}

TEST(SeedLines, AByteOrderMarkBeforeTheFirstLineIsPassedOver) {
  EXPECT_EQ(read_all("\xef\xbb\xbfhttps://a.org/\n")[0].seed.url, "https://a.org/");
}

TEST(SeedLines, AnOverlongLineIsRejectedAndTheNextOneIsRead) {
  const auto lines = read_all(std::string(kLineBytesMax + 1, 'x') + "\nhttps://a.org/\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].fault.find("65537 bytes"), std::string::npos) << lines[0].fault;
  EXPECT_TRUE(lines[0].seed.url.empty()) << "nothing of it is kept";
  EXPECT_EQ(lines[1].seed.url, "https://a.org/");
}

TEST(SeedLines, AUrlOverTheLimitOfUrlsIsRejectedBeforeItIsCopiedAbout) {
  EXPECT_NE(one("http://a.org/" + std::string(20'000, 'x')).fault, "");
}

TEST(SeedLines, ReadStopsAtABatchAndGoesOnWhereItStopped) {
  SeedLines lines(SeedFormat::Mixed, kPriorityDefault);
  std::string_view text = "http://a/\nhttp://b/\nhttp://c/\n";
  std::vector<SeedLine> out;
  lines.read(text, out, 2);
  EXPECT_EQ(out.size(), 2u);
  out.clear();
  lines.read(text, out, 2);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].line, 3u);
}

TEST(LineCutter, CutsTheSameLinesWhereverTheBytesAreSplit) {
  const std::string text = "one\r\n\ntwo\nthree";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    LineCutter cutter;
    std::vector<std::string> lines;
    for (std::string_view part :
         {std::string_view(text).substr(0, at), std::string_view(text).substr(at)}) {
      while (cutter.next(part)) lines.emplace_back(cutter.line());
    }
    if (cutter.finish()) lines.emplace_back(cutter.line());
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "two", "three"})) << "split at " << at;
  }
}

TEST(LineCutter, AnOverlongLineKeepsNoMoreThanTheLimit) {
  LineCutter cutter(10);
  std::string block(1'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    std::string_view bytes = block;
    EXPECT_FALSE(cutter.next(bytes));
  }
  std::string_view end = "\n";
  ASSERT_TRUE(cutter.next(end));
  EXPECT_TRUE(cutter.too_long());
  EXPECT_EQ(cutter.length(), 1'000'000u);
  EXPECT_EQ(cutter.line().size(), 10u);
}

TEST(LineCutter, ALineOfExactlyTheLimitIsWholeWithEitherLineBreak) {
  for (const char* line_break : {"\n", "\r\n"}) {
    LineCutter cutter(4);
    const std::string text = std::string("abcd") + line_break;
    std::string_view bytes = text;
    ASSERT_TRUE(cutter.next(bytes));
    EXPECT_FALSE(cutter.too_long());
    EXPECT_EQ(cutter.line(), "abcd");
  }
}

}  // namespace
}  // namespace frontierd
