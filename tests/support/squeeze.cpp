#include "support/squeeze.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

namespace frontierd::test {
namespace {

void deflate_some(z_stream& stream, std::string_view in, int flush, std::string& out) {
  char piece[65'536];
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof(piece);
    deflate(&stream, flush);
    out.append(piece, sizeof(piece) - stream.avail_out);
  } while (stream.avail_out == 0);
}

std::string deflate_as(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out;
  deflate_some(stream, text, Z_FINISH, out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string squeeze_gzip(std::string_view text) {
  return deflate_as(text, 15 + 16);
}
std::string squeeze_zlib(std::string_view text) {
  return deflate_as(text, 15);
}
std::string squeeze_raw_deflate(std::string_view text) {
  return deflate_as(text, -15);
}

std::string squeeze_brotli(std::string_view text) {
  std::string out(BrotliEncoderMaxCompressedSize(text.size()) + 64, '\0');
  std::size_t size = out.size();
  BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, text.size(),
                        reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string squeeze_zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string gzip_bomb(std::size_t mebibytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  const std::string zeros(1u << 20, '\0');
  std::string out;
  deflate_some(stream, zeros, Z_FULL_FLUSH, out);
  // A full flush forgets the past, so every further piece has the same bytes.
  std::string piece;
  deflate_some(stream, zeros, Z_FULL_FLUSH, piece);
  deflateEnd(&stream);
  for (std::size_t i = 1; i < mebibytes; ++i) out += piece;
  return out;
}

}  // namespace frontierd::test
