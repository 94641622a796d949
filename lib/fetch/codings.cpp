#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#include "fetch/content_decoder.h"

namespace frontierd {
namespace {

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

  Step step(std::string_view& in, std::span<char> out) override {
    if (!gzip_ && !form_known_ && !learn_form(in)) return {};
    std::size_t written = 0;
    bool damaged = false;
    if (!first_bytes_.empty()) {
      std::string_view first = first_bytes_;
      damaged = !inflate_into(first, out, written);
      first_bytes_.erase(0, first_bytes_.size() - first.size());
    }
    while (!damaged && written == 0 && (!in.empty() || full_)) {
      damaged = !inflate_into(in, out, written);
    }
    return {written, damaged};
  }
  bool complete() const override { return ended_ || (follows_ && of_member_ == 0); }
  std::size_t memory() const override { return kInflateMemory; }

 private:
  // Two bytes tell the zlib form from the raw one.
  bool learn_form(std::string_view& in) {
    const std::size_t count = std::min(in.size(), 2 - first_bytes_.size());
    first_bytes_.append(in.substr(0, count));
    in.remove_prefix(count);
    if (first_bytes_.size() < 2) return false;
    form_known_ = true;
    const auto first = static_cast<unsigned char>(first_bytes_[0]);
    const auto second = static_cast<unsigned char>(first_bytes_[1]);
    const bool zlib = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
    if (!zlib) inflateReset2(&stream_, -15);
    return true;
  }

  // After the end of a member: another one may follow (RFC 1952 section 2.2), or garbage.
  bool next_member(char first) {
    if (!gzip_ || static_cast<unsigned char>(first) != 0x1f) return false;
    inflateReset2(&stream_, 15 + 16);
    ended_ = false;
    follows_ = true;
    of_member_ = 0;
    return true;
  }

  // One call of inflate(); false: damaged.
  bool inflate_into(std::string_view& in, std::span<char> out, std::size_t& written) {
    if (ended_ && !in.empty() && (garbage_ || !next_member(in.front()))) {
      garbage_ = true;
      in = {};
      return true;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    in.remove_prefix(in.size() - stream_.avail_in);
    written = out.size() - stream_.avail_out;
    of_member_ += written;
    ended_ = code == Z_STREAM_END;
    full_ = !ended_ && stream_.avail_out == 0;
    if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) return true;
    // What follows a whole member and yields nothing is no member, whatever it begins with.
    garbage_ = ended_ = follows_ && of_member_ == 0;
    if (garbage_) in = {};
    return garbage_;
  }

  z_stream stream_{};
  std::string first_bytes_;  // deflate: until the form is known
  bool gzip_;
  bool form_known_ = false;
  bool ended_ = false;
  bool full_ = false;  // the last piece was filled: more may wait inside
  bool garbage_ = false;
  bool follows_ = false;         // a whole member lies behind this one
  std::uint64_t of_member_ = 0;  // written of the one that is being read
};

// A coding that begins with bytes of its own, over a body that may not begin so: then the label is
// wrong, and the body is what it is.
class MarkedCoding final : public Coding {
 public:
  using Mark = bool (*)(std::string_view first);
  MarkedCoding(std::unique_ptr<Coding> coding, std::size_t length, Mark is_marked)
      : coding_(std::move(coding)), length_(length), is_marked_(is_marked) {}

  Step step(std::string_view& in, std::span<char> out) override {
    if (state_ == State::Unknown && !learn(in)) return {};
    if (state_ == State::Coded && first_.empty()) return coding_->step(in, out);
    std::string_view first = first_;
    Step step;
    if (state_ == State::Coded) {
      step = coding_->step(first, out);
    } else {
      step.written = copy(first, out);
    }
    first_.erase(0, first_.size() - first.size());
    if (step.written > 0 || step.damaged || !first_.empty()) return step;
    if (state_ == State::Coded) return coding_->step(in, out);
    step.written = copy(in, out);
    return step;
  }
  bool complete() const override {
    return state_ == State::Plain || (state_ == State::Coded && coding_->complete());
  }
  std::size_t memory() const override { return coding_->memory(); }

 private:
  enum class State { Unknown, Coded, Plain };

