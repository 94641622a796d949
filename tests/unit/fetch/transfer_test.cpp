// What a transfer reports, against a real socket.
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/fetch_box.h"
#include "support/scripted_server.h"

namespace frontierd {
namespace {

using test::always;
using test::FetchBox;
using test::page;
using test::Peer;
using test::ScriptedServer;

TEST(Transfer, BringsTheFactsHome) {
  ScriptedServer server(
      always("HTTP/1.1 404 Not Here\r\nContent-Length: 4\r\nETag: \"x\"\r\n"
             "Set-Cookie: a=1\r\nset-cookie: b=2\r\n\r\ngone"));
  FetchBox box;
  const Landing landing = box.fetch(server.url("/a?b=1"));
  const FetchReport& report = landing.report;
  EXPECT_EQ(report.transport, Transport::Ok) << report.detail;
  EXPECT_EQ(report.url, server.url("/a?b=1"));
  EXPECT_EQ(landing.lease.url, report.url);
  EXPECT_EQ(report.status, 404);
  EXPECT_EQ(report.http_version, 11);
  EXPECT_EQ(report.headers.size(), 4u);
  EXPECT_EQ(header(report, "etag"), "\"x\"");
  EXPECT_EQ(report.body_head, "gone");
  EXPECT_EQ(report.body_bytes, 4u);
  EXPECT_GT(report.received_bytes, 60u);
  EXPECT_EQ(report.peer, "127.0.0.1");
  EXPECT_EQ(report.egress, "");
  EXPECT_GT(report.received_at, kLongAgo);
  EXPECT_EQ(landing.exchange, nullptr);
}

TEST(Transfer, MeasuresTheWaitForTheFirstByteAndTheWhole) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.pause(Millis{120});
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
    peer.pause(Millis{120});
    peer.send("b");
  });
  FetchBox box;
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_GE(report.first_byte_after, Millis{100});
  EXPECT_LT(report.first_byte_after, report.elapsed);
  EXPECT_GE(report.elapsed, Millis{220});
}

