// What a lab file says, as values: listeners, hosts, and how each host misbehaves. README.md names
// every key. Nothing here acts; reader.cpp fills it, host.cpp and reply.cpp carry it out.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontierd::originlab {

using Micros = std::chrono::microseconds;
inline constexpr Micros kForever = Micros::max() / 4;
inline constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();

// A length of time drawn evenly from [from, to].
struct Latency {
  Micros from{0};
  Micros to{0};
};

// What a generated body is made of.
enum class Fill { Text, Html, Zeros, Robots, Random };

enum class Encoding { Gzip, Deflate, Brotli, Zstd };

enum class Framing { Length, Chunked, Close };

// What happens to the connection after the last byte.
enum class Ending { Keep, Close, Reset, Hold };

// Breaches of the protocol. Each bends the answer it stands in.
enum class Fault {
  None,
  Reset,        // reset once the request has been read
  ResetInHead,  // half of the head, then a reset
  ResetInBody,  // the head and half of the body, then a reset
  CloseInHead,  // the same three, with an orderly close
  CloseInBody,
  Empty,         // an orderly close without a byte
  Silent,        // no byte, and the connection stays
  SilentInBody,  // half of the body, then nothing
  EndlessBody,
  EndlessHead,      // header after header, without an end
  HeaderFlood,      // `count` headers, then the answer
  HugeHeader,       // one header line of `flood_size` bytes, then the answer
  Endless1xx,       // interim answers without an end
  ChunkExtensions,  // one byte a chunk, each with an extension of `flood_size` bytes
  BadChunk,         // a chunk size that is no number
  LongLength,       // Content-Length promises `flood_size` bytes too many
  ShortLength,      // Content-Length promises too few
  Garbage,          // bytes that are not HTTP
  Http09,           // the bare body
};

struct Answer {
  int status = 200;
  std::string reason;                // empty: the usual phrase; "-": none
  std::vector<std::string> headers;  // "Name: value"; replaces ours of that name
  std::string type = "text/html; charset=utf-8";
  std::optional<std::string> text;  // with {placeholders}
  std::optional<std::string> raw;   // the whole answer, byte for byte; with {placeholders}
  std::uint64_t size = 0;           // of a generated body; kEndless is allowed
  Fill fill = Fill::Text;
  std::uint64_t seed = 1;
  std::vector<Encoding> encoding;            // in the order applied
  std::shared_ptr<const std::string> baked;  // a file, or a generated body that is encoded
  bool validators = false;                   // ETag and Last-Modified, and 304 where they match
  std::uint64_t cookies = 0;                 // this many Set-Cookie fields
  std::vector<std::string> redirect;         // Location; one of them, by the hash of the path
  bool chain = false;                        // /x/5 redirects to /x/4, down to /x/0
  Framing framing = Framing::Length;
  Ending ending = Ending::Keep;
  Fault fault = Fault::None;
  std::uint64_t count = 10'000;
  std::uint64_t flood_size = 0;  // 0: as the fault has it
  double head_rate = 0;          // bytes per second; 0: as fast as it goes
  double body_rate = 0;
  bool pass = false;               // no answer: the next route or the page speaks
  std::optional<Latency> latency;  // before the first byte; absent: the host's
  std::uint64_t times = 1;         // in a sequence
  double weight = 1;               // in a lottery
  Micros lasts = kForever;         // in a timetable
};

// How a route with several answers chooses.
enum class Pick { Sequence, Random, Time };
// Whom a counter belongs to.
enum class Per { Host, Path, Address, Agent };

// Which paths something applies to. `*` in a pattern stands for any run of characters.
struct Paths {
  std::vector<std::string> only;
  std::vector<std::string> except;
  bool cover(std::string_view target) const;
};

struct Route {
  std::string path;
  std::vector<Answer> answers;  // at least one
  Pick pick = Pick::Sequence;
  Per per = Per::Host;
  bool cycle = false;
};

// A tree of generated pages under `prefix`, listed by "/".
struct Pages {
  std::uint64_t count = 0;
  std::string prefix = "/p/";
  std::uint64_t size_from = 2'048;
  std::uint64_t size_to = 2'048;
  Micros change_every = kForever;
  Answer answer;  // what every page shares: headers, framing, encoding, latency, rates
};

// A stretch of time, relative to the lab's start or to the host's first request.
struct Window {
  Micros from{0};
  Micros to = kForever;
  Micros every{0};  // 0: once
  bool holds(Micros at) const;
  Micros left(Micros at) const;  // until the present stretch ends
};

enum class RetryAfter { None, Seconds, Imf, Rfc850, Asctime };

struct Maintenance {
  Window window;
  Paths paths;
  RetryAfter retry_after = RetryAfter::Imf;
  Answer answer;
};

// An error out of a cache: served until the window ends, unless the request asks past the cache.
struct Stale {
  Window window;
  Paths paths;
  Answer answer;
};

struct Wall {
  Paths paths;
  std::uint64_t after = 0;   // requests that pass first
  Micros within = kForever;  // counted over this long
  Micros lasts = kForever;   // the memory of the wall
  bool extends = false;      // each further request renews it
  Per per = Per::Address;
  std::string cookie;  // a request that carries it passes
  std::vector<std::string> spare_agents;
  Answer answer;
};

struct Limit {
  Paths paths;
  std::uint64_t requests = 1;
  Micros window = std::chrono::seconds{1};
  bool bucket = false;  // refills steadily instead of window by window
  Micros penalty{0};    // after a refusal, everything is refused this long
  Per per = Per::Address;
  std::vector<std::string> headers;  // on every answer; {limit} {remaining} {reset} {window}
  std::vector<std::string> refusal_headers;  // on refusals only
  Answer answer;
};

struct Collapse {
  double per_excess = 0;  // each request past capacity makes all slower by this share
  double slowest = 20;    // at most this many times slower
  Micros recover = std::chrono::seconds{10};  // half of it is forgotten in this time
};

struct Capacity {
  Paths paths;
  std::uint64_t at_once = 0;  // 0: any number
  std::uint64_t queue = 0;    // that wait for a place
  double per_second = 0;      // 0: any rate
  double burst = 1;
  Collapse collapse;
  Answer answer;
};

struct Host {
  std::vector<std::string> names;   // "name", "name:port" or "*", lower case
  bool from_first_request = false;  // windows count from there
  Micros clock_skew{0};             // of its Date and of {now}
  Latency latency;
  std::vector<Maintenance> maintenance;
  std::vector<Stale> stale;
  std::vector<Wall> walls;
  std::vector<Limit> limits;
  std::optional<Capacity> capacity;
  std::vector<Route> routes;
  std::optional<Pages> pages;
};

enum class Tls { Off, Good, Expired, NotYet, WrongHost };

struct Listener {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  Tls tls = Tls::Off;
  std::string save_certificate;  // PEM, for clients that shall trust it
  bool reset_on_accept = false;
  bool silent = false;   // accepts and never reads
  bool control = false;  // answers statistics instead of hosts
};

struct Lab {
  std::uint64_t seed = 1;
  std::uint64_t max_connections = 10'000;
  std::uint64_t max_head = 65'536;
  std::uint64_t max_request_body = 1'048'576;
  Micros idle = std::chrono::seconds{75};
  Micros max_age = std::chrono::hours{1};
  std::vector<Listener> listeners;
  std::vector<Host> hosts;
};

}  // namespace frontierd::originlab
