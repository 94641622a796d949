// Content-Encoding from the wire to the report.
#include <gtest/gtest.h>

#include "support/fetch_box.h"
#include "support/scripted_server.h"
#include "support/squeeze.h"

namespace frontierd {
namespace {

using test::FetchBox;
using test::ScriptedServer;

FetchReport fetch(const std::string& encoding, const std::string& body, bool chunked = false) {
  const std::string field = "Content-Encoding: " + encoding + "\r\n";
  ScriptedServer server(
      test::always(chunked ? test::chunked_page(body, field, 11) : test::page(body, field)));
  FetchBox box;
  return box.fetch(server.url()).report;
}

// libcurl decodes this by itself; what it cannot decode is the origin's fault, not ours.
TEST(Encoding, ADamagedTransferCodingIsTheOrigins) {
  const std::string twice = test::squeeze_gzip("one") + test::squeeze_gzip("two");
  std::string answer = test::chunked_page(twice, "", 1'000);
  answer.replace(answer.find("chunked"), 7, "gzip, chunked");
  ScriptedServer server(test::always(answer));
  FetchBox box;
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::BadEncoding) << report.detail;
}

TEST(Encoding, ReportsTheDecodedBodyAndItsSize) {
  const std::string text = "<title>Busy</title>" + std::string(50'000, 'z');
  const std::pair<const char*, std::string> cases[] = {
      {"gzip", test::squeeze_gzip(text)},
      {"deflate", test::squeeze_zlib(text)},
      {"deflate", test::squeeze_raw_deflate(text)},
      {"br", test::squeeze_brotli(text)},
      {"zstd", test::squeeze_zstd(text)},
      {"br, gzip", test::squeeze_gzip(test::squeeze_brotli(text))}};
  for (const auto& [encoding, body] : cases) {
    for (const bool chunked : {false, true}) {
      const FetchReport report = fetch(encoding, body, chunked);
      EXPECT_EQ(report.transport, Transport::Ok) << encoding << report.detail;
      EXPECT_EQ(report.body_head, text) << encoding;
      EXPECT_EQ(report.body_bytes, text.size()) << encoding;
      EXPECT_LT(report.received_bytes, 2'000u) << encoding;
    }
  }
}

TEST(Encoding, DamageUnknownNamesDeepStacksAndMissingEndsAreBadEncoding) {
  const std::string gzip = test::squeeze_gzip(std::string(5'000, 'a') + "end");
  EXPECT_EQ(fetch("gzip", "plain text").transport, Transport::BadEncoding);
  EXPECT_EQ(fetch("gzip", gzip.substr(0, gzip.size() - 9)).transport, Transport::BadEncoding);
  EXPECT_EQ(fetch("compress", "x").transport, Transport::BadEncoding);
  std::string stacked = "page";
  std::string names;
  for (int i = 0; i < 8; ++i) {
    stacked = test::squeeze_gzip(stacked);
    names += i == 0 ? "gzip" : ", gzip";
  }
  const FetchReport report = fetch(names, stacked);
  EXPECT_EQ(report.transport, Transport::BadEncoding);
  EXPECT_EQ(report.status, 200);
}

TEST(Encoding, AnEncodedAnswerWithoutABodyIsWhole) {
  EXPECT_EQ(fetch("gzip", "").transport, Transport::Ok);
}

}  // namespace
}  // namespace frontierd
