#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace frontierd {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Text, CaseIsAnAsciiMatter) {
  EXPECT_EQ(to_lower("AbZ[@`{\xc3\x9c"), "abz[@`{\xc3\x9c");
  EXPECT_TRUE(iequals("Retry-After", "rETRY-aFTER"));
  EXPECT_FALSE(iequals("Retry-After", "Retry-Afte"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_FALSE(iequals("[", "{"));
}

TEST(Text, APrefixMayNotBeLongerThanTheText) {
  EXPECT_TRUE(istarts_with("HTTPS://x", "https:"));
  EXPECT_TRUE(istarts_with("x", ""));
  EXPECT_FALSE(istarts_with("htt", "http"));
}

TEST(Text, IfindFindsTheFirstWhateverTheCase) {
  EXPECT_EQ(ifind("Just A Moment, a moment", "a moment"), 5u);
  EXPECT_EQ(ifind("abc", "d"), std::string_view::npos);
  EXPECT_EQ(ifind("ab", "abc"), std::string_view::npos);
  EXPECT_EQ(ifind("", "a"), std::string_view::npos);
  EXPECT_EQ(ifind("aab", "ab"), 1u);
  EXPECT_EQ(ifind("abc", ""), 0u);
  EXPECT_EQ(ifind("", ""), 0u);
}

TEST(Text, HexDigitsHaveAValueAndNothingElseHas) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  for (char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'}) EXPECT_EQ(hex_value(c), -1);
}

TEST(Text, TrimTakesWhiteSpaceFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n\f\va b \n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(std::string_view("\0a", 2)).size(), 2u);
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (Parts{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), Parts{""});
  EXPECT_EQ(split(",", ','), (Parts{"", ""}));
  EXPECT_EQ(split("abc", ','), Parts{"abc"});
}

TEST(Text, JoinIsTheReverseOfSplit) {
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({"a"}, ","), "a");
  EXPECT_EQ(join({}, ","), "");
}

TEST(ParseInt, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_int<int>("42"), 42);
  EXPECT_EQ(parse_int<int>("-42"), -42);
  EXPECT_EQ(parse_int<int>("007"), 7);
  for (const char* bad : {"", " 42", "42 ", "+42", "4 2", "42x", "0x2a", "-", "4.2"}) {
    EXPECT_EQ(parse_int<int>(bad), std::nullopt) << bad;
  }
}

TEST(ParseInt, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_int<std::uint16_t>("65535"), 65'535);
  EXPECT_EQ(parse_int<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_int<std::uint16_t>("-1"), std::nullopt);
  EXPECT_EQ(parse_int<std::int64_t>("9223372036854775807"),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_int<std::int64_t>("9223372036854775808"), std::nullopt);
}

TEST(ForMessage, LeavesPrintableAsciiAndWritesTheRestAsHex) {
  EXPECT_EQ(for_message("a b~"), "a b~");
  EXPECT_EQ(for_message(std::string_view("a\0\n\x7f\xff", 5)), "a\\x00\\x0a\\x7f\\xff");
  EXPECT_EQ(for_message(""), "");
}

TEST(ForMessage, CutsLongTextAndSaysSo) {
  EXPECT_EQ(for_message("abcd", 4), "abcd");
  EXPECT_EQ(for_message("abcde", 4), "abcd...");
  EXPECT_EQ(for_message("abc\x01", 4), "abc...") << "an escape is never cut in two";
  EXPECT_EQ(for_message("a\x01", 5), "a\\x01");
  EXPECT_LE(for_message(std::string(1'000, '\xff')).size(), 123u);
}

TEST(NearestName, FindsASlipOfThePen) {
  const std::vector<std::string> names{"gap", "gap_floor", "user_agent", "max_flights"};
  EXPECT_EQ(nearest_name("user_agnet", names), "user_agent");
  EXPECT_EQ(nearest_name("gap_flor", names), "gap_floor");
  EXPECT_EQ(nearest_name("gpa", names), "gap");
  EXPECT_EQ(nearest_name("GAP", names), "gap") << "another case is the likeliest slip";
  EXPECT_EQ(nearest_name("maxflights", names), "max_flights");
}

TEST(NearestName, OffersNothingForWhatResemblesNothing) {
  const std::vector<std::string> names{"gap", "user_agent"};
  EXPECT_EQ(nearest_name("completely_else", names), std::nullopt);
  EXPECT_EQ(nearest_name("xy", names), std::nullopt);
  EXPECT_EQ(nearest_name("gap", {}), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name("on", {"ms"}), std::nullopt) << "not one letter in common";
}

TEST(StableHash, NeverChangesSinceItIsOnDisk) {
  EXPECT_EQ(stable_hash(""), 2'414'115'369'415'646'414u);
  EXPECT_EQ(stable_hash("https://example.com/"), 8'805'531'972'255'816'666u);
}

TEST(StableHash, SpreadsNearbyTextsOverAllItsBits) {
  std::set<std::uint64_t> high, low;
  for (int i = 0; i < 4'096; ++i) {
    const std::uint64_t h = stable_hash("https://example.com/" + std::to_string(i));
    high.insert(h >> 48);
    low.insert(h & 0xffff);
  }
  EXPECT_GT(high.size(), 3'800u);
  EXPECT_GT(low.size(), 3'800u);
}

}  // namespace
}  // namespace frontierd
