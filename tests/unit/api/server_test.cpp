#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "unit/api/server_fixture.h"

namespace frontierd {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ServerTest, TheSocketFileIsForOwnerAndGroupOnly) {
  start();
  struct stat found {};
  ASSERT_EQ(::stat(options_.socket_path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0660u);
}

TEST_F(ServerTest, AnswersAreNeverStoredByCaches) {
  start();
  const std::string answer = get("/v1/status");
  EXPECT_TRUE(contains(answer, "HTTP/1.1 200 OK"));
  EXPECT_TRUE(contains(answer, "Cache-Control: no-store"));
  EXPECT_TRUE(contains(answer, "Content-Type: application/json"));
}

TEST_F(ServerTest, ManyRequestsShareOneConnection) {
  start();
  HttpPeer peer(options_.socket_path);
  for (int i = 0; i < 3; ++i) {
    peer.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(contains(peer.read_until("ok\n"), " 200 "));
  }
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  start();
  const std::string answer = ask("HEAD /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(contains(answer, "Content-Length: 3"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, WhatIsNotHttpIsAProblemNotACrash) {
  start();
  EXPECT_TRUE(contains(ask("\x16\x03\x01 hello\r\n\r\n"), " 400 "));
  EXPECT_TRUE(contains(ask("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"), " 400 "));
  EXPECT_TRUE(contains(get("/livez"), " 200 "));
}

TEST_F(ServerTest, AHeadOverTheLimitIs431) {
  start();
  const std::string big(70'000, 'x');
  EXPECT_TRUE(contains(ask("GET /livez HTTP/1.1\r\nHost: x\r\nX: " + big + "\r\n\r\n"), " 431 "));
}

TEST_F(ServerTest, ABodyOverTheLimitIs413WhetherItsLengthIsToldOrNot) {
  start();
  EXPECT_TRUE(
      contains(ask("PATCH /v1/hosts/a.org HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n" +
                   std::string(65'537, 'x')),
               " 413 "));
  EXPECT_TRUE(contains(ask("PATCH /v1/hosts/a.org HTTP/1.1\r\nHost: x\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n20000\r\n" +
                           std::string(0x20000, 'x') + "\r\n0\r\n\r\n"),
                       " 413 "));
}

TEST_F(ServerTest, AClientThatSendsHalfARequestIsLetGo) {
  options_.limits.head_time = Millis{100};
  start();
  HttpPeer peer(options_.socket_path);
  peer.send("GET /livez HT");
  peer.read_all();
  EXPECT_TRUE(contains(get("/livez"), " 200 "));
}

TEST_F(ServerTest, AStaleSocketFileIsReplaced) {
  {
    boost::asio::io_context other;
    boost::asio::local::stream_protocol::acceptor left(
        other, boost::asio::local::stream_protocol::endpoint(options_.socket_path));
  }
  ASSERT_TRUE(std::filesystem::exists(options_.socket_path));
  start();
  EXPECT_TRUE(contains(get("/livez"), " 200 "));
}

TEST_F(ServerTest, ASocketThatSomebodyAnswersOnIsAConflict) {
  start();
  ApiServer second(loop_, control_, control_, metrics_, options_);
  const auto opened = second.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::Conflict);
  EXPECT_TRUE(contains(opened.error().what, options_.socket_path));
  EXPECT_TRUE(contains(get("/livez"), " 200 ")) << "the first one goes on";
}

TEST_F(ServerTest, AFileThatIsNoSocketIsNeverRemoved) {
  std::ofstream(options_.socket_path) << "precious";
  ApiServer server(loop_, control_, control_, metrics_, options_);
  const auto opened = server.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::Usage);
  EXPECT_TRUE(std::filesystem::exists(options_.socket_path));
}

TEST_F(ServerTest, TooLongAPathAndAMissingFolderAreToldApart) {
  options_.socket_path = folder_ + "/" + std::string(120, 'x');
  EXPECT_EQ(ApiServer(loop_, control_, control_, metrics_, options_).open().error().code,
            Errc::Usage);
  options_.socket_path = folder_ + "/none/api.sock";
  EXPECT_EQ(ApiServer(loop_, control_, control_, metrics_, options_).open().error().code, Errc::Io);
}

TEST_F(ServerTest, CloseRemovesTheSocketFileAndEndsConnections) {
  start();
  HttpPeer peer(options_.socket_path);
  peer.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
  peer.read_until("ok\n");
  stop();
  EXPECT_FALSE(std::filesystem::exists(options_.socket_path));
  EXPECT_EQ(peer.read_all(), "");
}

TEST_F(ServerTest, AThousandHalfOpenConnectionsKeepNobodyOut) {
  options_.limits.connections_max = 8;
  start();
  std::vector<std::unique_ptr<HttpPeer>> silent;
  for (int i = 0; i < 400; ++i) {  // each pair: one that says nothing, one that stops in the head
    for (const char* words : {"", "GET /livez HT"}) {
      silent.push_back(std::make_unique<HttpPeer>(options_.socket_path));
      ASSERT_TRUE(silent.back()->connected());
      silent.back()->send(words);
    }
    if (i % 40 == 0) {
      EXPECT_TRUE(contains(get("/livez"), " 200 ")) << i;
    }
  }
  EXPECT_TRUE(contains(get("/livez"), " 200 "));
  // As much as there are places for are still there; the others were ended.
  EXPECT_EQ(silent.front()->read_all(), "");
}

TEST_F(ServerTest, WhereThePlacesAreTakenTheLongestSilentGoesAndNoStream) {
  options_.limits.connections_max = 2;
  start();
  HttpPeer stream(options_.socket_path);
  stream.send("POST /v1/seeds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::this_thread::sleep_for(Millis{50});
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(contains(get("/livez"), " 200 "));
  HttpPeer silent(options_.socket_path);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(contains(get("/livez"), " 200 "));
  const std::string line = "http://a.example/\n";
  stream.send("12\r\n" + line + "\r\n0\r\n\r\n");
  EXPECT_TRUE(contains(stream.read_until("\r\n0\r\n"), " 200 "));
}

TEST_F(ServerTest, ExportStreamsEveryRowOnceAndOnlyTheStateAskedFor) {
  std::vector<Seed> seeds;
  for (int i = 0; i < 1'500; ++i)
    seeds.push_back({"https://a.org/" + std::to_string(i), 5, kLongAgo, ""});
  ASSERT_TRUE(control_.admit(seeds));
  control_.at(7).state = UrlState::Done;
  start();
  const std::string rows = unchunked(get("/v1/export?format=ndjson"));
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 1'500);
  const std::string csv = unchunked(get("/v1/export?format=csv&state=done"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2) << "the header line and one row";
  const std::string rest = unchunked(get("/v1/export?after=1490"));
  EXPECT_EQ(std::count(rest.begin(), rest.end(), '\n'), 10);
  EXPECT_TRUE(contains(get("/v1/export?format=xml"), " 400 "));
  EXPECT_TRUE(contains(get("/v1/export?state=gone"), " 400 "));
}

std::string ask_tcp(std::uint16_t port, const std::string& request) {
  boost::asio::io_context loop;
  boost::asio::ip::tcp::socket socket(loop);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  boost::asio::write(socket, boost::asio::buffer(request));
  std::string answer;
  boost::system::error_code error;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);
  return answer;
}

TEST_F(ServerTest, TcpServesMetricsOpenlyAndTheRestByToken) {
  options_.tcp_address = "127.0.0.1";
  options_.token = "0123456789abcdef";
  start();
  const std::string end = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  const std::uint16_t port = server_->tcp_port();
  EXPECT_TRUE(contains(ask_tcp(port, "GET /metrics" + end + "\r\n"), "frontierd_build_info"));
  const std::string refused = ask_tcp(port, "GET /v1/status" + end + "\r\n");
  EXPECT_TRUE(contains(refused, " 401 "));
  EXPECT_TRUE(contains(refused, "WWW-Authenticate: Bearer"));
  EXPECT_TRUE(contains(
      ask_tcp(port, "GET /v1/status" + end + "Authorization: Bearer 0123456789abcdef\r\n\r\n"),
      " 200 "));
  EXPECT_TRUE(
      contains(ask_tcp(port, "POST /v1/seeds" + end + "Content-Length: 5\r\n\r\nhttps"), " 401 "));
}

TEST_F(ServerTest, TcpIsLoopbackOnlyAndATakenPortIsAConflict) {
  options_.tcp_address = "0.0.0.0";
  EXPECT_EQ(ApiServer(loop_, control_, control_, metrics_, options_).open().error().code,
            Errc::Usage);
  options_.tcp_address = "127.0.0.1";
  start();
  ApiOptions other = options_;
  other.socket_path.clear();
  other.tcp_port = server_->tcp_port();
  EXPECT_EQ(ApiServer(loop_, control_, control_, metrics_, other).open().error().code,
            Errc::Conflict);
}

TEST(TokenFile, MustBeLongPrivateAndThere) {
  const std::string path = ::testing::TempDir() + "/token-" + std::to_string(::getpid());
  EXPECT_FALSE(read_token_file(path));
  std::ofstream(path) << "  0123456789abcdef \nrest\n";
  ::chmod(path.c_str(), 0644);
  EXPECT_FALSE(read_token_file(path)) << "others may read it";
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(*read_token_file(path), "0123456789abcdef");
  std::ofstream(path) << "short\n";
  EXPECT_FALSE(read_token_file(path));
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace frontierd
