#include "originlab/encode.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"
#include "originlab/names.h"

namespace frontierd::originlab {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;

// Each coder takes bytes and gives what is ready; `last` flushes all of it.
using Coder = std::function<std::string(const std::string& bytes, bool last)>;

const Bytef* as_bytes(const std::string& text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

Coder zlib_coder(int window_bits) {
  const std::shared_ptr<z_stream> stream(new z_stream{}, [](z_stream* z) {
    deflateEnd(z);
    delete z;
  });
  CHECK(deflateInit2(stream.get(), 6, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  return [stream](const std::string& bytes, bool last) {
    std::string out;
    std::string buffer(kBuffer, '\0');
    stream->next_in = const_cast<Bytef*>(as_bytes(bytes));
    stream->avail_in = static_cast<uInt>(bytes.size());
    do {
      stream->next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream->avail_out = static_cast<uInt>(buffer.size());
      deflate(stream.get(), last ? Z_FINISH : Z_NO_FLUSH);
      out.append(buffer, 0, buffer.size() - stream->avail_out);
    } while (stream->avail_out == 0);
    return out;
  };
}

Coder brotli_coder() {
  const std::shared_ptr<BrotliEncoderState> state(
      BrotliEncoderCreateInstance(nullptr, nullptr, nullptr), BrotliEncoderDestroyInstance);
  CHECK(state != nullptr);
  BrotliEncoderSetParameter(state.get(), BROTLI_PARAM_QUALITY, 5);
  return [state](const std::string& bytes, bool last) {
    std::string out;
    const std::uint8_t* next_in = as_bytes(bytes);
    std::size_t left_in = bytes.size();
    const auto operation = last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS;
    do {
      std::size_t none_out = 0;
      CHECK(BrotliEncoderCompressStream(state.get(), operation, &left_in, &next_in, &none_out,
                                        nullptr, nullptr));
      std::size_t size = 0;
      const std::uint8_t* ready = BrotliEncoderTakeOutput(state.get(), &size);
      out.append(reinterpret_cast<const char*>(ready), size);
    } while (left_in > 0 || BrotliEncoderHasMoreOutput(state.get()) ||
             (last && !BrotliEncoderIsFinished(state.get())));
    return out;
  };
}

Coder zstd_coder() {
  const std::shared_ptr<ZSTD_CCtx> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  CHECK(context != nullptr);
  return [context](const std::string& bytes, bool last) {
    std::string out;
    std::string buffer(kBuffer, '\0');
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer ready{buffer.data(), buffer.size(), 0};
      left = ZSTD_compressStream2(context.get(), &ready, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      CHECK(!ZSTD_isError(left));
      out.append(buffer, 0, ready.pos);
    } while (last ? left > 0 : in.pos < in.size);
    return out;
  };
}

Coder coder_for(Encoding coding) {
  switch (coding) {
    case Encoding::Gzip:
      return zlib_coder(15 + 16);
    case Encoding::Deflate:
      return zlib_coder(15);
    case Encoding::Brotli:
      return brotli_coder();
    case Encoding::Zstd:
      return zstd_coder();
  }
  return {};
}

Source coded(Source source, Encoding coding) {
  return [source = std::move(source), coder = coder_for(coding),
          over = false]() mutable -> std::optional<Piece> {
    while (!over) {
      auto piece = source();
      over = !piece;
      Piece out{coder(piece ? piece->bytes : "", over), {}};
      if (!out.bytes.empty()) return out;
    }
    return std::nullopt;
  };
}

}  // namespace

std::string encode(Source source, const std::vector<Encoding>& codings) {
  for (const Encoding coding : codings) source = coded(std::move(source), coding);
  std::string out;
  while (auto piece = source()) out += piece->bytes;
  return out;
}

std::string coding_names(const std::vector<Encoding>& codings) {
  std::string out;
  for (const Encoding coding : codings) {
    for (const auto& [name, value] : kEncodings) {
      if (value == coding) out += (out.empty() ? "" : ", ") + std::string(name);
    }
  }
  return out;
}

}  // namespace frontierd::originlab
