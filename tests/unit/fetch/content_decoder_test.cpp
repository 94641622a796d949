#include "fetch/content_decoder.h"

#include <gtest/gtest.h>

#include "support/squeeze.h"

namespace frontierd {
namespace {

using Fed = ContentDecoder::Fed;

struct Decoded {
  Fed fed = Fed::Ok;
  bool complete = false;
  std::string text;
};

Fed feed_whole(ContentDecoder& decoder, std::string_view bytes) {
  Fed fed = decoder.feed(bytes);
  while (fed == Fed::Later) fed = decoder.resume();
  return fed;
}

// Feeds `bytes` in pieces of that size.
Decoded decode(const std::string& encoding, const std::string& bytes, std::size_t piece = 7,
               std::size_t stop_at = SIZE_MAX, std::size_t slice = 20'000) {
  Decoded result;
  auto decoder = ContentDecoder::make(encoding, {2, 1u << 20, slice}, [&](std::string_view out) {
    result.text.append(out);
    return result.text.size() < stop_at;
  });
  EXPECT_TRUE(decoder) << encoding;
  for (std::size_t at = 0; at < bytes.size() && result.fed == Fed::Ok; at += piece) {
    result.fed = feed_whole(*decoder, std::string_view(bytes).substr(at, piece));
  }
  result.complete = decoder->complete();
  return result;
}

std::string sample() {
  std::string text;
  for (int i = 0; i < 9'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(ContentDecoder, UndoesEveryEncodingWeAskForWhateverThePieces) {
  const std::string text = sample();
  const std::pair<const char*, std::string> cases[] = {
      {"gzip", test::squeeze_gzip(text)},           {"x-gzip", test::squeeze_gzip(text)},
      {"GZip ", test::squeeze_gzip(text)},          {"deflate", test::squeeze_zlib(text)},
      {"deflate", test::squeeze_raw_deflate(text)}, {"br", test::squeeze_brotli(text)},
      {"zstd", test::squeeze_zstd(text)},           {"identity", text},
      {"identity, gzip", test::squeeze_gzip(text)}};
  for (const auto& [encoding, bytes] : cases) {
    for (const std::size_t piece : {1u, 3u, 1'000u, 1'000'000u}) {
      const Decoded got = decode(encoding, bytes, piece);
      EXPECT_EQ(got.fed, Fed::Ok) << encoding << piece;
      EXPECT_TRUE(got.complete) << encoding << piece;
      EXPECT_EQ(got.text, text) << encoding << piece;
    }
  }
}

TEST(ContentDecoder, UndoesStackedEncodingsFromTheLast) {
  const std::string text = sample();
  EXPECT_EQ(decode("br, gzip", test::squeeze_gzip(test::squeeze_brotli(text))).text, text);
  EXPECT_EQ(decode("gzip, zstd", test::squeeze_zstd(test::squeeze_gzip(text))).text, text);
}

TEST(ContentDecoder, ReadsSeveralMembersOfGzipAndFramesOfZstd) {
  EXPECT_EQ(decode("gzip", test::squeeze_gzip("one ") + test::squeeze_gzip("two"), 1).text,
            "one two");
  EXPECT_EQ(decode("zstd", test::squeeze_zstd("one ") + test::squeeze_zstd("two"), 1).text,
            "one two");
}

TEST(ContentDecoder, BytesBehindTheEndAreIgnored) {
  for (const auto& [encoding, bytes] : {std::pair{"gzip", test::squeeze_gzip("page")},
                                        {"br", test::squeeze_brotli("page")},
                                        {"zstd", test::squeeze_zstd("page")},
                                        {"deflate", test::squeeze_zlib("page")}}) {
    const Decoded got = decode(encoding, bytes + std::string(40, '!'), 1);
    EXPECT_EQ(got.fed, Fed::Ok) << encoding;
    EXPECT_EQ(got.text, "page") << encoding;
    EXPECT_TRUE(got.complete) << encoding;
  }
}

TEST(ContentDecoder, DamageIsSeen) {
  for (const auto& [encoding, bytes] :
       {std::pair{"gzip", test::squeeze_gzip(sample())}, {"zstd", test::squeeze_zstd(sample())}}) {
    std::string bad = bytes;
    for (std::size_t at = 20; at < bad.size(); at += 50) bad[at] = static_cast<char>(~bad[at]);
    EXPECT_EQ(decode(encoding, bad).fed, Fed::Damaged) << encoding;
  }
  EXPECT_EQ(decode("br", std::string(100, '\xff')).fed, Fed::Damaged);
}

TEST(ContentDecoder, AnEndThatIsMissingIsSeenAndNothingAtAllIsWhole) {
  for (const auto& [encoding, bytes] : {std::pair{"gzip", test::squeeze_gzip(sample())},
                                        {"br", test::squeeze_brotli(sample())},
                                        {"zstd", test::squeeze_zstd(sample())},
                                        {"deflate", test::squeeze_zlib(sample())}}) {
    const Decoded cut = decode(encoding, bytes.substr(0, bytes.size() - 20));
    EXPECT_EQ(cut.fed, Fed::Ok) << encoding;
    EXPECT_FALSE(cut.complete) << encoding;
    EXPECT_TRUE(decode(encoding, "").complete) << encoding;
  }
}

TEST(ContentDecoder, StopsSoonAfterTheReceiverHasEnough) {
  const std::string bomb = test::gzip_bomb(64);
  const Decoded got = decode("gzip", bomb, 4'096, 100'000);
  EXPECT_EQ(got.fed, Fed::Stopped);
  EXPECT_LT(got.text.size(), 200'000u);
}

TEST(ContentDecoder, ABombBetweenTwoStagesIsStopped) {
  // The outer stage grows without bound while the inner one yields nothing.
  const std::string inner = test::squeeze_gzip("");
  std::string members;
  while (members.size() < (4u << 20)) members += inner;
  const Decoded got = decode("gzip, zstd", test::squeeze_zstd(members), 64);
  EXPECT_EQ(got.fed, Fed::TooMuch);
}

TEST(ContentDecoder, WritesASliceAtATimeThroughEveryStage) {
  constexpr std::size_t kSlice = 50'000;
  const std::string text(700'000, 'z');
  for (const auto& [encoding, bytes] :
       {std::pair{"gzip", test::squeeze_gzip(text)},
        {"br", test::squeeze_brotli(text)},
        {"zstd", test::squeeze_zstd(text)},
        {"deflate", test::squeeze_raw_deflate(text)},
        {"br, gzip", test::squeeze_gzip(test::squeeze_brotli(text))},
        {"gzip, zstd", test::squeeze_zstd(test::squeeze_gzip(text))}}) {
    std::string got;
    auto decoder = ContentDecoder::make(encoding, {2, 1u << 20, kSlice}, [&](std::string_view out) {
      got.append(out);
      return true;
    });
    ASSERT_TRUE(decoder);
    std::size_t before = 0;
    int slices = 0;
    for (Fed fed = decoder->feed(bytes); fed == Fed::Later; fed = decoder->resume()) {
      EXPECT_LT(got.size() - before, kSlice + (16u << 10)) << encoding;
      before = got.size();
      ++slices;
    }
    EXPECT_EQ(got, text) << encoding;
    EXPECT_GE(slices, 10) << encoding;
    EXPECT_TRUE(decoder->complete()) << encoding;
  }
}

TEST(ContentDecoder, WhatIsBetweenTwoStagesCountsForTheSlice) {
  // The outer stage writes a lot of which the inner one makes nothing.
  const std::string inner = test::squeeze_gzip("");
  std::string members;
  while (members.size() < 500'000) members += inner;
  auto decoder =
      ContentDecoder::make("gzip, zstd", {2, 1u << 20, 50'000}, [](auto) { return true; });
  int slices = 0;
  Fed fed = decoder->feed(test::squeeze_zstd(members));
  for (; fed == Fed::Later; fed = decoder->resume()) ++slices;
  EXPECT_EQ(fed, Fed::Ok);
  EXPECT_GE(slices, 5);
}

TEST(ContentDecoder, ABodyThatDoesNotBeginAsItsCodingDoesIsTakenAsItIs) {
  for (const char* coding : {"gzip", "x-gzip", "zstd"}) {
    const Decoded got = decode(coding, "<html>not coded at all</html>");
    EXPECT_EQ(got.fed, Fed::Ok) << coding;
    EXPECT_TRUE(got.complete) << coding;
    EXPECT_EQ(got.text, "<html>not coded at all</html>") << coding;
  }
}

TEST(ContentDecoder, WhatFollowsAGzipMemberAndYieldsNothingIsIgnoredWhateverItBeginsWith) {
  const std::string member = test::squeeze_gzip("page");
  for (const std::string& tail :
       {std::string("\x1f"), std::string("\x1f\x8b"), std::string("\x1fgarbage"),
        std::string("\x1f\x8b\x08garbage"), std::string("garbage"), std::string(9, '\0')}) {
    const Decoded got = decode("gzip", member + tail);
    EXPECT_EQ(got.fed, Fed::Ok) << tail;
    EXPECT_TRUE(got.complete) << tail;
    EXPECT_EQ(got.text, "page") << tail;
  }
  EXPECT_EQ(decode("gzip", member + test::squeeze_gzip("more")).text, "pagemore");
}

TEST(ContentDecoder, AWordThatIsNoRegisteredCodingIsNone) {
  const auto sink = [](std::string_view) { return true; };
  for (const char* words : {"none", "utf-8", "UTF-8", "binary", "8bit", "sdch", "null", "text/html", "none, binary", "\xff"}) {
    const auto made = ContentDecoder::make(words, {}, sink);
    ASSERT_TRUE(made) << words;
    EXPECT_TRUE(made->identity()) << words;
  }
  EXPECT_FALSE(ContentDecoder::make("gzip, utf-8", {}, sink)->identity());
}

TEST(ContentDecoder, CodingsWeCannotUndoAndDeepStacksAreRefused) {
  const auto sink = [](std::string_view) { return true; };
  for (const char* coding : {"compress", "x-compress", "exi", "dcb", "dcz", "aes128gcm", "pack200-gzip"}) {
    EXPECT_FALSE(ContentDecoder::make(coding, {}, sink)) << coding;
  }
  EXPECT_FALSE(ContentDecoder::make("gzip, gzip, gzip", {}, sink));
  EXPECT_TRUE(ContentDecoder::make("gzip, gzip", {}, sink));
  EXPECT_TRUE(ContentDecoder::make(" , identity,", {}, sink)->identity());
}

}  // namespace
}  // namespace frontierd
