// Content-Encoding from the wire to the report.
#include <gtest/gtest.h>

#include <random>

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

// Nothing that a coding could make smaller.
std::string noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::string bytes(size, ' ');
  for (char& byte : bytes) byte = static_cast<char>(random() >> 56);
  return bytes;
}

// libcurl would decode it by itself, and a bomb all in one go.
TEST(Encoding, ATransferCodingThatWasNotAskedForIsRefusedAtItsHead) {
  std::string answer = test::chunked_page(test::squeeze_gzip("one"), "", 1'000);
  answer.replace(answer.find("chunked"), 7, "gzip, chunked");
  ScriptedServer server(test::always(answer));
  FetchBox box;
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::BadEncoding);
  EXPECT_EQ(report.detail, "a Transfer-Encoding that was not asked for: gzip");
  EXPECT_EQ(report.body_bytes, 0u);
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

// Far more than is decoded at a time: the transfer is held back and goes on, over and over.
TEST(Encoding, ALargeBodyIsDecodedWholeInSlices) {
  std::string text = noise(3u << 20);
  text.append(12u << 20, 'z');
  text += noise(1u << 20);
  for (const auto& [encoding, body] :
       {std::pair{"gzip", test::squeeze_gzip(text)},
        {"br", test::squeeze_brotli(text)},
        {"gzip, zstd", test::squeeze_zstd(test::squeeze_gzip(text))}}) {
    for (const bool chunked : {false, true}) {
      const FetchReport report = fetch(encoding, body, chunked);
      EXPECT_EQ(report.transport, Transport::Ok) << encoding << report.detail;
      EXPECT_EQ(report.body_bytes, text.size()) << encoding;
      EXPECT_GE(report.received_bytes, body.size()) << encoding;
    }
  }
}

// The last bytes that come may hold most of the body, and the damage.
TEST(Encoding, WhatIsFoundAfterTheLastByteCounts) {
  const std::string body = test::squeeze_gzip(std::string(20u << 20, 'z'));
  std::string damaged = body;
  damaged[damaged.size() - 5] = static_cast<char>(~damaged[damaged.size() - 5]);
  ASSERT_LT(body.size(), 30'000u);
  EXPECT_EQ(fetch("gzip", body).body_bytes, 20u << 20);
  EXPECT_EQ(fetch("gzip", damaged).transport, Transport::BadEncoding);
  EXPECT_EQ(fetch("gzip", body.substr(0, body.size() - 9)).transport, Transport::BadEncoding);
}

// Two hosts of one worker: one sends bombs, the other pages.
TEST(Encoding, ABombKeepsNoOtherHostWaiting) {
  const std::string bomb = test::squeeze_gzip(std::string(30u << 20, 'z'));
  ScriptedServer bombs(test::always(test::page(bomb, "Content-Encoding: gzip\r\n")));
  ScriptedServer pages(test::always(test::page("small")));
  FetchOptions options = test::test_options();
  options.workers = 1;
  FetchBox box(options);
  ASSERT_EQ(box.fetch(pages.url()).report.transport, Transport::Ok);  // connected
  constexpr int kBombs = 24;
  for (int i = 0; i < kBombs; ++i) box.start(bombs.url("/" + std::to_string(i)));
  box.start(pages.url("/after"));
  std::size_t place = 0;
  std::size_t count = 0;
  while (count < kBombs + 1) {
    for (const Landing& landing : box.landings(1)) {
      ++count;
      if (landing.report.url.ends_with("/after")) place = count;
      EXPECT_EQ(landing.report.transport, Transport::Ok) << landing.report.detail;
    }
  }
  EXPECT_EQ(place, 1u) << "the page came behind a bomb that started before it";
}

// Nor is an origin to blame for our decoding after its last byte.
TEST(Encoding, TimeSpentDecodingIsNoTimeout) {
  const std::string body = test::squeeze_brotli(std::string(30u << 20, '\0'));
  ASSERT_LT(body.size(), 2'000u);
  ScriptedServer server(test::always(test::page(body, "Content-Encoding: br\r\n")));
  FetchOptions options = test::test_options();
  options.workers = 1;
  options.limits.total_timeout = Millis{700};
  FetchBox box(options);
  constexpr std::size_t kFlights = 40;
  for (std::size_t i = 0; i < kFlights; ++i) box.start(server.url("/" + std::to_string(i)));
  const auto began = std::chrono::steady_clock::now();
  for (const Landing& landing : box.landings(kFlights)) {
    EXPECT_EQ(landing.report.transport, Transport::Ok) << landing.report.detail;
    EXPECT_EQ(landing.report.body_bytes, 30u << 20);
  }
  EXPECT_GT(std::chrono::steady_clock::now() - began, options.limits.total_timeout);
}

TEST(Encoding, DamageDeepStacksCodingsWeLackAndMissingEndsAreBadEncoding) {
  const std::string gzip = test::squeeze_gzip(std::string(5'000, 'a') + "end");
  EXPECT_EQ(fetch("gzip", "plain text").transport, Transport::Ok) << "the label is wrong";
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
