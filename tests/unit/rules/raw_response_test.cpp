#include "rules/raw_response.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

TEST(RawResponse, StatusHeadersAndBodyAreRead) {
  const auto report =
      parse_raw_response("HTTP/1.1 503 Service Unavailable\r\nRetry-After:  5 \r\n\r\nbusy\r\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status, 503);
  EXPECT_EQ(report->http_version, 11);
  EXPECT_EQ(header(*report, "retry-after"), "5");
  EXPECT_EQ(report->body_head, "busy\r\n");
}

TEST(RawResponse, Http2HasNoReasonPhraseAndLineFeedsAloneAreFine) {
  const auto report = parse_raw_response("HTTP/2 429\nserver: x\n\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status, 429);
  EXPECT_EQ(report->http_version, 20);
  EXPECT_TRUE(report->body_head.empty());
}

TEST(RawResponse, InterimAnswersAndFollowedRedirectsAreSkipped) {
  const auto report = parse_raw_response(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n"
      "HTTP/1.1 200 OK\r\nA: b\r\n\r\nHTTP/1.1 is a body");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->status, 200);
  EXPECT_EQ(report->headers.size(), 1u);
  EXPECT_EQ(report->body_head, "HTTP/1.1 is a body");
}

TEST(RawResponse, AnythingElseIsRefusedWithWhatToGive) {
  for (const char* text :
       {"", "hello", "HTTP/1.1", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"}) {
    const auto report = parse_raw_response(text);
    ASSERT_FALSE(report) << text;
    EXPECT_EQ(report.error().code, Errc::Usage);
  }
}

}  // namespace
}  // namespace frontierd
