#include <gtest/gtest.h>

#include "archive/http_head.h"

namespace frontierd {
namespace {

TEST(ArchivedResponseHead, AnOrdinaryHeadStaysAsItCame) {
  for (const char* head : {"HTTP/1.1 200 OK\r\nA: b\r\nA:c \r\n\r\n", "HTTP/1.0 404\r\n\r\n",
                           "HTTP/1.1 200 OK\nServer: old\n\n",
                           "HTTP/1.1 200 OK\r\nno colon here\r\nX: \xff\xfe\r\n\r\n"}) {
    EXPECT_EQ(archived_response_head(head), head);
  }
}

TEST(ArchivedResponseHead, ATransferCodingThatIsGoneIsNotPromised) {
  EXPECT_EQ(archived_response_head("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
                                   "Content-Length: 9\r\nContent-Encoding: gzip\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nX-Crawler-Transfer-Encoding: chunked\r\n"
            "X-Crawler-Content-Length: 9\r\nContent-Encoding: gzip\r\n\r\n");
  const char* plain = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  EXPECT_EQ(archived_response_head(plain), plain);
}

TEST(ArchivedResponseHead, FoldedLinesAreJoinedAndBlankOnesGo) {
  EXPECT_EQ(archived_response_head("HTTP/1.1 200 OK\r\nA: b\r\n\t c\r\n \r\nD: e\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nA: b c\r\nD: e\r\n\r\n");
}

TEST(ArchivedResponseHead, OnlyTheFinalResponseIsKept) {
  EXPECT_EQ(archived_response_head("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                                   "Link: </x>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
}

TEST(ArchivedResponseHead, AHeadThatWasCutStillEndsInAnEmptyLine) {
  EXPECT_EQ(archived_response_head("HTTP/1.1 200 OK\r\nA: b\r\n"),
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
  EXPECT_EQ(archived_response_head("HTTP/1.1 200 OK\r\nA: b"), "HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
  EXPECT_EQ(archived_response_head("HTTP/1.1 200"), "HTTP/1.1 200\r\n\r\n");
  EXPECT_EQ(archived_response_head("\r\n"), "\r\n");
}

TEST(ArchivedRequestHead, OnlyTheNamedFieldsLoseTheirValue) {
  EXPECT_EQ(archived_request_head("GET /?Cookie: HTTP/1.1\r\nCookie2: a\r\nX-Token : t\r\n\r\n",
                                  {"Cookie", "x-token"}),
            "GET /?Cookie: HTTP/1.1\r\nCookie2: a\r\nX-Token : [redacted]\r\n\r\n");
}

}  // namespace
}  // namespace frontierd
