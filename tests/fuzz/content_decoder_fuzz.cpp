// Any bytes as a body: however it is cut on the way and however small the slices, the same comes
// out. The first three bytes choose the codings, the slice and the size of the pieces.
#include <array>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "fetch/content_decoder.h"

namespace {

using frontierd::ContentDecoder;
using Fed = ContentDecoder::Fed;

constexpr std::array<const char*, 7> kCodings{"gzip",     "deflate",    "br",        "zstd",
                                              "br, gzip", "gzip, zstd", "gzip, gzip"};
constexpr std::size_t kEnough = 4u << 20;
constexpr std::size_t kPieceMax = 16u << 10;

struct Decoded {
  Fed fed = Fed::Ok;
  bool complete = false;
  std::string text;
};

Decoded decode(const char* codings, std::string_view body, std::size_t slice, std::size_t piece) {
  Decoded out;
  auto decoder = ContentDecoder::make(codings, {2, 1u << 20, slice}, [&](std::string_view bytes) {
    out.text.append(bytes);
    return out.text.size() < kEnough;
  });
  CHECK(decoder.has_value());
  for (std::size_t at = 0; at < body.size() && out.fed == Fed::Ok; at += piece) {
    std::size_t before = out.text.size();
    for (out.fed = decoder->feed(body.substr(at, piece)); out.fed == Fed::Later;
         out.fed = decoder->resume()) {
      CHECK(out.text.size() <= before + slice + kPieceMax);
      before = out.text.size();
    }
  }
  out.complete = decoder->complete();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const char* codings = kCodings[data[0] % kCodings.size()];
  const std::size_t slice = std::size_t{1} << (data[1] % 20);
  const std::size_t piece = 1 + data[2];
  const std::string_view body(reinterpret_cast<const char*>(data) + 3, size - 3);
  const Decoded whole = decode(codings, body, kEnough, body.size() + 1);
  const Decoded cut = decode(codings, body, slice, piece);
  const bool both = whole.fed == Fed::Ok && cut.fed == Fed::Ok;
  // What libzstd takes for damage depends on how much it is given at a time.
  CHECK(both || std::string_view(codings).find("zstd") != std::string_view::npos ||
        (whole.fed != Fed::Ok && cut.fed != Fed::Ok));
  if (!both) return 0;
  CHECK(whole.text == cut.text);
  CHECK(whole.complete == cut.complete);
  return 0;
}
