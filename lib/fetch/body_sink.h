// What becomes of the payload of one transfer: counted, decoded, its first KiBs kept for the
// classifier (all of it up to a limit for robots.txt), and stored as received for the archive.
// Enforces the limits on bodies. Decodes a slice at a time, so that a body that is large once
// decoded keeps no other transfer of the thread waiting. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fetch/content_decoder.h"
#include "fetch/response_head.h"
#include "fetch/setup.h"

namespace frontierd {

class BodySink {
 public:
  BodySink(const FetchSetup& setup, bool robots);
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;

  // Payload bytes as received; `head` is the complete head before them. The transfer ends where one
  // is returned; Transport::Ok then means: all that is wanted is here. Not while behind().
  std::optional<End> add(std::string_view bytes, const ResponseHead& head);
  // What was added is not yet decoded; each catch_up() does a slice of it.
  bool behind() const { return behind_; }
  std::optional<End> catch_up();
  // After the last byte of a whole transfer, and not while behind().
  std::optional<End> finish();

  std::uint64_t received() const { return received_; }
  std::uint64_t decoded() const { return decoded_; }
  bool cut() const { return cut_; }  // less was read than the peer had to give
  // The body does not decode: what comes is counted and kept as received, and finish() tells.
  bool undecoded() const { return !undecoded_.empty(); }
  std::string take_head() { return std::move(head_); }
  std::string take_robots() { return std::move(robots_body_); }
  // Of a body over a limit only its head (fetch's payload_in_memory).
  std::shared_ptr<const Payload> take_payload();

 private:
  std::optional<End> begin(const ResponseHead& head);
  std::optional<End> keep_raw(std::string why);
  std::optional<End> decode(std::string_view bytes);
  std::optional<End> decoded_so(ContentDecoder::Fed fed);
  std::optional<End> charge_decoder();
  bool take(std::string_view decoded);
  bool stop(Transport transport, std::string detail);

  const FetchSetup& setup_;
  const TransferLimits& limits_;
  bool robots_;
  bool begun_ = false;
  bool cut_ = false;
  bool behind_ = false;
  bool announced_too_large_ = false;
  std::uint64_t received_ = 0;
  std::uint64_t decoded_ = 0;
  std::uint64_t decoder_charged_ = 0;
  Share share_;
  std::string head_;
  std::string robots_body_;
  std::optional<ContentDecoder> decoder_;  // empty for identity, and once the body is undecoded
  std::string undecoded_;                  // why it does not decode
  std::optional<PayloadBuilder> payload_;  // empty without an archive
  std::optional<End> end_;
};

}  // namespace frontierd
