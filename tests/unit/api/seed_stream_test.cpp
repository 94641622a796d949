#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json.hpp>
#include <sstream>

#include "api/line_cutter.h"
#include "unit/api/server_fixture.h"

namespace frontierd {
namespace {

std::string gzipped(const std::string& text) {
  z_stream zlib{};
  deflateInit2(&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&zlib, text.size()), '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

struct Told {
  std::vector<std::string> lines;
  boost::json::object progress;  // the last one
  bool ended = false;
};

Told read(const std::string& answer) {
  Told told;
  std::istringstream body(unchunked(answer));
  for (std::string line; std::getline(body, line);) {
    const boost::json::object object = boost::json::parse(line).as_object();
    if (object.contains("verdict")) told.lines.push_back(line);
    if (object.contains("progress")) told.progress = object.at("progress").as_object();
    told.ended = object.contains("end");
  }
  return told;
}

std::int64_t count(const Told& told, const char* name) {
  return told.progress.at(name).to_number<std::int64_t>();
}

using SeedStreamTest = ServerTest;

TEST_F(SeedStreamTest, EveryLineHasItsVerdictByNumber) {
  start();
  const Told told = read(seed("https://a.org/\nhttps://a.org/\nftp://a.org/\n\nhttps://b.org/"));
  ASSERT_EQ(told.lines.size(), 4u);
  EXPECT_EQ(told.lines[0], R"({"line":1,"verdict":"new"})");
  EXPECT_EQ(told.lines[1], R"({"line":2,"verdict":"known"})");
  EXPECT_NE(told.lines[2].find("\"line\":3,\"verdict\":\"rejected\",\"reason\":"),
            std::string::npos);
  EXPECT_EQ(told.lines[3], R"({"line":5,"verdict":"new"})");
  EXPECT_TRUE(told.ended);
  EXPECT_EQ(count(told, "line"), 5);
}

TEST_F(SeedStreamTest, NdjsonCarriesPriorityAndMetadata) {
  start();
  seed("{\"url\":\"https://a.org/\",\"priority\":1,\"metadata\":{\"k\":\"v\"}}\n", "",
       "Content-Type: application/x-ndjson\r\n");
  stop();
  ASSERT_EQ(control_.all_urls().size(), 1u);
  EXPECT_EQ(control_.all_urls()[0].priority, 1);
  EXPECT_EQ(control_.all_urls()[0].metadata, R"({"k":"v"})");
}

TEST_F(SeedStreamTest, AHundredThousandLinesComeInBatchesOfAtMost512) {
  start();
  std::string body;
  for (int i = 0; i < 100'000; ++i) body += "https://a.org/" + std::to_string(i % 90'000) + "\n";
  const Told told = read(seed(body, "?verdicts=rejected"));
  EXPECT_TRUE(told.lines.empty());
  EXPECT_EQ(count(told, "new"), 90'000);
  EXPECT_EQ(count(told, "known"), 10'000);
  stop();
  EXPECT_LE(*std::max_element(control_.batches.begin(), control_.batches.end()), kAdmitBatchMax);
  EXPECT_EQ(metrics_.text(control_.status()).find("verdict=\"new\"} 90000") == std::string::npos,
            false);
}

TEST_F(SeedStreamTest, BinaryGarbageIsRejectedLineByLineAndTheRestGoesIn) {
  start();
  std::string body;
  for (int i = 0; i < 20'000; ++i) body += static_cast<char>(i * 7919 >> 3);
  const Told told = read(seed(body + "\nhttps://a.org/\n"));
  EXPECT_TRUE(told.ended);
  EXPECT_EQ(count(told, "new"), 1);
  EXPECT_GT(count(told, "rejected"), 10);
}

TEST_F(SeedStreamTest, ATenMegabyteLineIsRejectedWithItsLength) {
  start();
  const Told told = read(seed(std::string(10'000'000, 'x') + "\nhttps://a.org/\n"));
  ASSERT_EQ(told.lines.size(), 2u);
  EXPECT_NE(told.lines[0].find("10000000 bytes"), std::string::npos) << told.lines[0];
  EXPECT_EQ(told.lines[1], R"({"line":2,"verdict":"new"})");
}

TEST_F(SeedStreamTest, GzipIsTakenInManyMembers) {
  start();
  const Told told = read(seed(gzipped("https://a.org/\nhttps://b.") + gzipped("org/\n"), "",
                              "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(count(told, "new"), 2);
}

TEST_F(SeedStreamTest, AGzipBombOfBlankLinesEndsWithoutMemory) {
  start();
  const Told told =
      read(seed(gzipped(std::string(50'000'000, '\n')), "", "Content-Encoding: gzip\r\n"));
  EXPECT_TRUE(told.ended);
  EXPECT_EQ(count(told, "line"), 50'000'000);
}

TEST_F(SeedStreamTest, DamagedOrCutGzipIsAProblemThatSaysWhatToDo) {
  start();
  EXPECT_NE(seed("no gzip at all", "", "Content-Encoding: gzip\r\n").find("gzip -t"),
            std::string::npos);
  const std::string whole = gzipped("https://a.org/\n" + std::string(1'000, 'x'));
  const std::string answer =
      seed(whole.substr(0, whole.size() - 9), "", "Content-Encoding: gzip\r\n");
  EXPECT_NE(answer.find("ends too early"), std::string::npos) << answer;
}

TEST_F(SeedStreamTest, AnUnknownEncodingOrFieldIsRefusedBeforeAnythingIsRead) {
  start();
  EXPECT_NE(seed("x", "", "Content-Encoding: br\r\n").find(" 400 "), std::string::npos);
  EXPECT_NE(seed("x", "?verdict=all").find(" 400 "), std::string::npos);
  EXPECT_NE(seed("x", "?priority=11").find(" 400 "), std::string::npos);
}

TEST_F(SeedStreamTest, AChunkedBodyIsAdmittedAsItArrives) {
  start();
  HttpPeer peer(options_.socket_path);
  peer.send("POST /v1/seeds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  peer.send("f\r\nhttps://a.org/\n\r\n");
  EXPECT_NE(peer.read_until("\"new\"}").find("\"line\":1"), std::string::npos);
  peer.send("f\r\nhttps://b.org/\n\r\n0\r\n\r\n");
  EXPECT_NE(peer.read_until("\"end\":true").find("\"line\":2,\"verdict\":\"new\""),
            std::string::npos);
}

TEST_F(SeedStreamTest, ExpectContinueIsAnswered) {
  start();
  HttpPeer peer(options_.socket_path);
  peer.send(
      "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 15\r\n\r\n");
  EXPECT_NE(peer.read_until("\r\n\r\n").find("100 Continue"), std::string::npos);
  peer.send("https://a.org/\n");
  EXPECT_NE(peer.read_until("\"end\":true").find("\"new\""), std::string::npos);
}

TEST_F(SeedStreamTest, AStoreThatIsShortAtOnceIsA503WithRetryAfter) {
  control_.fail_admit_after = 0;
  start();
  const std::string answer = seed("https://a.org/\n");
  EXPECT_NE(answer.find("503 Service Unavailable"), std::string::npos);
  EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
}

TEST_F(SeedStreamTest, AStoreThatFailsLaterKeepsWhatWasToldAndNamesTheError) {
  control_.fail_admit_after = 1;
  start();
  std::string body;
  for (int i = 0; i < 2'000; ++i) body += "https://a.org/" + std::to_string(i) + "\n";
  HttpPeer peer(options_.socket_path);
  peer.send("POST /v1/seeds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  peer.send("f\r\nhttps://a.org/\n\r\n");
  peer.read_until("\"new\"}");
  peer.send("f\r\nhttps://b.org/\n\r\n");
  const std::string answer = peer.read_all();
  EXPECT_NE(answer.find("\"error\":{"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("\"line\":2"), std::string::npos);
  EXPECT_EQ(answer.find("\"end\""), std::string::npos);
}

TEST_F(SeedStreamTest, MoreStreamsThanAllowedAreToldToComeBack) {
  options_.limits.seed_streams_max = 1;
  start();
  HttpPeer first(options_.socket_path);
  first.send(
      "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "f\r\nhttps://a.org/\n\r\n");
  first.read_until("\"new\"}");
  const std::string second = seed("https://b.org/\n");
  EXPECT_NE(second.find(" 503 "), std::string::npos);
  EXPECT_NE(second.find("Retry-After"), std::string::npos);
  first.send("0\r\n\r\n");
  EXPECT_NE(first.read_until("\"end\":true").find("\"end\""), std::string::npos);
  EXPECT_NE(seed("https://b.org/\n").find(" 200 "), std::string::npos) << "the place is free again";
}

TEST_F(SeedStreamTest, ADrainingDaemonTakesNoSeeds) {
  control_.frontier.draining = true;
  start();
  EXPECT_NE(seed("https://a.org/\n").find(" 503 "), std::string::npos);
}

TEST_F(SeedStreamTest, AClientThatStallsIsLetGo) {
  options_.limits.stall_time = Millis{100};
  start();
  HttpPeer peer(options_.socket_path);
  peer.send("POST /v1/seeds HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhttps://a.org/\n");
  peer.read_all();
  EXPECT_NE(get("/livez").find(" 200 "), std::string::npos);
}

TEST_F(SeedStreamTest, AClientThatNeverReadsIsNotReadFromForever) {
  options_.limits.stall_time = Millis{300};
  start();
  HttpPeer peer(options_.socket_path);
  peer.send("POST /v1/seeds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string block;
  for (int i = 0; i < 4'096; ++i) block += "bad\n";
  bool open = true;
  for (int i = 0; i < 2'000 && open; ++i) open = peer.send("4000\r\n" + block + "\r\n");
  EXPECT_FALSE(open) << "the server must stop reading and then let go";
}

}  // namespace
}  // namespace frontierd
