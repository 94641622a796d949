// What the archive is given.
#include <gtest/gtest.h>

#include <filesystem>

#include "fetch/payload.h"
#include "support/fetch_box.h"
#include "support/scripted_server.h"
#include "support/squeeze.h"

namespace frontierd {
namespace {

using test::FetchBox;
using test::ScriptedServer;

FetchOptions archiving() {
  FetchOptions options = test::test_options();
  options.keep_exchange = true;
  options.spool_dir = std::filesystem::temp_directory_path();
  return options;
}

TEST(Exchange, HoldsTheHeadsAsSentAndReceived) {
  const std::string answer = "HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-a:b\r\n\r\nhello";
  ScriptedServer server(test::always(answer));
  FetchBox box(archiving());
  Lease lease = test::lease_of(server.url("/p?q=1"));
  lease.etag = "\"v\"";
  lease.past_cache = true;
  const Landing landing = box.fetch(lease);
  ASSERT_NE(landing.exchange, nullptr);
  EXPECT_EQ(landing.exchange->request_head, server.requests().at(0));
  EXPECT_EQ(landing.exchange->response_head, answer.substr(0, answer.size() - 5));
  EXPECT_EQ(test::read_all(landing.exchange->payload.get()), "hello");
  EXPECT_EQ(landing.exchange->truncated, "");
}

TEST(Exchange, HoldsThePayloadEncodedButWithoutItsChunks) {
  const std::string body = test::squeeze_gzip(std::string(3'000, 'q'));
  ScriptedServer server(test::always(test::chunked_page(body, "Content-Encoding: gzip\r\n", 5)));
  FetchBox box(archiving());
  const Landing landing = box.fetch(server.url());
  ASSERT_NE(landing.exchange, nullptr);
  EXPECT_EQ(test::read_all(landing.exchange->payload.get()), body);
  EXPECT_EQ(landing.exchange->response_head,
            "HTTP/1.1 200 OK\r\nX-Frontierd-Transfer-Encoding: chunked\r\n"
            "Content-Encoding: gzip\r\n\r\n");
  EXPECT_EQ(header(landing.report, "transfer-encoding"), "chunked");
  EXPECT_EQ(landing.report.body_head, std::string(3'000, 'q'));
}

TEST(Exchange, ABodyThatDoesNotDecodeIsKeptAsReceivedToItsEnd) {
  std::string damaged = test::squeeze_gzip(std::string(50'000, 'q') + "end");
  for (std::size_t at = 20; at < damaged.size(); at += 10) damaged[at] = static_cast<char>(~damaged[at]);
  for (const auto& [coding, body] : {std::pair<std::string, std::string>{"gzip", damaged},
                                     {"compress", std::string(90'000, 'c')}}) {
    ScriptedServer server(test::always(test::page(body, "Content-Encoding: " + coding + "\r\n")));
    FetchBox box(archiving());
    const Landing landing = box.fetch(server.url());
    EXPECT_EQ(landing.report.transport, Transport::BadEncoding) << coding;
    EXPECT_EQ(landing.report.body_bytes, body.size()) << coding;
    ASSERT_NE(landing.exchange, nullptr) << coding;
    EXPECT_EQ(test::read_all(landing.exchange->payload.get()), body) << coding;
    EXPECT_EQ(landing.exchange->truncated, "") << "all of it is here";
  }
}

TEST(Exchange, TheHeadOfAnAnswerIsReportedWhateverBecomesOfItsBody) {
  ScriptedServer server([](test::Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 301 Moved\r\nLocation: /to\r\nContent-Length: 400\r\n\r\nshort");
  });
  FetchBox box(archiving());
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::Reset);
  EXPECT_EQ(report.status, 301);
  EXPECT_TRUE(report.head_whole);
  EXPECT_EQ(header(report, "location"), "/to");
}

TEST(Exchange, AHeadThatIsCutIsNoWholeHead) {
  ScriptedServer server([](test::Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 404 Not Found\r\nServer: x\r\n");
  });
  FetchBox box(archiving());
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::Reset);
  EXPECT_FALSE(report.head_whole);
}

TEST(Exchange, ARequestWithoutValidatorsIsReportedAsOne) {
  ScriptedServer server(test::always("HTTP/1.1 304 Not Modified\r\n\r\n"));
  FetchBox box(archiving());
  Lease lease = test::lease_of(server.url());
  EXPECT_TRUE(box.fetch(lease).report.unconditional);
  lease.etag = "\"v\"";
  EXPECT_FALSE(box.fetch(lease).report.unconditional);
}

TEST(Exchange, ACookieForASecondTryIsSentOnce) {
  ScriptedServer server(test::always(test::page("x")));
  FetchBox box(archiving());
  Lease lease = test::lease_of(server.url());
  lease.cookie = "seen=1";
  box.fetch(lease);
  EXPECT_NE(server.requests().at(0).find("Cookie: seen=1\r\n"), std::string::npos);
  lease.cookie.clear();
  box.fetch(lease);
  EXPECT_EQ(server.requests().at(1).find("Cookie"), std::string::npos);
}

TEST(Exchange, AnEmptyBodyHasNoPayloadAndNoAnswerNoExchange) {
  ScriptedServer server(test::always(test::page("")));
  ScriptedServer silent([](test::Peer& peer) { peer.request(); });
  FetchBox box(archiving());
  const Landing empty = box.fetch(server.url());
  ASSERT_NE(empty.exchange, nullptr);
  EXPECT_EQ(empty.exchange->payload, nullptr);
  EXPECT_EQ(box.fetch(silent.url()).exchange, nullptr);
}

TEST(Exchange, LargePayloadsAreSpooledAndGivenBack) {
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + ",";
  ScriptedServer server(test::always(test::page(body)));
  FetchBox box(archiving());
  Landing landing = box.fetch(server.url());
  ASSERT_NE(landing.exchange, nullptr);
  EXPECT_EQ(landing.exchange->payload->size(), body.size());
  EXPECT_EQ(test::read_all(landing.exchange->payload.get()), body);
  EXPECT_EQ(box.fetcher().spool_used(), body.size() - (256u << 10));
  EXPECT_EQ(box.fetcher().memory_used(), 256u << 10);
  landing = {};
  EXPECT_EQ(box.fetcher().spool_used(), 0u);
  EXPECT_EQ(box.fetcher().memory_used(), 0u);
}

TEST(Exchange, OfABodyOverALimitOnlyTheHeadIsKept) {
  FetchOptions options = archiving();
  options.limits.received_max = 2'000'000;
  ScriptedServer server(test::always("HTTP/1.1 200 OK\r\n\r\n" + std::string(3'000'000, 'x')));
  FetchBox box(options);
  const Landing landing = box.fetch(server.url());
  EXPECT_EQ(landing.report.transport, Transport::BodyTooLarge);
  ASSERT_NE(landing.exchange, nullptr);
  EXPECT_EQ(landing.exchange->payload->size(), 256u << 10);
  EXPECT_EQ(landing.exchange->truncated, "length");
  EXPECT_EQ(box.fetcher().spool_used(), 0u);
}

TEST(Exchange, AFullSpoolIsOurFailureAndIsTightForLargeBodiesOnly) {
  FetchOptions options = archiving();
  options.spool_max = 100'000;
  options.payload_in_memory = 1'000;
  ScriptedServer server(test::always(test::page(std::string(90'000, 'x'))));
  FetchBox box(options);
  EXPECT_FALSE(box.fetcher().tight());
  const Landing kept = box.fetch(server.url());
  EXPECT_EQ(kept.report.transport, Transport::Ok);
  EXPECT_TRUE(box.fetcher().tight());
  EXPECT_GT(box.fetcher().free_slots(), 0u) << "small bodies need no spool";
  const Landing full = box.fetch(server.url());
  EXPECT_EQ(full.report.transport, Transport::LocalFailure);
  EXPECT_NE(full.report.detail.find("fetch.spool_max"), std::string::npos);
}

TEST(Exchange, AMissingSpoolDirectoryIsToldWithWhatToDo) {
  FetchOptions options = archiving();
  options.spool_dir = "/nonexistent/spool";
  options.payload_in_memory = 10;
  ScriptedServer server(test::always(test::page(std::string(1'000, 'x'))));
  FetchBox box(options);
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::LocalFailure);
  EXPECT_NE(report.detail.find("fetch.spool_dir"), std::string::npos);
}

TEST(Exchange, SaysWhyItIsCut) {
  FetchOptions options = archiving();
  options.limits.received_max = 1'000;
  options.limits.total_timeout = Seconds{1};
  const auto truncated = [&](ScriptedServer::Script script) {
    ScriptedServer server(std::move(script));
    FetchBox box(options);
    const Landing landing = box.fetch(server.url());
    return landing.exchange ? landing.exchange->truncated : "no exchange";
  };
  EXPECT_EQ(truncated(test::always(test::page(std::string(2'000, 'x')))), "length");
  EXPECT_EQ(truncated([](test::Peer& peer) {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
            }),
            "disconnect");
  EXPECT_EQ(truncated([](test::Peer& peer) {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
              peer.hold();
            }),
            "time");
}

}  // namespace
}  // namespace frontierd
