#include "fetch/content_decoder.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::size_t kPiece = 16 * 1024;

std::unique_ptr<Coding> make_coding(const std::string& name) {
  if (name == "gzip" || name == "x-gzip") return make_inflate(true);
  if (name == "deflate") return make_inflate(false);
  if (name == "br") return make_brotli();
  if (name == "zstd") return make_zstd();
  return nullptr;
}

// IANA HTTP Content Coding Registry, as of 2026-11: those that make_coding() has not.
bool is_registered(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"aes128gcm", "compress", "x-compress",
                                                  "dcb",       "dcz",      "exi",
                                                  "pack200-gzip"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ContentDecoder::ContentDecoder(const Limits& limits, Sink sink)
    : limits_(limits), sink_(std::move(sink)) {}

Result<ContentDecoder> ContentDecoder::make(std::string_view field, const Limits& limits,
                                            Sink sink) {
  ContentDecoder decoder(limits, std::move(sink));
  for (std::string_view part : split(field, ',')) {
    const std::string name = to_lower(trim(part));
    if (name.empty() || name == "identity") continue;
    auto coding = make_coding(name);
    if (!coding && !is_registered(name)) continue;  // "utf-8", "none": a mistake, and no coding
    if (!coding)
      return fail(Errc::Usage, "the Content-Encoding '" + name + "' is one that we cannot undo");
    // Listed in the order applied, so undone from the last.
    decoder.stages_.insert(decoder.stages_.begin(),
                           Stage{std::move(coding), std::vector<char>(kPiece), {}, 0});
    if (decoder.stages_.size() > static_cast<std::size_t>(limits.stacked_max)) {
      return fail(Errc::Limit, "more than " + std::to_string(limits.stacked_max) +
                                   " Content-Encodings stacked (fetch.encodings_max)");
    }
  }
  return decoder;
}

ContentDecoder::Fed ContentDecoder::feed(std::string_view bytes) {
  CHECK(kept_.empty());
  if (bytes.empty()) return Fed::Ok;
  if (identity()) return sink_(bytes) ? Fed::Ok : Fed::Stopped;
  fed_ = true;
  Stage& first = stages_.front();
  first.in = bytes;
  const Fed fed = run();
  if (fed == Fed::Later) kept_.assign(first.in);
  first.in = kept_;
  return fed;
}

ContentDecoder::Fed ContentDecoder::resume() {
  const Fed fed = run();
  if (fed != Fed::Later) kept_.clear();
  return fed;
}

ContentDecoder::Fed ContentDecoder::run() {
  slice_left_ = limits_.slice;
  while (slice_left_ > 0) {
    std::size_t written = 0;
    const Fed fed = pull(stages_.size() - 1, written);
    if (fed != Fed::Ok || written == 0) return fed;
    if (!sink_({stages_.back().out.data(), written})) return Fed::Stopped;
  }
  return Fed::Later;
}

// Until the stage has written something, or nothing more comes to it.
ContentDecoder::Fed ContentDecoder::pull(std::size_t index, std::size_t& written) {
  Stage& stage = stages_[index];
  while (true) {
    const Coding::Step step = stage.coding->step(stage.in, stage.out);
    if (step.damaged) return Fed::Damaged;
    written = step.written;
    stage.written += written;
    slice_left_ -= std::min(slice_left_, written);
    const bool last = index + 1 == stages_.size();
    if (!last && stage.written > limits_.between_max) return Fed::TooMuch;
    if (written > 0 || index == 0) return Fed::Ok;
    if (slice_left_ == 0) return Fed::Later;
    std::size_t came = 0;
    const Fed fed = pull(index - 1, came);
    if (fed != Fed::Ok || came == 0) return fed;
    stage.in = {stages_[index - 1].out.data(), came};
  }
}

bool ContentDecoder::complete() const {
  if (!fed_) return true;
  return std::all_of(stages_.begin(), stages_.end(),
                     [](const Stage& stage) { return stage.coding->complete(); });
}

std::size_t ContentDecoder::memory() const {
  std::size_t sum = kept_.capacity();
  for (const Stage& stage : stages_) sum += stage.coding->memory() + stage.out.size();
  return sum;
}

}  // namespace frontierd
