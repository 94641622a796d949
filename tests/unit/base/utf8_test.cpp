#include "base/utf8.h"

#include <gtest/gtest.h>

namespace frontierd {
namespace {

TEST(Utf8, WhatIsValidStaysAsItIs) {
  for (const char* text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
    EXPECT_EQ(valid_utf8(text), text);
  }
}

TEST(Utf8, EachIllFormedPartBecomesOneReplacement) {
  const std::string r = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("caf\xe9"), "caf" + r);
  EXPECT_EQ(valid_utf8("\xc0\xaf"), r + r) << "overlong";
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), r + r + r) << "a surrogate";
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), r + r + r + r) << "beyond U+10FFFF";
  EXPECT_EQ(valid_utf8("\xe2\x82" "a"), r + "a") << "cut: one part";
  EXPECT_EQ(valid_utf8("\xf0\x9f\x98"), r);
  EXPECT_EQ(valid_utf8("\x80\xff"), r + r);
}

TEST(Utf8, EveryByteSequenceBecomesValid) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string bytes{static_cast<char>(a), static_cast<char>(b), 'x'};
      EXPECT_TRUE(is_valid_utf8(valid_utf8(bytes))) << a << ' ' << b;
    }
  }
}

TEST(Utf8, ControlsAndReorderingMarksAct) {
  for (const char* c : {"\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\x8b", "\xe2\x81\xa6", "\n",
                        "\xef\xbb\xbf", "\xe2\x80\xa8"}) {
    EXPECT_TRUE(is_control(c));
  }
  for (const char* c : {" ", "~", "\xc2\xa0", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    EXPECT_FALSE(is_control(c)) << c;
  }
}

}  // namespace
}  // namespace frontierd
