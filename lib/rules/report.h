// What a fetch brought home: facts only, no judgement. Plain values, thread-safe by copying.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace frontierd {

// How the transfer ended below HTTP. Ok: a complete, well-formed response within all limits.
enum class Transport {
  Ok,
  DnsFailed,      // the name does not exist, or has no address (authoritative)
  DnsTimeout,     // no resolver answered, or SERVFAIL
  AddressBarred,  // resolved to an address we refuse to connect to
  ConnectRefused,
  ConnectTimeout,
  ConnectFailed,  // unreachable network or host, and the like
  TlsFailed,      // handshake or certificate
  Reset,          // the peer closed or reset in the middle
  EmptyReply,     // closed before the first byte of an answer
  Timeout,        // over the total time limit
  TooSlow,        // below the minimum speed
  BodyTooLarge,   // over the decoded or received byte limit; body_head is valid
  HeadersTooLarge,
  BadEncoding,    // Content-Encoding that we cannot decode, stacked too deep, or damaged
  ProtocolError,  // not HTTP, bad framing, wrong length
  NotProcessed,   // the other side says so, or closed before any answer (RFC 9113 §8.7)
  EgressFailed,   // our proxy or source address failed: says nothing about the host
  LocalFailure,   // our own descriptors, memory or disk: says nothing about the host
  Aborted,        // we stopped it (drain): as if it had never started
};
std::string_view to_string(Transport transport);

struct Header {
  std::string name;   // as received
  std::string value;  // trimmed
  bool operator==(const Header&) const = default;
};

inline constexpr std::size_t kBodyHeadMax = 64 * 1024;

struct FetchReport {
  std::string url;  // canonical, as asked for
  Transport transport = Transport::Ok;
  std::string detail;                // transport errors in words
  int status = 0;                    // 0: no status line arrived
  bool head_whole = true;            // false: cut within the head, or it contradicts itself
  bool unconditional = false;        // the request carried no validators
  int http_version = 11;             // 10, 11, 20
  std::vector<Header> headers;       // of the final response, in order; bounded by the fetcher
  std::string body_head;             // the first kBodyHeadMax bytes, content-decoded
  std::uint64_t body_bytes = 0;      // as far as read: decoded, or as received where it does not decode
  std::uint64_t received_bytes = 0;  // on the wire, header and body
  std::string peer;                  // "192.0.2.1", "2001:db8::1"; empty if never connected
  std::string egress;                // name of the egress used; empty means direct
  Millis first_byte_after{0};        // request sent to first byte of the answer
  Millis elapsed{0};                 // start to end, without waiting in our queues
  Instant received_at = kLongAgo;
};

// The value of the first header of that name, or empty.
std::string_view header(const FetchReport& report, std::string_view name);
bool has_header(const FetchReport& report, std::string_view name);

}  // namespace frontierd