  static std::size_t copy(std::string_view& in, std::span<char> out) {
    const std::size_t count = in.copy(out.data(), out.size());
    in.remove_prefix(count);
    return count;
  }
  bool learn(std::string_view& in) {
    const std::size_t count = std::min(in.size(), length_ - first_.size());
    first_.append(in.substr(0, count));
    in.remove_prefix(count);
    if (first_.size() < length_) return false;
    state_ = is_marked_(first_) ? State::Coded : State::Plain;
    return true;
  }

  std::unique_ptr<Coding> coding_;
  std::size_t length_;
  Mark is_marked_;
  State state_ = State::Unknown;
  std::string first_;  // what was looked at, until it is handed on
};

bool is_gzip(std::string_view first) {  // RFC 1952 §2.3.1
  return first == "\x1f\x8b";
}
bool is_zstd(std::string_view first) {  // RFC 8878 §3.1, frames and skippable frames
  const bool skippable = (static_cast<unsigned char>(first[0]) & 0xf0u) == 0x50u &&
                         first.substr(1) == "\x2a\x4d\x18";
  return first == "\x28\xb5\x2f\xfd" || skippable;
}

class BrotliCoding final : public Coding {
 public:
  BrotliCoding() : state_(BrotliDecoderCreateInstance(&allocate, &release, this)) {
    CHECK(state_ != nullptr);
  }
  ~BrotliCoding() override { BrotliDecoderDestroyInstance(state_); }
  BrotliCoding(const BrotliCoding&) = delete;
  BrotliCoding& operator=(const BrotliCoding&) = delete;

  Step step(std::string_view& in, std::span<char> out) override {
    if (ended_) {
      in = {};
      return {};
    }
    const auto* next = reinterpret_cast<const std::uint8_t*>(in.data());
    std::size_t left = in.size();
    auto* to = reinterpret_cast<std::uint8_t*>(out.data());
    std::size_t room = out.size();
    const auto code = BrotliDecoderDecompressStream(state_, &left, &next, &room, &to, nullptr);
    in.remove_prefix(in.size() - left);
    ended_ = code == BROTLI_DECODER_RESULT_SUCCESS;
    return {out.size() - room, code == BROTLI_DECODER_RESULT_ERROR};
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

  Step step(std::string_view& in, std::span<char> out) override {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    // Never asked without a reason: the library takes many calls without progress for an error.
    while (to.pos == 0 && (!in.empty() || full_)) {
      ZSTD_inBuffer from{in.data(), in.size(), 0};
      const std::size_t code = garbage_ ? 0 : ZSTD_decompressStream(context_, &to, &from);
      if (ZSTD_isError(code)) {
        // What follows a whole frame and yields nothing is no frame: ignored.
        garbage_ = frames_ > 0 && of_frame_ == 0;
        if (!garbage_) return {0, true};
        ended_ = true;
      }
      if (garbage_) {
        in = {};
        return {};
      }
      in.remove_prefix(from.pos);
      ended_ = code == 0;
      of_frame_ += to.pos;
      if (ended_) ++frames_;
      if (ended_) of_frame_ = 0;
      full_ = to.pos == to.size && !ended_;
    }
    return {to.pos, false};
  }
  bool complete() const override { return ended_; }
  std::size_t memory() const override { return ZSTD_sizeof_DCtx(context_); }

 private:
  ZSTD_DCtx* context_;
  std::uint64_t frames_ = 0;
  std::uint64_t of_frame_ = 0;  // written of the one that is being read
  bool ended_ = false;
  bool full_ = false;  // the last piece was filled: more may wait inside
  bool garbage_ = false;
};

}  // namespace

std::unique_ptr<Coding> make_inflate(bool gzip) {
  auto coding = std::make_unique<InflateCoding>(gzip);
  if (!gzip) return coding;
  return std::make_unique<MarkedCoding>(std::move(coding), 2, &is_gzip);
}
std::unique_ptr<Coding> make_brotli() {
  return std::make_unique<BrotliCoding>();
}
std::unique_ptr<Coding> make_zstd() {
  return std::make_unique<MarkedCoding>(std::make_unique<ZstdCoding>(), 4, &is_zstd);
}

}  // namespace frontierd
