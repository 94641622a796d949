#include <gtest/gtest.h>

#include <regex>

#include "archive/warc_writer.h"
#include "archive_fixture.h"

namespace frontierd {
namespace {

class WarcWriterTest : public ::testing::Test {
 protected:
  WarcWriter writer(WarcOptions options) {
    return WarcWriter(std::move(options), disk_, clock_, seeded_random());
  }
  // One landing through a fresh writer: warcinfo, response and (if asked) request.
  std::vector<WarcRecord> written(const Landing& landing) {
    WarcWriter warc = writer(test_options(dir_));
    EXPECT_TRUE(warc.write(landing)) << "the landing must be written";
    EXPECT_TRUE(warc.close());
    return dir_.records();
  }

  TempDir dir_;
  PosixDisk disk_;
  FixedClock clock_;
};

TEST_F(WarcWriterTest, AFileStartsWithAWarcinfoThatNamesItAndItsMaker) {
  WarcOptions options = test_options(dir_);
  options.software = "frontierd/0.1.0";
  options.info = {{"operator", "Ada <ada@example.org>"}, {"description", ""}};
  WarcWriter warc = writer(options);
  ASSERT_TRUE(warc.write(page("http://example.org/", "hello")));
  ASSERT_TRUE(warc.close());
  const auto records = dir_.records();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].field("WARC-Type"), "warcinfo");
  EXPECT_EQ(records[0].field("Content-Type"), "application/warc-fields");
  EXPECT_EQ(records[0].field("WARC-Filename"), dir_.names()[0]);
  EXPECT_EQ(records[0].block,
            "software: frontierd/0.1.0\r\nformat: WARC File Format 1.1\r\n"
            "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/"
            "warc-1.1/\r\nrobots: obey\r\noperator: Ada <ada@example.org>\r\n");
}

TEST_F(WarcWriterTest, AMirrorsResponseNamesTheUrlItStandsFor) {
  Landing landing = page("http://mirror.example/a", "hello");
  EXPECT_EQ(written(landing)[1].field("Frontierd-Mirror-Of"), "");
  landing.lease.stands_for = StandsFor{"http://example.org/a", HostId{1}, kLongAgo};
  const auto records = written(landing);
  const WarcRecord& response = records.at(records.size() - 2);
  EXPECT_EQ(response.field("WARC-Target-URI"), "http://mirror.example/a");
  EXPECT_EQ(response.field("Frontierd-Mirror-Of"), "http://example.org/a");
}

