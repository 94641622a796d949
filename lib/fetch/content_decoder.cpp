#include "fetch/content_decoder.h"

#include "base/text.h"

namespace frontierd {
namespace {

std::unique_ptr<Coding> make_coding(const std::string& name) {
  if (name == "gzip" || name == "x-gzip") return make_inflate(true);
  if (name == "deflate") return make_inflate(false);
  if (name == "br") return make_brotli();
  if (name == "zstd") return make_zstd();
  return nullptr;
}

}  // namespace

ContentDecoder::ContentDecoder(std::uint64_t between_max, Coding::Sink sink)
    : between_max_(between_max), sink_(std::move(sink)) {}

Result<ContentDecoder> ContentDecoder::make(std::string_view field, int stacked_max,
                                            std::uint64_t between_max, Coding::Sink sink) {
  ContentDecoder decoder(between_max, std::move(sink));
  for (std::string_view part : split(field, ',')) {
    const std::string name = to_lower(trim(part));
    if (name.empty() || name == "identity") continue;
    auto coding = make_coding(name);
    if (!coding)
      return fail(Errc::Usage, "unknown Content-Encoding '" + for_message(name, 40) + "'");
    // Listed in the order applied, so undone from the last.
    decoder.stack_.insert(decoder.stack_.begin(), std::move(coding));
    if (decoder.stack_.size() > static_cast<std::size_t>(stacked_max)) {
      return fail(Errc::Limit, "more than " + std::to_string(stacked_max) +
                                   " Content-Encodings stacked (fetch.encodings_max)");
    }
  }
  decoder.written_.resize(decoder.stack_.size());
  return decoder;
}

ContentDecoder::Fed ContentDecoder::feed(std::string_view bytes) {
  if (bytes.empty()) return Fed::Ok;
  fed_ = true;
  return feed_stage(0, bytes);
}

ContentDecoder::Fed ContentDecoder::feed_stage(std::size_t stage, std::string_view bytes) {
  if (stage == stack_.size()) return sink_(bytes) ? Fed::Ok : Fed::Stopped;
  Fed inner = Fed::Ok;
  const auto pass_on = [&](std::string_view out) {
    written_[stage] += out.size();
    const bool last = stage + 1 == stack_.size();
    inner = !last && written_[stage] > between_max_ ? Fed::TooMuch : feed_stage(stage + 1, out);
    return inner == Fed::Ok;
  };
  switch (stack_[stage]->feed(bytes, pass_on)) {
    case Coding::Fed::Damaged:
      return Fed::Damaged;
    case Coding::Fed::Stopped:
      return inner;
    case Coding::Fed::Ok:
      break;
  }
  return Fed::Ok;
}

bool ContentDecoder::complete() const {
  if (!fed_) return true;
  for (const auto& coding : stack_) {
    if (!coding->complete()) return false;
  }
  return true;
}

std::size_t ContentDecoder::memory() const {
  std::size_t sum = 0;
  for (const auto& coding : stack_) sum += coding->memory();
  return sum;
}

}  // namespace frontierd
