// Everything about fetching that a person may choose. Plain values; each limit has a name, a unit
// and a default. The limits of one transfer end as a Transport value, never as an accident.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rules/policy.h"

namespace frontierd {

struct DnsOptions {
  std::vector<std::string> servers;  // "127.0.0.1:5353", "[::1]:53"; empty: the system's
  std::string resolv_conf = "/etc/resolv.conf";  // where the system's are named
  int port = 53;                                 // of those
  Millis timeout = Seconds{2};       // first try; every further try waits twice as long
  int tries = 3;
  std::size_t in_flight_max = 256;  // names asked for at once
  std::size_t queue_max = 50'000;   // names waiting for that; over it: LocalFailure
  std::size_t cache_max = 100'000;  // names remembered
  std::size_t addresses_max = 16;   // kept of one answer
  Millis ttl_min = Seconds{60};     // bounds for what the answer says
  Millis ttl_max = Seconds{86'400};
  Millis negative_ttl = Seconds{300};  // the name does not exist
  Millis failure_ttl = Seconds{30};    // nobody answered, or SERVFAIL
  bool ipv6_first = false;
};

// The bounds of one transfer.
struct TransferLimits {
  Millis connect_timeout = Seconds{15};       // TCP and TLS together → ConnectTimeout
  Millis first_byte_timeout = Seconds{60};    // until the first whole header line → Timeout
  Millis total_timeout = Seconds{300};        // → Timeout
  std::uint64_t min_speed = 100;              // bytes/s of head and body, averaged over the window
  Millis min_speed_window = Seconds{30};      // → TooSlow
  std::uint64_t received_max = 32u << 20;     // payload bytes, still encoded → BodyTooLarge
  std::uint64_t decoded_max = 32u << 20;      // → BodyTooLarge
  std::size_t header_bytes_max = 256u << 10;  // all heads and trailers → HeadersTooLarge
  std::size_t header_fields_max = 1'000;      // → HeadersTooLarge
  int informational_max = 20;                 // 1xx heads before the answer → ProtocolError
  int encodings_max = 2;                      // stacked Content-Encodings → BadEncoding
  // Bytes on the wire per byte of body, looked at once framing_floor bytes came: a flood of chunk
  // extensions costs CPU without a body → ProtocolError.
  std::uint64_t framing_ratio_max = 16;
  std::uint64_t framing_floor = 1u << 20;
  std::size_t robots_body_max = 512u << 10;  // robots.txt is cut here, which is no error (RFC 9309)
};

// How one egress leaves the machine. Its rules (who may use it, when) are rules/policy.h's.
struct EgressWay {
  std::string name;
  EgressKind kind = EgressKind::Direct;
  std::string address;        // source: a local IP; http and socks5: "host:port"
  std::string username;       // of the proxy; a template, see fill_username
  std::string password_file;  // where the password comes from: a file of ours,
  std::string credential;     // ... or a systemd credential of this name; at most one of them
  std::string password;       // filled in at start; never shown, logged or stored
};

// {host}, {site} (the registrable domain), {egress} and {session} (eight hexadecimal digits that
// are always the same for a host) are filled in, so that a provider of sticky sessions keeps one
// address per host.
std::string fill_username(const EgressWay& way, std::string_view host);
// What is wrong with a template or an address, in words for a person; empty: nothing.
std::string complaint(const EgressWay& way);

struct FetchOptions {
  int workers = 2;                // threads
  int shards = 8;                 // curl multi handles beside each other in a worker
  std::size_t flights_max = 512;  // in the air at once, over all workers
  std::size_t connections_max =
      8'192;  // kept alive; below the number of live hosts every page reconnects
  Millis connection_idle_max = Seconds{90};
  Millis connection_age_max = Seconds{600};
  std::size_t hosts_max = 50'000;  // whose addresses a worker remembers

  std::string user_agent;  // empty: "frontierd/VERSION", with (+contact_url) if there is one
  std::string contact_url;
  std::string from;  // From header (RFC 9110 section 10.1.2); empty: none
  std::string accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  bool http2 = true;
  std::string ca_file;  // PEM bundle; empty: the system's

  std::vector<std::string> allow_addresses;  // CIDR ranges exempt from the address guard

  bool keep_exchange = false;  // the archive wants what went over the wire
  // Of one exchange; the rest goes to the spool, and of a body over a limit nothing else is kept.
  std::size_t payload_in_memory = 256u << 10;
  std::size_t memory_max = 256u << 20;   // bodies and decoders of all flights and landed exchanges
  std::uint64_t spool_max = 2ull << 30;  // bytes of all spool files
  std::string spool_dir = "/var/tmp";

  std::vector<EgressWay> egresses;  // beside the plain connection, which needs no entry

  TransferLimits limits;
  DnsOptions dns;
};

// What a bad choice is called; empty if all is well. Never throws.
std::string complaint(const FetchOptions& options);

}  // namespace frontierd
