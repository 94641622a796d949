// Every limit of a transfer ends as its own Transport value, soon, whatever the server does.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "support/fetch_box.h"
#include "support/scripted_server.h"
#include "support/squeeze.h"

namespace frontierd {
namespace {

using test::always;
using test::FetchBox;
using test::Peer;
using test::ScriptedServer;

FetchReport report_of(ScriptedServer::Script script, const FetchOptions& options) {
  ScriptedServer server(std::move(script));
  FetchBox box(options);
  return box.fetch(server.url()).report;
}

// Sends `head`, then `piece` for ever.
ScriptedServer::Script endless(std::string head, std::string piece, Millis pause = Millis{0}) {
  return [=](Peer& peer) {
    peer.request();
    peer.send(head);
    while (peer.send(piece) && (pause == Millis{0} || peer.pause(pause))) {
    }
  };
}

long rss_kb() {
  rusage self{};
  getrusage(RUSAGE_SELF, &self);
  return self.ru_maxrss;
}

TEST(Limits, AnEndlessBodyIsTooLargeAndItsHeadIsKept) {
  FetchOptions options = test::test_options();
  options.limits.received_max = 300'000;
  const FetchReport report =
      report_of(endless("HTTP/1.1 200 OK\r\n\r\n", std::string(10'000, 'x')), options);
  EXPECT_EQ(report.transport, Transport::BodyTooLarge) << report.detail;
  EXPECT_EQ(report.body_bytes, 300'000u);
  EXPECT_EQ(report.body_head, std::string(kBodyHeadMax, 'x'));
  EXPECT_NE(report.detail.find("fetch.received_max"), std::string::npos);
}

TEST(Limits, ABodyAnnouncedTooLargeIsLeftOnceItsHeadIsRead) {
  const FetchReport report = report_of(
      endless("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", std::string(10'000, 'x')),
      test::test_options());
  EXPECT_EQ(report.transport, Transport::BodyTooLarge);
  EXPECT_EQ(report.body_head.size(), kBodyHeadMax);
  EXPECT_LT(report.received_bytes, 500'000u);
}

TEST(Limits, ABombIsStoppedEarlyInFlatMemory) {
  const std::string bomb = test::gzip_bomb(2'048);
  ASSERT_LT(bomb.size(), 3u << 20);
  const long before = rss_kb();
  const FetchReport report =
      report_of(always("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                       std::to_string(bomb.size()) + "\r\n\r\n" + bomb),
                test::test_options());
  EXPECT_EQ(report.transport, Transport::BodyTooLarge) << report.detail;
  EXPECT_EQ(report.body_bytes, 32u << 20);
  EXPECT_NE(report.detail.find("fetch.decoded_max"), std::string::npos);
  EXPECT_LT(rss_kb() - before, 32 * 1'024);
}

TEST(Limits, HeadersWithoutEndAreTooLarge) {
  const FetchOptions options = test::test_options();
  const auto flood = report_of(endless("HTTP/1.1 200 OK\r\n", "X-Flood: y\r\n"), options);
  EXPECT_EQ(flood.transport, Transport::HeadersTooLarge) << flood.detail;
  const auto wide =
      report_of(endless("HTTP/1.1 200 OK\r\n", "X: " + std::string(5'000, 'y') + "\r\n"), options);
  EXPECT_EQ(wide.transport, Transport::HeadersTooLarge) << wide.detail;
  const auto one_line =
      report_of(endless("HTTP/1.1 200 OK\r\nX: ", std::string(9'000, 'y')), options);
  EXPECT_EQ(one_line.transport, Transport::HeadersTooLarge) << one_line.detail;
  const auto trailers =
      report_of(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n",
                        "T: " + std::string(500, 'y') + "\r\n"),
                options);
  EXPECT_NE(trailers.transport, Transport::Ok) << trailers.detail;
}

TEST(Limits, InterimResponsesWithoutEndAreNotHttp) {
  const auto report = report_of(endless("", "HTTP/1.1 100 Continue\r\n\r\n"), test::test_options());
  EXPECT_EQ(report.transport, Transport::ProtocolError) << report.detail;
  EXPECT_EQ(report.status, 0);
}

TEST(Limits, NoAnswerIsATimeout) {
  FetchOptions options = test::test_options();
  options.limits.first_byte_timeout = Millis{500};
  const auto report = report_of([](Peer& peer) { peer.hold(); }, options);
  EXPECT_EQ(report.transport, Transport::Timeout);
  EXPECT_LT(report.elapsed, Seconds{3});
  EXPECT_NE(report.detail.find("fetch.first_byte_timeout"), std::string::npos);
}

TEST(Limits, ATransferThatTakesTooLongIsATimeout) {
  FetchOptions options = test::test_options();
  options.limits.total_timeout = Seconds{1};
  const auto report =
      report_of(endless("HTTP/1.1 200 OK\r\n\r\n", std::string(1'000, 'x'), Millis{20}), options);
  EXPECT_EQ(report.transport, Transport::Timeout) << report.detail;
  EXPECT_EQ(report.status, 200);
  EXPECT_GT(report.body_bytes, 1'000u);
}

TEST(Limits, AByteNowAndThenIsTooSlowInHeadAndBody) {
  FetchOptions options = test::test_options();
  options.limits.min_speed_window = Seconds{1};
  options.limits.first_byte_timeout = Seconds{2};
  const auto body = report_of(endless("HTTP/1.1 200 OK\r\n\r\n", "x", Millis{100}), options);
  EXPECT_EQ(body.transport, Transport::TooSlow) << body.detail;
  const auto lines = report_of(endless("HTTP/1.1 200 OK\r\n", "A: b\r\n", Millis{100}), options);
  EXPECT_EQ(lines.transport, Transport::TooSlow) << lines.detail;
  // Not one whole line: no answer at all.
  const auto head = report_of(endless("HTTP/1.1 ", "2", Millis{100}), options);
  EXPECT_EQ(head.transport, Transport::Timeout) << head.detail;
}

TEST(Limits, AFloodOfChunkExtensionsEnds) {
  const std::string chunk = "1;" + std::string(4'000, 'e') + "\r\nx\r\n";
  const auto report =
      report_of(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk),
                test::test_options());
  EXPECT_EQ(report.transport, Transport::BodyTooLarge) << report.detail;
  EXPECT_LT(report.elapsed, Seconds{5});
}

TEST(Limits, TheFlightEndsWithItsLease) {
  ScriptedServer server([](Peer& peer) { peer.hold(); });
  FetchBox box;
  Lease lease = test::lease_of(server.url());
  lease.expires_at = box.clock().now() + Millis{600};
  const FetchReport report = box.fetch(lease).report;
  EXPECT_EQ(report.transport, Transport::Timeout);
  EXPECT_LT(report.elapsed, Seconds{3});
}

TEST(Limits, ATlsHandshakeThatNeverAnswersIsAConnectTimeout) {
  ScriptedServer server([](Peer& peer) { peer.hold(); });
  FetchOptions options = test::test_options();
  options.limits.connect_timeout = Millis{500};
  FetchBox box(options);
  const std::string url = "https" + server.url().substr(4);
  EXPECT_EQ(box.fetch(url).report.transport, Transport::ConnectTimeout);
}

TEST(Limits, MemoryForBodiesIsBounded) {
  FetchOptions options = test::test_options();
  options.memory_max = 40'000;
  ScriptedServer server(always(test::page(std::string(60'000, 'x'))));
  FetchBox box(options);
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::LocalFailure);
  EXPECT_NE(report.detail.find("fetch.memory_max"), std::string::npos);
  EXPECT_EQ(box.fetcher().memory_used(), 0u);
}

}  // namespace
}  // namespace frontierd
