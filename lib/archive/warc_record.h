// The parts of a WARC 1.1 record (ISO 28500:2017): named fields, record ids, dates, addresses.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "frontier/exchange.h"

namespace frontierd {

// Sixteen random bytes a call: the daemon's come from the operating system, a test's from a seed.
using RandomSource = std::function<std::array<std::uint8_t, 16>()>;
std::array<std::uint8_t, 16> system_random();

// "<urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6>", version 4 (RFC 9562 §5.4).
std::string record_id(std::array<std::uint8_t, 16> random);
// The same of the 16 bytes that an ArchivedCopy keeps.
std::string record_id_of(std::string_view bytes);
// What record_id() makes of them, as those bytes.
std::string uuid_bytes(std::array<std::uint8_t, 16> random);

// The text between "WARC/1.1" and the block. Field values are one line: control characters in them
// become spaces. Empty values are left out.
class WarcHead {
 public:
  explicit WarcHead(std::string_view type);
  WarcHead& add(std::string_view name, std::string_view value);
  // With Content-Length and the empty line.
  std::string finish(std::uint64_t block_bytes) &&;

 private:
  std::string text_;
};

// One named field as a line, for heads and for application/warc-fields blocks.
std::string warc_field(std::string_view name, std::string_view value);

// "20261122000445123": seventeen digits, to the millisecond, for file names.
std::string timestamp17(Instant at);

// The textual form of RFC 5952 for IPv6, dotted for IPv4; empty when it is no address. A zone
// ("%eth0") is dropped.
std::string warc_address(std::string_view peer);

// The payload in pieces of at most the buffer's size; a null payload has none. Io: it ended early.
Result<void> for_each_piece(const Payload* payload, std::span<char> buffer,
                            const std::function<Result<void>(std::string_view)>& use);

struct BlockDigests {  // SHA-1, 20 bytes each: see digest.h
  std::string block;    // head and payload
  std::string payload;  // payload alone, content codings kept
};
// `between` is called after each piece; its error ends the digest.
Result<BlockDigests> digest_block(std::string_view head, const Payload* payload,
                                  std::span<char> buffer,
                                  const std::function<Result<void>(std::size_t)>& between = {});

}  // namespace frontierd