TEST_F(WarcWriterTest, AResponseAndItsRequestAreJoinedAndDated) {
  const auto records = written(page("http://example.org/a?b", "hello"));
  ASSERT_EQ(records.size(), 3u);
  const WarcRecord& response = records[1];
  const WarcRecord& request = records[2];
  EXPECT_EQ(response.field("WARC-Type"), "response");
  EXPECT_EQ(response.field("Content-Type"), "application/http;msgtype=response");
  EXPECT_EQ(response.block, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhello");
  EXPECT_EQ(request.field("WARC-Type"), "request");
  EXPECT_EQ(request.field("Content-Type"), "application/http;msgtype=request");
  EXPECT_EQ(request.field("WARC-Concurrent-To"), response.field("WARC-Record-ID"));
  EXPECT_NE(request.field("WARC-Record-ID"), response.field("WARC-Record-ID"));
  for (const WarcRecord& record : {response, request}) {
    EXPECT_EQ(record.field("WARC-Target-URI"), "http://example.org/a?b");
    EXPECT_EQ(record.field("WARC-Date"), "2026-11-22T00:04:46.623Z") << "when the capture began";
    EXPECT_EQ(record.field("WARC-IP-Address"), "192.0.2.1");
    EXPECT_EQ(record.field("WARC-Warcinfo-ID"), records[0].field("WARC-Record-ID"));
    EXPECT_EQ(record.field("WARC-Truncated"), "");
  }
}

TEST_F(WarcWriterTest, AnEmptyBodyHasTheDigestOfNothing) {
  const auto records = written(page("http://example.org/", ""));
  EXPECT_EQ(records[1].field("WARC-Payload-Digest"), "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
}

TEST_F(WarcWriterTest, ThePlaceIsWhereAReaderFindsTheResponse) {
  WarcWriter warc = writer(test_options(dir_));
  std::vector<ArchivePlace> places;
  for (const char* url : {"http://a.example/", "http://b.example/", "http://c.example/"}) {
    const auto place = warc.write(page(url, std::string("body of ") + url));
    ASSERT_TRUE(place);
    places.push_back(*place);
  }
  ASSERT_TRUE(warc.close());
  const std::string bytes = slurp(dir_.path() + "/" + places[0].file);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto found = read_warc(bytes.substr(places[i].offset));
    ASSERT_EQ(found.fault, "");
    EXPECT_EQ(found.records[0].payload(), std::string("body of http://") + "abc"[i] + ".example/");
  }
}

TEST_F(WarcWriterTest, ACutBodySaysWhy) {
  for (const char* why : {"length", "time", "disconnect"}) {
    Landing landing = page("http://example.org/", "half a bo");
    auto exchange = std::make_shared<Exchange>(*landing.exchange);
    exchange->truncated = why;
    landing.exchange = exchange;
    const auto records = written(landing);
    EXPECT_EQ(records[records.size() - 2].field("WARC-Truncated"), why);
    EXPECT_EQ(records.back().field("WARC-Truncated"), "") << "the request was sent whole";
  }
}

TEST_F(WarcWriterTest, AddressesAreWrittenInTheirShortestForm) {
  EXPECT_EQ(warc_address("2001:0DB8:0000:0000:0001:0000:0000:0001"), "2001:db8::1:0:0:1");
  EXPECT_EQ(warc_address("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(warc_address("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(warc_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(warc_address("proxy.example"), "");
  Landing landing = page("http://example.org/", "x");
  landing.report.peer = "";
  EXPECT_EQ(written(landing)[1].field("WARC-IP-Address"), "");
}

TEST_F(WarcWriterTest, ALandingWithoutAResponseGetsNoPlaceAndOpensNoFile) {
  Landing landing = page("http://example.org/", "x");
  landing.exchange = nullptr;
  WarcWriter warc = writer(test_options(dir_));
  const auto place = warc.write(landing);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->file, "");
  ASSERT_TRUE(warc.close());
  EXPECT_TRUE(dir_.names().empty());
}

TEST_F(WarcWriterTest, FilesAreNamedByPrefixTimeSerialHostAndPidAndOpenWhileTheyGrow) {
  WarcOptions options = test_options(dir_);
  options.prefix = "../evil prefix";
  WarcWriter warc = writer(options);
  const auto place = warc.write(page("http://example.org/", "x"));
  ASSERT_TRUE(place);
  EXPECT_EQ(place->file, ".._evil_prefix-20261122000445123-00000-crawler1~4711.warc.gz");
  EXPECT_EQ(dir_.names(), std::vector<std::string>{place->file + ".open"});
  ASSERT_TRUE(warc.close());
  EXPECT_EQ(dir_.names(), std::vector<std::string>{place->file});
}

TEST_F(WarcWriterTest, AFullFileIsFollowedByAnotherOnARecordEdge) {
  WarcOptions options = test_options(dir_);
  options.rotate_bytes = 4'000;
  WarcWriter warc = writer(options);
  for (int i = 0; i < 20; ++i) {
    const auto noise = std::make_shared<SeededPayload>(1'000);
    ASSERT_TRUE(warc.write(page("http://example.org/" + std::to_string(i), noise)));
  }
  ASSERT_TRUE(warc.close());
  EXPECT_EQ(warc.tally().files, dir_.names().size());
  EXPECT_GE(dir_.names().size(), 5u);
  std::size_t pages = 0;
  for (const std::string& name : dir_.names()) {
    const auto reading = read_warc_file(dir_.path() + "/" + name);
    ASSERT_EQ(reading.records.at(0).field("WARC-Type"), "warcinfo") << name;
    EXPECT_EQ(reading.records.back().field("WARC-Type"), "request") << "pairs stay together";
    pages += (reading.records.size() - 1) / 2;
  }
  EXPECT_EQ(pages, 20u);
  EXPECT_EQ(warc.tally().records, dir_.records().size());
}

TEST_F(WarcWriterTest, AnOldFileIsClosedEvenWhenNothingComes) {
  WarcOptions options = test_options(dir_);
  options.rotate_after = Seconds{60};
  WarcWriter warc = writer(options);
  ASSERT_TRUE(warc.write(page("http://example.org/", "x")));
  clock_.at += Seconds{59};
  ASSERT_TRUE(warc.close_if_aged());
  EXPECT_TRUE(dir_.names()[0].ends_with(".open"));
  clock_.at += Seconds{1};
  ASSERT_TRUE(warc.close_if_aged());
  EXPECT_TRUE(dir_.names()[0].ends_with(".warc.gz"));
}

TEST_F(WarcWriterTest, ABigPayloadIsStreamedInSmallPieces) {
  constexpr std::uint64_t kSize = (std::uint64_t{33} << 20) + 17;
  const auto payload = std::make_shared<SeededPayload>(kSize);
  const auto records = written(page("http://example.org/big", payload));
  EXPECT_EQ(records[1].payload().size(), kSize);
  EXPECT_LE(payload->largest_read, 64u * 1024);
}

TEST_F(WarcWriterTest, SecretsOfTheRequestAreBlottedOut) {
  Landing landing = page("http://example.org/", "x");
  auto exchange = std::make_shared<Exchange>(*landing.exchange);
  exchange->request_head =
      "GET / HTTP/1.1\r\nHost: example.org\r\ncookie: id=hush1\r\nAUTHORIZATION: Basic hush2\r\n"
      "Proxy-Authorization: Basic\r\n hush3\r\n\r\n";
  landing.exchange = exchange;
  const auto records = written(landing);
  EXPECT_EQ(records[2].block,
            "GET / HTTP/1.1\r\nHost: example.org\r\ncookie: [redacted]\r\n"
            "AUTHORIZATION: [redacted]\r\nProxy-Authorization: [redacted]\r\n\r\n");
}

TEST_F(WarcWriterTest, NoValueBreaksOutOfItsField) {
  Landing landing = page("http://example.org/\r\nWARC-Type: warcinfo", "x");
  EXPECT_EQ(written(landing)[1].field("WARC-Target-URI"),
            "http://example.org/  WARC-Type: warcinfo");
}

TEST_F(WarcWriterTest, ATakenNameIsLeftAlone) {
  FaultyDisk disk;
  disk.plan.conflicts = 2;
  WarcWriter warc(test_options(dir_), disk, clock_, seeded_random());
  const auto place = warc.write(page("http://example.org/", "x"));
  ASSERT_TRUE(place);
  EXPECT_NE(place->file.find("-00002-"), std::string::npos);
}

TEST_F(WarcWriterTest, ANameWhoseFileIsClosedAlreadyIsNotUsedAgain) {
  for (const char* body : {"one", "two", "three"}) (void)written(page("http://example.org/", body));
  EXPECT_EQ(dir_.names().size(), 3u);
  EXPECT_EQ(dir_.records().size(), 9u);
}

TEST(WarcRecord, SystemRandomnessDiffersFromCallToCall) {
  EXPECT_NE(record_id(system_random()), record_id(system_random()));
}

}  // namespace
}  // namespace frontierd
