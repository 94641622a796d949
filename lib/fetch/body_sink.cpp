#include "fetch/body_sink.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace frontierd {
namespace {

// Decoded in a millisecond or less; a page of usual size is decoded as it comes.
constexpr std::size_t kSlice = 256u << 10;

std::string over(std::uint64_t limit, std::string_view what, std::string_view setting) {
  return "more than " + std::to_string(limit) + " bytes " + std::string(what) + " (" +
         std::string(setting) + ")";
}

const char* kMemoryGone =
    "the memory for bodies is used up; raise fetch.memory_max, or lower fetch.flights_max";

}  // namespace

BodySink::BodySink(const FetchSetup& setup, bool robots)
    : setup_(setup), limits_(setup.options.limits), robots_(robots), share_(setup.room.memory) {
  if (setup.options.keep_exchange) payload_.emplace(setup.room);
}

std::optional<End> BodySink::begin(const ResponseHead& head) {
  begun_ = true;
  const auto announced = parse_int<std::uint64_t>(head.joined("content-length"));
  announced_too_large_ = announced && *announced > limits_.received_max && !robots_;
  const std::string field = head.joined("content-encoding");
  if (field.empty()) return std::nullopt;
  auto decoder = ContentDecoder::make(field, {limits_.encodings_max, limits_.decoded_max, kSlice},
                                      [this](std::string_view out) { return take(out); });
  if (!decoder) return keep_raw(decoder.error().what);
  if (!decoder->identity()) decoder_.emplace(std::move(*decoder));
  return std::nullopt;
}

// Where nobody archives it, there is nothing to read on for.
std::optional<End> BodySink::keep_raw(std::string why) {
  decoder_.reset();
  undecoded_ = std::move(why);
  if (payload_) return std::nullopt;
  return End{Transport::BadEncoding, undecoded_};
}

std::optional<End> BodySink::add(std::string_view bytes, const ResponseHead& head) {
  if (!begun_) {
    if (auto end = begin(head)) return end;
  }
  received_ += bytes.size();
  if (received_ > limits_.received_max) {
    bytes.remove_suffix(std::min<std::uint64_t>(bytes.size(), received_ - limits_.received_max));
    received_ = limits_.received_max;
    stop(Transport::BodyTooLarge, over(limits_.received_max, "received", "fetch.received_max"));
  }
  if (payload_) {
    if (auto stored = payload_->append(bytes); !stored) {
      return End{Transport::LocalFailure, stored.error().what};
    }
  }
  if (auto end = decode(bytes)) return end;
  return end_;
}

std::optional<End> BodySink::decode(std::string_view bytes) {
  if (undecoded()) return std::nullopt;
  if (!decoder_) {
    take(bytes);
    return std::nullopt;
  }
  return decoded_so(decoder_->feed(bytes));
}

std::optional<End> BodySink::catch_up() {
  CHECK(decoder_.has_value());
  if (auto end = decoded_so(decoder_->resume())) return end;
  return end_;
}

std::optional<End> BodySink::decoded_so(ContentDecoder::Fed fed) {
  behind_ = fed == ContentDecoder::Fed::Later;
  if (auto end = charge_decoder()) return end;
  if (end_) return std::nullopt;
  switch (fed) {
    case ContentDecoder::Fed::Damaged:
      return keep_raw("the content encoding is damaged");
    case ContentDecoder::Fed::TooMuch:
      stop(Transport::BodyTooLarge,
           over(limits_.decoded_max, "between stacked encodings", "fetch.decoded_max"));
      break;
    case ContentDecoder::Fed::Stopped:
    case ContentDecoder::Fed::Later:
    case ContentDecoder::Fed::Ok:
      break;
  }
  return std::nullopt;
}

std::optional<End> BodySink::charge_decoder() {
  const std::size_t memory = decoder_->memory();
  if (memory <= decoder_charged_) return std::nullopt;
  if (!share_.grow(memory - decoder_charged_)) return End{Transport::LocalFailure, kMemoryGone};
  decoder_charged_ = memory;
  return std::nullopt;
}

bool BodySink::stop(Transport transport, std::string detail) {
  if (!end_) end_ = End{transport, std::move(detail)};
  cut_ = true;
  return false;
}

bool BodySink::take(std::string_view bytes) {
  decoded_ += bytes.size();
  if (decoded_ > limits_.decoded_max) {
    bytes.remove_suffix(std::min<std::uint64_t>(bytes.size(), decoded_ - limits_.decoded_max));
    decoded_ = limits_.decoded_max;
    stop(Transport::BodyTooLarge, over(limits_.decoded_max, "decoded", "fetch.decoded_max"));
  }
  const std::string_view head =
      bytes.substr(0, kBodyHeadMax - std::min(kBodyHeadMax, head_.size()));
  const std::size_t robots_room =
      limits_.robots_body_max - std::min(limits_.robots_body_max, robots_body_.size());
  const std::string_view robots = bytes.substr(0, robots_ ? robots_room : 0);
  if (!share_.grow(head.size() + robots.size())) return stop(Transport::LocalFailure, kMemoryGone);
  head_.append(head);
  robots_body_.append(robots);
  if (robots_ && robots.size() < bytes.size()) return stop(Transport::Ok, "");
  if (announced_too_large_ && head_.size() >= kBodyHeadMax) {
    return stop(Transport::BodyTooLarge,
                over(limits_.received_max, "announced", "fetch.received_max"));
  }
  return !end_;
}

std::optional<End> BodySink::finish() {
  if (undecoded()) return End{Transport::BadEncoding, undecoded_};
  if (decoder_ && !decoder_->complete()) {
    return End{Transport::BadEncoding, "the encoded content stops before its end"};
  }
  return std::nullopt;
}

std::shared_ptr<const Payload> BodySink::take_payload() {
  if (!payload_) return nullptr;
  if (end_ && end_->transport == Transport::BodyTooLarge) payload_->keep_head();
  return payload_->finish();
}

}  // namespace frontierd
