#include "frontierctl/seed_sender.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "frontierctl/seed_source.h"

namespace frontierd {
namespace {

// A daemon that takes everything but lines with "bad" in them.
class SeedSenderTest : public ::testing::Test {
 protected:
  Result<Reply> answer(const Request& request) {
    requests.push_back(request);
    if (fail_at && requests.size() == *fail_at) return Reply{503, R"({"detail":"full"})", 0};
    std::istringstream lines(request.body);
    std::string body;
    std::uint64_t number = 0;
    std::uint64_t rejected = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (line.find("bad") == std::string::npos) continue;
      ++rejected;
      body += "{\"line\":" + std::to_string(number) +
              R"(,"verdict":"rejected","reason":"no"})"
              "\n";
    }
    body += "{\"progress\":{\"line\":" + std::to_string(number) +
            ",\"new\":" + std::to_string(number - rejected) +
            ",\"known\":0,\"rejected\":" + std::to_string(rejected) + "}}\n";
    if (!cut) body += "{\"end\":true}\n";
    return Reply{200, body, 0};
  }
  SeedSender sender(SendOptions options = {}) {
    return SeedSender([this](const Request& request) { return answer(request); }, options,
                      [this](std::uint64_t line, const std::string&) { bad.push_back(line); });
  }

  std::vector<Request> requests;
  std::vector<std::uint64_t> bad;
  std::optional<std::size_t> fail_at;
  bool cut = false;
};

TEST_F(SeedSenderTest, RejectedLinesKeepTheirNumbersInTheFile) {
  SeedSender to = sender();
  ASSERT_TRUE(to.take("http://a/\n\n\nbad 4\nhttp://b/\nbad 6"));
  ASSERT_TRUE(to.finish());
  EXPECT_EQ(bad, (std::vector<std::uint64_t>{4, 6}));
  EXPECT_EQ(to.counts().lines, 6u);
  EXPECT_EQ(to.counts().fresh, 2u);
  EXPECT_EQ(to.counts().rejected, 2u);
}

TEST_F(SeedSenderTest, ALongListGoesInBoundedBatches) {
  SeedSender to = sender({3, false, 1});
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "http://a/" + std::to_string(i) + "\n";
  ASSERT_TRUE(to.take(text));
  ASSERT_TRUE(to.finish());
  EXPECT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].target, "/v1/seeds?verdicts=rejected&priority=3");
  EXPECT_EQ(to.counts().fresh, 10'000u);
}

TEST_F(SeedSenderTest, AFailureTellsTheLastLineThatIsSafeAndFromLineGoesOnThere) {
  fail_at = 2;
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "http://a/" + std::to_string(i) + "\n";
  SeedSender first = sender();
  EXPECT_EQ(first.take(text).error().code, Errc::Limit);
  EXPECT_EQ(first.counts().lines, kSendLinesMax);
  SeedSender second = sender({-1, false, first.counts().lines + 1});
  ASSERT_TRUE(second.take(text));
  ASSERT_TRUE(second.finish());
  EXPECT_EQ(first.counts().fresh + second.counts().fresh, 10'000u);
}

TEST_F(SeedSenderTest, AnAnswerWithoutItsEndIsNotBelieved) {
  cut = true;
  SeedSender to = sender();
  ASSERT_TRUE(to.take("http://a/\n"));
  EXPECT_EQ(to.finish().error().code, Errc::Io);
  EXPECT_EQ(to.counts().lines, 0u);
}

TEST_F(SeedSenderTest, AnOverlongLineIsRejectedHereAndNeverSent) {
  SeedSender to = sender();
  ASSERT_TRUE(to.take("http://a/\n" + std::string(10'000'000, 'x') + "\nhttp://b/\n"));
  ASSERT_TRUE(to.finish());
  EXPECT_EQ(bad, (std::vector<std::uint64_t>{2}));
  std::size_t bytes = 0;
  for (const Request& request : requests) bytes += request.body.size();
  EXPECT_LT(bytes, 100u);
}

TEST_F(SeedSenderTest, WhatIsThereGoesInWhenTheInputPauses) {
  SeedSender to = sender();
  ASSERT_TRUE(to.send_now());
  EXPECT_TRUE(requests.empty()) << "nothing is there";
  ASSERT_TRUE(to.take("http://a/\nhttp://b"));
  ASSERT_TRUE(to.send_now());
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].body, "http://a/\n") << "half a line waits for its other half";
  EXPECT_EQ(to.counts().lines, 1u);
  ASSERT_TRUE(to.take("/2\n"));
  ASSERT_TRUE(to.finish());
  EXPECT_EQ(requests[1].body, "http://b/2\n");
  EXPECT_EQ(to.counts().fresh, 2u);
}

TEST(NotNowWait, NeverBelowRetryAfterDoublesAndOnlyAddsJitter) {
  EXPECT_EQ(not_now_wait(0, 0, Dice{0}), Millis{500});
  EXPECT_EQ(not_now_wait(0, 3, Dice{0}), Millis{4'000});
  EXPECT_EQ(not_now_wait(0, 30, Dice{0}), Seconds{30});
  EXPECT_EQ(not_now_wait(60, 0, Dice{0}), Seconds{60});
  EXPECT_EQ(not_now_wait(60, 0, Dice{0.999}), Millis{60'000 + 29'970});
}

TEST(SeedSource, ReadsStandardInputAndSaysWhatCannotBeRead) {
  std::istringstream in("http://a/\n");
  auto source = SeedSource::open("-", in);
  ASSERT_TRUE(source);
  std::string text;
  for (SeedSource::Piece piece; !piece.ended; text += piece.bytes) piece = *source->read();
  EXPECT_EQ(text, "http://a/\n");
  EXPECT_EQ(SeedSource::open("/nowhere/at/all", in).error().code, Errc::Io);
  EXPECT_EQ(SeedSource::open("/tmp", in).error().code, Errc::Io);
}

TEST(SeedSource, ASlowWriterIsNotWaitedForForLong) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::istringstream nothing;
  auto source = SeedSource::open("/dev/fd/" + std::to_string(ends[0]), nothing);
  ASSERT_TRUE(source);
  ASSERT_EQ(::write(ends[1], "http://a/\n", 10), 10);
  EXPECT_EQ(source->read()->bytes, "http://a/\n");
  const auto paused = source->read();
  ASSERT_TRUE(paused);
  EXPECT_EQ(paused->bytes, "");
  EXPECT_FALSE(paused->ended) << "its writer may go on";
  ASSERT_EQ(::write(ends[1], "http://b/\n", 10), 10);
  EXPECT_EQ(source->read()->bytes, "http://b/\n");
  ::close(ends[1]);
  EXPECT_TRUE(source->read()->ended);
  ::close(ends[0]);
}

TEST(SeedSource, DamagedGzipIsNamedWithItsFile) {
  std::istringstream in("\x1f\x8b not gzip");
  auto source = SeedSource::open("-", in);
  const auto bytes = source->read();
  ASSERT_FALSE(bytes);
  EXPECT_NE(bytes.error().what.find("standard input"), std::string::npos);
}

}  // namespace
}  // namespace frontierd
