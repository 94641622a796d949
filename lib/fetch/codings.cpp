#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstdlib>

#include "base/check.h"
#include "fetch/content_decoder.h"

namespace frontierd {
namespace {

constexpr std::size_t kPiece = 16 * 1024;
// RFC 9659: what a decoder must accept for Content-Encoding: zstd, and need not exceed.
constexpr int kZstdWindowLogMax = 23;
constexpr std::size_t kInflateMemory = 48 * 1024;

class InflateCoding final : public Coding {
 public:
  explicit InflateCoding(bool gzip) : gzip_(gzip) {
    // 32: the header says whether it is gzip or zlib.
    CHECK(inflateInit2(&stream_, 15 + 32) == Z_OK);
  }
  ~InflateCoding() override { inflateEnd(&stream_); }
  InflateCoding(const InflateCoding&) = delete;
  InflateCoding& operator=(const InflateCoding&) = delete;

  Fed feed(std::string_view in, const Sink& out) override {
    if (!begun_ && !gzip_) {
      pending_.append(in);
      if (pending_.size() < 2) return Fed::Ok;
      if (!looks_like_zlib()) inflateReset2(&stream_, -15);
      begun_ = true;
      return run(pending_, out);
    }
    begun_ = true;
    return run(in, out);
  }
  bool complete() const override { return ended_; }
  std::size_t memory() const override { return kInflateMemory; }

 private:
  bool looks_like_zlib() const {
    const auto first = static_cast<unsigned char>(pending_[0]);
    const auto second = static_cast<unsigned char>(pending_[1]);
    return (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
  }

  // After the end of a member: another one may follow (RFC 1952 section 2.2), or garbage.
  bool next_member(unsigned char first) {
    if (!gzip_ || first != 0x1f) garbage_ = true;
    if (garbage_) return false;
    inflateReset2(&stream_, 15 + 16);
    ended_ = false;
    return true;
  }

  Fed run(std::string_view in, const Sink& out) {
    std::array<char, kPiece> piece;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    while (!garbage_ && (stream_.avail_in > 0 || full_)) {
      if (ended_ && !next_member(*stream_.next_in)) break;
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = kPiece;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      ended_ = code == Z_STREAM_END;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Fed::Damaged;
      const std::size_t count = kPiece - stream_.avail_out;
      full_ = !ended_ && stream_.avail_out == 0;
      if (count > 0 && !out({piece.data(), count})) return Fed::Stopped;
      if (code == Z_BUF_ERROR && count == 0) break;
    }
    return Fed::Ok;
  }

  z_stream stream_{};
  std::string pending_;  // deflate: until the form is known
  bool gzip_;
  bool begun_ = false;
  bool ended_ = false;
  bool full_ = false;  // the last piece was filled: more may wait inside
  bool garbage_ = false;
};

class BrotliCoding final : public Coding {
 public:
  BrotliCoding() : state_(BrotliDecoderCreateInstance(&allocate, &release, this)) {
    CHECK(state_ != nullptr);
  }
  ~BrotliCoding() override { BrotliDecoderDestroyInstance(state_); }
  BrotliCoding(const BrotliCoding&) = delete;
  BrotliCoding& operator=(const BrotliCoding&) = delete;

  Fed feed(std::string_view in, const Sink& out) override {
    std::array<std::uint8_t, kPiece> piece;
    const auto* next = reinterpret_cast<const std::uint8_t*>(in.data());
    std::size_t left = in.size();
    while (!ended_) {
      std::uint8_t* to = piece.data();
      std::size_t room = piece.size();
      const auto code = BrotliDecoderDecompressStream(state_, &left, &next, &room, &to, nullptr);
      if (code == BROTLI_DECODER_RESULT_ERROR) return Fed::Damaged;
      ended_ = code == BROTLI_DECODER_RESULT_SUCCESS;
      const std::size_t count = piece.size() - room;
      if (count > 0 && !out({reinterpret_cast<const char*>(piece.data()), count})) {
        return Fed::Stopped;
      }
      if (code == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) break;
    }
    return Fed::Ok;
  }
  bool complete() const override { return ended_; }
  std::size_t memory() const override { return peak_; }

 private:
  // Counts what the library asks for; never given back in the count, so it is the upper bound.
  static void* allocate(void* self, std::size_t size) {
    static_cast<BrotliCoding*>(self)->peak_ += size;
    return std::malloc(size);
  }
  static void release(void*, void* block) { std::free(block); }

  std::size_t peak_ = 0;
  BrotliDecoderState* state_;
  bool ended_ = false;
};

class ZstdCoding final : public Coding {
 public:
  ZstdCoding() : context_(ZSTD_createDCtx()) {
    CHECK(context_ != nullptr);
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kZstdWindowLogMax);
  }
  ~ZstdCoding() override { ZSTD_freeDCtx(context_); }
  ZstdCoding(const ZstdCoding&) = delete;
  ZstdCoding& operator=(const ZstdCoding&) = delete;

  Fed feed(std::string_view in, const Sink& out) override {
    std::array<char, kPiece> piece;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    bool full = false;
    while (from.pos < from.size || full) {
      ZSTD_outBuffer to{piece.data(), piece.size(), 0};
      const std::size_t code = ZSTD_decompressStream(context_, &to, &from);
      if (ZSTD_isError(code)) {
        // Bytes behind a whole frame that are no frame: ignored.
        return frames_ > 0 && ended_ ? Fed::Ok : Fed::Damaged;
      }
      ended_ = code == 0;
      if (ended_) ++frames_;
      full = to.pos == to.size && !ended_;
      if (to.pos > 0 && !out({piece.data(), to.pos})) return Fed::Stopped;
    }
    return Fed::Ok;
  }
  bool complete() const override { return ended_; }
  std::size_t memory() const override { return ZSTD_sizeof_DCtx(context_); }

 private:
  ZSTD_DCtx* context_;
  std::uint64_t frames_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Coding> make_inflate(bool gzip) {
  return std::make_unique<InflateCoding>(gzip);
}
std::unique_ptr<Coding> make_brotli() {
  return std::make_unique<BrotliCoding>();
}
std::unique_ptr<Coding> make_zstd() {
  return std::make_unique<ZstdCoding>();
}

}  // namespace frontierd
