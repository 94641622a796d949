// Response heads, request fields, authorities: the pure parts around a transfer.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include "fetch/authority.h"
#include "fetch/dns_cache.h"
#include "fetch/host_book.h"
#include "fetch/request_fields.h"
#include "fetch/response_head.h"

namespace frontierd {
namespace {

std::optional<End> feed(ResponseHead& head, std::initializer_list<const char*> lines) {
  for (const char* line : lines) {
    if (auto end = head.add(line)) return end;
  }
  return std::nullopt;
}

TEST(ResponseHead, KeepsTheFinalHeadNotTheInterimOnes) {
  const TransferLimits limits;
  ResponseHead head(limits, true);
  EXPECT_FALSE(
      feed(head, {"HTTP/1.1 103 Early Hints\r\n", "Link: </a>\r\n", "\r\n", "HTTP/1.1 503 Busy\r\n",
                  "Retry-After:  5 \r\n", "X: a\r\n", "\tfolded\r\n", "\r\n", "Trailer: t\r\n"}));
  EXPECT_TRUE(head.complete());
  EXPECT_EQ(head.status(), 503);
  const std::vector<Header> want = {{"Retry-After", "5"}, {"X", "a folded"}};
  EXPECT_EQ(head.headers(), want);
  EXPECT_EQ(head.take_text(), "HTTP/1.1 503 Busy\r\nRetry-After:  5 \r\nX: a\r\n\tfolded\r\n\r\n");
}

TEST(ResponseHead, IsWrittenForTheArchiveAsThePayloadIsStored) {
  const TransferLimits limits;
  ResponseHead chunked(limits, true);
  feed(chunked, {"HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "\r\n"});
  EXPECT_EQ(chunked.take_text(),
            "HTTP/1.1 200 OK\r\nX-Frontierd-Transfer-Encoding: chunked\r\n\r\n");
  ResponseHead two(limits, true);
  feed(two, {"HTTP/2 200 \r\n", "server: x\r\n", "\r\n"});
  EXPECT_EQ(two.take_text(), "HTTP/1.1 200 \r\nserver: x\r\n\r\n");
}

TEST(ResponseHead, WhatLibcurlReadsIsRead) {
  const TransferLimits limits;
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1   200\r\n", "http/1.1 200 OK\r\n",
                           "Http/1.0 200\r\n", "HTTP/1.1 200OK\r\n"}) {
    ResponseHead head(limits, true);
    EXPECT_FALSE(feed(head, {line, "X: y\r\n", "\r\n"})) << line;
    EXPECT_TRUE(head.complete()) << line;
    EXPECT_EQ(head.status(), 200) << line;
  }
}

TEST(ResponseHead, TwoLengthsThatDifferContradictTheHead) {
  const TransferLimits limits;
  ResponseHead head(limits, false);
  EXPECT_TRUE(feed(head, {"HTTP/1.1 404 No\r\n", "Content-Length: 1\r\n", "Content-Length: 2\r\n", "\r\n"}));
  EXPECT_TRUE(head.contradicts_itself());
}

TEST(ResponseHead, ATransferCodingThatWasNotAskedForEndsIt) {
  const TransferLimits limits;
  for (const char* fine : {"Transfer-Encoding: Chunked\r\n", "Transfer-Encoding: identity\r\n"}) {
    ResponseHead head(limits, false);
    EXPECT_FALSE(feed(head, {"HTTP/1.1 200 OK\r\n", fine, "\r\n"})) << fine;
  }
  for (const char* not_so : {"Transfer-Encoding: gzip, chunked\r\n", "transfer-encoding: x\r\n"}) {
    ResponseHead head(limits, false);
    const auto end = feed(head, {"HTTP/1.1 200 OK\r\n", not_so, "\r\n"});
    ASSERT_TRUE(end) << not_so;
    EXPECT_EQ(end->transport, Transport::BadEncoding);
  }
}

TEST(ResponseHead, EndsAtEachOfItsLimits) {
  TransferLimits limits;
  limits.header_bytes_max = 200;
  limits.header_fields_max = 3;
  limits.informational_max = 2;
  ResponseHead large(limits, false);
  large.add("HTTP/1.1 200 OK\r\n");
  const auto too_large = large.add("A: " + std::string(300, 'a') + "\r\n");
  ASSERT_TRUE(too_large);
  EXPECT_EQ(too_large->transport, Transport::HeadersTooLarge);
  ResponseHead many(limits, false);
  const auto too_many =
      feed(many, {"HTTP/1.1 200 OK\r\n", "a: 1\r\n", "a: 1\r\n", "a: 1\r\n", "a: 1\r\n"});
  ASSERT_TRUE(too_many);
  EXPECT_EQ(too_many->transport, Transport::HeadersTooLarge);
  ResponseHead folded(limits, false);
  const auto too_folded =
      feed(folded, {"HTTP/1.1 200 OK\r\n", "a: 1\r\n", " 2\r\n", " 3\r\n", "\t4\r\n"});
  ASSERT_TRUE(too_folded);
  EXPECT_EQ(too_folded->transport, Transport::HeadersTooLarge);
  ResponseHead interim(limits, false);
  const auto endless = feed(interim, {"HTTP/1.1 100 C\r\n", "\r\n", "HTTP/1.1 100 C\r\n", "\r\n",
                                      "HTTP/1.1 100 C\r\n", "\r\n"});
  ASSERT_TRUE(endless);
  EXPECT_EQ(endless->transport, Transport::ProtocolError);
}

TEST(ResponseHead, TwoLengthsThatDifferAreNotHttp) {
  const TransferLimits limits;
  ResponseHead differ(limits, false);
  EXPECT_TRUE(feed(
      differ, {"HTTP/1.1 200 OK\r\n", "Content-Length: 5\r\n", "Content-Length: 6\r\n", "\r\n"}));
  ResponseHead listed(limits, false);
  EXPECT_TRUE(feed(listed, {"HTTP/1.1 200 OK\r\n", "Content-Length: 5, 50\r\n", "\r\n"}));
  ResponseHead repeated(limits, false);
  EXPECT_FALSE(feed(repeated, {"HTTP/1.1 200 OK\r\n", "Content-Length: 5, 5\r\n", "\r\n"}));
  ResponseHead same(limits, false);
  EXPECT_FALSE(feed(
      same, {"HTTP/1.1 200 OK\r\n", "Content-Length: 5\r\n", "Content-Length: 5\r\n", "\r\n"}));
}

TEST(RequestFields, ValidatorsThatCouldBreakOutOfTheirLineAreNotSent) {
  const RequestFields fields((FetchOptions()));
  Lease lease;
  lease.etag = "\"a\"\r\nX-Evil: 1";
  lease.last_modified = "Sun, 22 Nov 2026 00:00:00 GMT";
  FieldList list;
  fields.compose(lease, list);
  const std::string head = request_head("/", "a.example", list);
  EXPECT_EQ(head.find("Evil"), std::string::npos);
  EXPECT_NE(head.find("If-Modified-Since: Sun, 22 Nov 2026 00:00:00 GMT\r\n"), std::string::npos);
}

TEST(RequestFields, TheUserAgentNamesUsAndWhereToComplain) {
  FetchOptions options;
  options.contact_url = "https://example.org/bot";
  EXPECT_TRUE(user_agent_of(options).starts_with("frontierd/"));
  EXPECT_TRUE(user_agent_of(options).ends_with(" (+https://example.org/bot)"));
  options.user_agent = "mine/1";
  EXPECT_EQ(user_agent_of(options), "mine/1");
}

TEST(Authority, IsSplitFromACanonicalUrlOrAHostKey) {
  const auto plain = split_authority("https://example.org/a?b#c");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->origin, "https://example.org");
  EXPECT_EQ(plain->host, "example.org");
  EXPECT_EQ(plain->port, 443);
  EXPECT_EQ(plain->target, "/a?b#c");
  const auto v6 = split_authority("http://[::1]:8080");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 8080);
  EXPECT_EQ(v6->target, "/");
  for (const char* bad : {"", "ftp://a/", "http://", "http:///a", "http://u@a/", "http://a:0/",
                          "http://a:99999/", "http://a\\@b/", "http://[::1/"}) {
    EXPECT_FALSE(split_authority(bad)) << bad;
  }
}

