#include "base/time.h"

#include <gtest/gtest.h>

#include <vector>

namespace frontierd {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(Iso, WritesUtcWithMilliseconds) {
  EXPECT_EQ(to_iso(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso(from_unix_ms(1'795'305'885'007)), "2026-11-22T00:04:45.007Z");
  EXPECT_EQ(to_iso(from_unix_ms(951'782'400'000)), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(to_iso(from_unix_ms(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Iso, WritesAnInstantBeyondFourDigitYearsAsTheNearestWithin) {
  EXPECT_EQ(to_iso(kNever), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso(Instant::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso(Instant::min()), "0000-01-01T00:00:00.000Z");
}

TEST(Iso, ReadsWhatItWrites) {
  for (std::int64_t ms : {0LL, 1LL, 999LL, 951'782'400'000LL, 1'795'305'885'007LL,
                          253'402'300'799'999LL, -1LL, -62'135'596'800'000LL}) {
    EXPECT_EQ(parse_iso(to_iso(from_unix_ms(ms))), from_unix_ms(ms)) << ms;
  }
}

TEST(Iso, ReadsZeroToNineDigitsOfFraction) {
  const Instant second = from_unix_ms(1'795'305'885'000);
  EXPECT_EQ(parse_iso("2026-11-22T00:04:45Z"), second);
  EXPECT_EQ(parse_iso("2026-11-22T00:04:45.5Z"), second + Millis{500});
  EXPECT_EQ(parse_iso("2026-11-22T00:04:45.05Z"), second + Millis{50});
  EXPECT_EQ(parse_iso("2026-11-22T00:04:45.123456789Z"), second + Millis{123});
  EXPECT_EQ(parse_iso("2026-11-22T00:04:45.1234567890Z"), std::nullopt);
}

TEST(Iso, RefusesEverythingElse) {
  for (const char* bad : {"",
                          "2026",
                          "2026-11-22",
                          "2026-11-22T00:04:45",
                          "2026-11-22 00:04:45Z",
                          "2026-11-22T00:04:45.Z",
                          "2026-11-22T00:04:45+00:00",
                          "2026-11-22T00:04:45Zx",
                          " 2026-11-22T00:04:45Z",
                          "2026-02-29T00:00:00Z",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-01-00T00:00:00Z",
                          "2026-01-32T00:00:00Z",
                          "2026-01-01T24:00:00Z",
                          "2026-01-01T00:60:00Z",
                          "2026-01-01T00:00:61Z",
                          "-026-01-01T00:00:00Z",
                          "2026--1-01T00:00:00Z",
                          "2026-01-01T+1:00:00Z",
                          "12026-01-01T00:00:00Z"}) {
    EXPECT_EQ(parse_iso(bad), std::nullopt) << bad;
  }
}

TEST(Iso, ALeapSecondIsTheSecondAfter) {
  EXPECT_EQ(parse_iso("2016-12-31T23:59:60Z"), parse_iso("2017-01-01T00:00:00Z"));
}

TEST(Never, LeavesRoomForSums) {
  EXPECT_GT(kNever + hours{24 * 365 * 1'000}, kNever);
  EXPECT_LT(kLongAgo, kNever);
}

TEST(Words, NameTwoUnitsAtMost) {
  EXPECT_EQ(to_words(Millis{0}), "0s");
  EXPECT_EQ(to_words(Millis{250}), "250ms");
  EXPECT_EQ(to_words(Millis{999}), "999ms");
  EXPECT_EQ(to_words(Millis{1'000}), "1s");
  EXPECT_EQ(to_words(Millis{4'250}), "4.2s");
  EXPECT_EQ(to_words(Millis{4'050}), "4s");
  EXPECT_EQ(to_words(Millis{59'999}), "59.9s");
  EXPECT_EQ(to_words(minutes{1}), "1m");
  EXPECT_EQ(to_words(Seconds{200}), "3m 20s");
  EXPECT_EQ(to_words(minutes{60}), "1h");
  EXPECT_EQ(to_words(hours{2} + minutes{5} + Seconds{59}), "2h 5m");
  EXPECT_EQ(to_words(hours{2} + Seconds{59}), "2h");
  EXPECT_EQ(to_words(hours{24 * 7 + 1}), "7d 1h");
  EXPECT_EQ(to_words(Millis{60'500}), "1m");
}

TEST(Words, NegativeLengthsHaveASign) {
  EXPECT_EQ(to_words(-Seconds{90}), "-1m 30s");
  EXPECT_EQ(to_words(Millis::min()).front(), '-');
}

TEST(Duration, ReadsOneNumberWithOneUnit) {
  EXPECT_EQ(parse_duration("250ms"), Millis{250});
  EXPECT_EQ(parse_duration("1s"), Millis{1'000});
  EXPECT_EQ(parse_duration("1.5s"), Millis{1'500});
  EXPECT_EQ(parse_duration("0.25s"), Millis{250});
  EXPECT_EQ(parse_duration("90m"), minutes{90});
  EXPECT_EQ(parse_duration("24h"), hours{24});
  EXPECT_EQ(parse_duration("1.5d"), hours{36});
  EXPECT_EQ(parse_duration("7d"), hours{168});
  EXPECT_EQ(parse_duration("0"), Millis{0});
  EXPECT_EQ(parse_duration("0s"), Millis{0});
}

TEST(Duration, KeepsEveryDigitOfTheFraction) {
  EXPECT_EQ(parse_duration("0.0005h"), Millis{1'800});
  EXPECT_EQ(parse_duration("0.00001d"), Millis{864});
}

TEST(Duration, RefusesWhatAClockCannotMean) {
  for (const char* bad : {"", "1", "s", "-1s", "+1s", " 1s", "1s ", "1 s", "1.s", ".5s", "1,5s",
                          "1S", "1min", "1h30m", "1e3s", "0x1s", "1.0000000001s", "00.-1s"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Duration, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_duration("99999999999999999999s"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036854775807d"), std::nullopt);
  EXPECT_EQ(parse_duration("11574075d"), std::nullopt) << "a step above the longest";
  EXPECT_TRUE(parse_duration("11574074d"));
}

TEST(Duration, RefusesAFractionOfAMillisecond) {
  EXPECT_EQ(parse_duration("1.5ms"), std::nullopt);
  EXPECT_EQ(parse_duration("0.0001s"), std::nullopt);
  EXPECT_EQ(parse_duration("1.0ms"), Millis{1});
}

}  // namespace
}  // namespace frontierd
