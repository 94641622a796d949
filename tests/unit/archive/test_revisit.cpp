#include <gtest/gtest.h>

#include "archive/digest.h"
#include "archive/revisit.h"
#include "archive_fixture.h"

namespace frontierd {
namespace {

const std::string kUrl = "http://example.org/a";
const std::string kBody(2'000, 'x');

class Revisit : public ::testing::Test {
 protected:
  WarcOptions options() const {
    WarcOptions made = test_options(dir_);
    made.revisit_max_age = std::chrono::hours{24 * 365};
    return made;
  }
  ArchivePlace write(const Landing& landing) {
    const auto place = warc_.write(landing);
    EXPECT_TRUE(place);
    return place ? *place : ArchivePlace{};
  }
  // The capture after `first`, with its answer's body and the copy that the store remembers.
  Landing again(const ArchivePlace& first, const std::string& body = kBody) {
    Landing landing = page(kUrl, body);
    landing.lease.url = kUrl;
    landing.lease.etag = "\"v1\"";
    landing.lease.copy = first.copy;
    clock_.at += std::chrono::hours{24};
    landing.report.received_at = clock_.at;
    return landing;
  }
  static Landing not_modified(Landing landing) {
    auto exchange = std::make_shared<Exchange>(*landing.exchange);
    exchange->response_head = "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n";
    exchange->payload = nullptr;
    landing.exchange = exchange;
    landing.report.status = 304;
    landing.report.headers = {{"ETag", "\"v1\""}};
    return landing;
  }
  std::vector<WarcRecord> written() {
    EXPECT_TRUE(warc_.close());
    std::vector<WarcRecord> records = dir_.records();
    std::erase_if(records, [](const WarcRecord& record) {
      return record.field("WARC-Type") != "response" && record.field("WARC-Type") != "revisit";
    });
    return records;
  }

  TempDir dir_;
  PosixDisk disk_;
  FixedClock clock_;
  WarcWriter warc_{options(), disk_, clock_, seeded_random()};
};

void expect_refers_to(const WarcRecord& revisit, const WarcRecord& response) {
  EXPECT_EQ(revisit.field("WARC-Type"), "revisit");
  EXPECT_EQ(revisit.field("WARC-Refers-To"), response.field("WARC-Record-ID"));
  EXPECT_EQ(revisit.field("WARC-Refers-To-Target-URI"), response.field("WARC-Target-URI"));
  EXPECT_EQ(revisit.field("WARC-Refers-To-Date"), response.field("WARC-Date"));
  EXPECT_EQ(revisit.field("WARC-Payload-Digest"), response.field("WARC-Payload-Digest"));
  EXPECT_NE(revisit.field("WARC-Date"), response.field("WARC-Date"));
  EXPECT_EQ(revisit.payload(), "");
}

TEST_F(Revisit, A304RefersToTheArchivedPage) {
  const ArchivePlace first = write(page(kUrl, kBody));
  write(not_modified(again(first)));
  const auto records = written();
  ASSERT_EQ(records.size(), 2u);
  expect_refers_to(records[1], records[0]);
  EXPECT_EQ(records[1].field("WARC-Profile"), kNotModifiedProfile);
  EXPECT_EQ(records[1].field("WARC-Truncated"), "");
  EXPECT_EQ(records[1].field("WARC-Etag"), "\"v1\"");
  EXPECT_EQ(records[1].block, "") << "a replayer would show the 304 for the page";
}

TEST_F(Revisit, TheSamePayloadIsNotWrittenTwice) {
  const ArchivePlace first = write(page(kUrl, kBody));
  write(again(first));
  const auto records = written();
  ASSERT_EQ(records.size(), 2u);
  expect_refers_to(records[1], records[0]);
  EXPECT_EQ(records[1].field("WARC-Profile"), kSamePayloadProfile);
  EXPECT_EQ(records[1].field("WARC-Truncated"), "length");
  EXPECT_EQ(records[1].block, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
}

TEST_F(Revisit, NoRevisitRefersToARevisit) {
  ArchivePlace place = write(page(kUrl, kBody));
  place = write(again(place));
  place = write(not_modified(again(place)));
  write(again(place));
  const auto records = written();
  ASSERT_EQ(records.size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) expect_refers_to(records[i], records[0]);
}

TEST_F(Revisit, WhatChangedIsAResponseAndTheNextOriginal) {
  const ArchivePlace first = write(page(kUrl, kBody));
  const ArchivePlace second = write(again(first, kBody + "y"));
  write(again(second, kBody + "y"));
  const auto records = written();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].field("WARC-Type"), "response");
  expect_refers_to(records[2], records[1]);
}

TEST_F(Revisit, WhatIsNoCompleteCopyOfThisUrlIsNotReferredTo) {
  const ArchivePlace first = write(page(kUrl, kBody));
  Landing cut = again(first);
  auto exchange = std::make_shared<Exchange>(*cut.exchange);
  exchange->truncated = "disconnect";
  cut.exchange = exchange;
  EXPECT_EQ(write(cut).copy, ArchivedCopy{}) << "half a page is nobody's original";
  Landing moved = again(first);
  moved.report.url = "http://example.org/b";
  write(moved);
  Landing mirrored = again(first);
  mirrored.lease.stands_for = StandsFor{kUrl, HostId{1}, kLongAgo};
  write(mirrored);
  Landing error = again(first);
  error.report.status = 503;
  EXPECT_EQ(write(error).copy, ArchivedCopy{});
  for (const WarcRecord& record : written()) EXPECT_EQ(record.field("WARC-Type"), "response");
}

TEST_F(Revisit, ASmallPayloadIsWrittenWhole) {
  const std::string small(kRevisitPayloadMin - 1, 'x');
  const ArchivePlace first = write(page(kUrl, small));
  write(again(first, small));
  EXPECT_EQ(written()[1].field("WARC-Type"), "response");
}

TEST_F(Revisit, AnOriginalThatMayBeGoneIsNotReferredTo) {
  const ArchivePlace first = write(page(kUrl, kBody));
  Landing late = again(first);
  clock_.at += std::chrono::hours{24 * 365};
  const ArchivePlace second = write(late);
  EXPECT_NE(second.copy, first.copy) << "it is the new original";
  EXPECT_EQ(written()[1].field("WARC-Type"), "response");
}

TEST_F(Revisit, A304ConfirmsACopyOnlyWhereWeAskedWithItsValidators) {
  Lease lease;
  lease.copy = {std::string(16, 'r'), kTestDay, std::string(20, 'd')};
  EXPECT_FALSE(confirms_copy(lease, 304));
  lease.last_modified = "Tue, 03 Nov 2026 10:00:00 GMT";
  EXPECT_TRUE(confirms_copy(lease, 304));
  EXPECT_FALSE(confirms_copy(lease, 200));
  lease.copy = {};
  EXPECT_FALSE(confirms_copy(lease, 304)) << "the archive has nothing to confirm";
}

}  // namespace
}  // namespace frontierd