TEST(UrlCrossCheck, AgreesOnCanonicalUrlsAndNotOnTricks) {
  UrlCrossCheck check;
  for (const char* url : {"http://example.org/", "https://example.org:8443/a%2Fb?q=%C3%BC|{}",
                          "http://[2001:db8::1]/x", "http://192.0.2.1:81/../a//b"}) {
    const auto difference = check.difference(url, *split_authority(url));
    EXPECT_FALSE(difference) << url << ": " << difference.value_or("");
  }
  // A shorthand that libcurl spells out: never canonical, so never to be fetched.
  EXPECT_TRUE(check.difference("http://0x7f.1/", *split_authority("http://0x7f.1/")));
  Authority ours = *split_authority("http://example.org/");
  ours.host = "other.example";
  EXPECT_TRUE(check.difference("http://example.org/", ours));
}

TEST(DnsCache, ServesNothingExpiredAndForgetsTheLeastUsedOverItsLimit) {
  DnsCache cache(2);
  const Instant now = from_unix_ms(1'000'000);
  cache.put("a", {{"192.0.2.1"}, Transport::Ok, "", now + Seconds{10}});
  cache.put("b", {{}, Transport::DnsFailed, "", now + Seconds{20}});
  ASSERT_NE(cache.find("a", now), nullptr);
  cache.put("c", {{}, Transport::DnsFailed, "", now + Seconds{20}});
  EXPECT_EQ(cache.find("b", now), nullptr);
  EXPECT_NE(cache.find("a", now), nullptr);
  EXPECT_EQ(cache.find("a", now + Seconds{10}), nullptr);
  EXPECT_TRUE(cache.answered("a")) << "that it once was is remembered";
  EXPECT_FALSE(cache.answered("c"));
  EXPECT_FALSE(cache.answered("d"));
  EXPECT_EQ(cache.size(), 2u);
}

TEST(HostBook, OverItsLimitItKeepsWhoIsWaitedFor) {
  HostBook book(3);
  const Instant now = from_unix_ms(1'000);
  EXPECT_TRUE(book.park("http://w", Lease{}));
  EXPECT_FALSE(book.park("http://w", Lease{}));
  book.learn("http://a", {{"192.0.2.1"}, Transport::Ok, "", now + Seconds{1}});
  book.learn("http://b", {{"192.0.2.1"}, Transport::Ok, "", now + Seconds{1}});
  EXPECT_NE(book.find("http://a", now), nullptr);
  EXPECT_EQ(book.find("http://a", now + Seconds{1}), nullptr);
  book.learn("http://c", {{"192.0.2.1"}, Transport::Ok, "", now + Seconds{1}});
  EXPECT_EQ(book.find("http://a", now), nullptr);
  EXPECT_EQ(book.size(), 2u);
  EXPECT_EQ(book.learn("http://w", {{}, Transport::DnsFailed, "", now}).size(), 2u);
}

}  // namespace
}  // namespace frontierd