TEST(Transfer, SendsAnHonestRequestAndNothingElse) {
  ScriptedServer server(always(page("x")));
  FetchOptions options = test::test_options();
  options.contact_url = "https://example.org/bot";
  options.from = "ops@example.org";
  FetchBox box(options);
  box.fetch(server.url("/p"));
  box.fetch(server.url("/q"));
  const std::string request = server.requests().at(0);
  EXPECT_TRUE(request.starts_with("GET /p HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
  EXPECT_NE(request.find("User-Agent: frontierd/"), std::string::npos);
  EXPECT_NE(request.find("(+https://example.org/bot)\r\n"), std::string::npos);
  EXPECT_NE(request.find("From: ops@example.org\r\n"), std::string::npos);
  EXPECT_NE(request.find("Accept-Encoding: gzip, deflate, br, zstd\r\n"), std::string::npos);
  EXPECT_NE(request.find("Accept: text/html"), std::string::npos);
  for (const char* never : {"Cookie", "If-", "Cache-Control", "Referer", "Authorization"}) {
    EXPECT_EQ(server.requests().at(1).find(never), std::string::npos) << never;
  }
}

TEST(Transfer, CookiesAreNotKept) {
  ScriptedServer server(always(page("x", "Set-Cookie: a=1; Path=/\r\n")));
  FetchBox box;
  box.fetch(server.url());
  box.fetch(server.url());
  EXPECT_EQ(server.requests().at(1).find("Cookie"), std::string::npos);
}

TEST(Transfer, AsksConditionallyWithTheValidatorsOfTheLease) {
  ScriptedServer server(always("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"));
  FetchBox box;
  Lease lease = test::lease_of(server.url());
  lease.etag = "\"v1\"";
  lease.last_modified = "Sun, 22 Nov 2026 00:00:00 GMT";
  EXPECT_EQ(box.fetch(lease).report.status, 304);
  const std::string request = server.requests().at(0);
  EXPECT_NE(request.find("If-None-Match: \"v1\"\r\n"), std::string::npos);
  EXPECT_NE(request.find("If-Modified-Since: Sun, 22 Nov 2026 00:00:00 GMT\r\n"),
            std::string::npos);
  EXPECT_EQ(request.find("Cache-Control"), std::string::npos);
  // The next flight on the same handle has none of it.
  box.fetch(server.url());
  EXPECT_EQ(server.requests().at(1).find("If-None-Match"), std::string::npos);
}

TEST(Transfer, GoesPastTheCacheWhereTheLeaseSaysSo) {
  ScriptedServer server(always(page("x")));
  FetchBox box;
  Lease lease = test::lease_of(server.url());
  lease.past_cache = true;
  box.fetch(lease);
  EXPECT_NE(server.requests().at(0).find("Cache-Control: no-cache\r\n"), std::string::npos);
}

TEST(Transfer, ARedirectLandsAndIsNotFollowed) {
  for (const char* target : {"/next", "file:///etc/passwd", "http://169.254.169.254/latest"}) {
    ScriptedServer server(always("HTTP/1.1 302 Found\r\nLocation: " + std::string(target) +
                                 "\r\nContent-Length: 0\r\n\r\n"));
    FetchBox box;
    const FetchReport report = box.fetch(server.url()).report;
    EXPECT_EQ(report.status, 302);
    EXPECT_EQ(header(report, "location"), target);
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(Transfer, KeepsRobotsTxtUpToItsLimitAndCutsTheRestWithoutAnError) {
  const std::string line = "Disallow: /a\n";
  std::string robots;
  while (robots.size() < (600u << 10)) robots += line;
  ScriptedServer server(always(page(robots)));
  FetchBox box;
  const Landing landing = box.fetch(server.url("/robots.txt"), Purpose::Robots);
  EXPECT_EQ(landing.report.transport, Transport::Ok) << landing.report.detail;
  EXPECT_EQ(landing.robots_body, robots.substr(0, 512u << 10));
  const Landing as_page = box.fetch(server.url("/robots.txt"));
  EXPECT_EQ(as_page.robots_body, "");
  EXPECT_EQ(as_page.report.body_bytes, robots.size());
  EXPECT_EQ(as_page.report.body_head, robots.substr(0, kBodyHeadMax));
}

TEST(Transfer, AnEndlessRobotsTxtIsCutAndLeft) {
  ScriptedServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
    const std::string piece(65'536, '#');
    while (peer.send(piece)) {
    }
  });
  FetchBox box;
  const Landing landing = box.fetch(server.url("/robots.txt"), Purpose::Robots);
  EXPECT_EQ(landing.report.transport, Transport::Ok) << landing.report.detail;
  EXPECT_EQ(landing.robots_body.size(), 512u << 10);
}

TEST(Transfer, EndsOfEveryKindHaveTheirName) {
  const auto transport_for = [](ScriptedServer::Script script) {
    ScriptedServer server(std::move(script));
    FetchBox box;
    const Landing landing = box.fetch(server.url());
    return std::string(to_string(landing.report.transport));
  };
  const auto saying = [](std::string bytes, bool reset) {
    return [bytes, reset](Peer& peer) {
      peer.request();
      peer.send(bytes);
      peer.pause(Millis{50});
      if (reset) peer.reset();
    };
  };
  EXPECT_EQ(transport_for(saying("", false)), "empty_reply");
  EXPECT_EQ(transport_for(saying("", true)), "reset");
  EXPECT_EQ(transport_for([](Peer& peer) { peer.reset(); }), "reset");
  EXPECT_EQ(transport_for(saying("HTTP/1.1 200 OK\r\nConte", true)), "reset");
  EXPECT_EQ(transport_for(saying("HTTP/1.1 200 OK\r\nServer: x\r\nConte", false)), "reset");
  EXPECT_EQ(transport_for(saying("HTTP/1.1 103 Early Hints\r\n\r\n", false)), "empty_reply");
  EXPECT_EQ(transport_for(saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true)),
            "reset");
  EXPECT_EQ(transport_for(saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false)),
            "reset");
  EXPECT_EQ(
      transport_for(saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", false)),
      "reset");
  EXPECT_EQ(
      transport_for(saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", false)),
      "protocol_error");
  EXPECT_EQ(transport_for(saying("SSH-2.0-OpenSSH_9.2\r\n", false)), "protocol_error");
  EXPECT_EQ(transport_for(saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"
                                 "abcd",
                                 false)),
            "protocol_error");
  EXPECT_EQ(transport_for(saying("HTTP/1.0 200 OK\r\n\r\nto the end", false)), "ok");
}

TEST(Transfer, MoreBodyThanAnnouncedIsLeftUnread) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"));
  FetchBox box;
  const FetchReport report = box.fetch(server.url()).report;
  EXPECT_EQ(report.transport, Transport::Ok);
  EXPECT_EQ(report.body_head, "abc");
}

TEST(Transfer, NobodyListeningIsARefusal) {
  std::string url;
  {
    ScriptedServer server(always(""));
    url = server.url();
  }
  FetchBox box;
  EXPECT_EQ(box.fetch(url).report.transport, Transport::ConnectRefused);
}

TEST(Transfer, TextThatIsNoCanonicalUrlNeverLeavesTheMachine) {
  ScriptedServer server(always(page("x")));
  FetchBox box;
  const std::string port = std::to_string(server.port());
  for (const std::string& url :
       {"http://example.com\\@127.0.0.1:" + port + "/", "http://u:p@127.0.0.1:" + port + "/",
        "file:///etc/passwd" + std::string(), "http://0x7f.1:" + port + "/"}) {
    const FetchReport report = box.fetch(url).report;
    EXPECT_NE(report.transport, Transport::Ok) << url;
  }
  EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace frontierd
