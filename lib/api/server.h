// The admin API over HTTP/1.1: a Unix socket whose permissions are its authorisation, and, only if
// asked for, a TCP listener on loopback. Everything runs on the given io_context, on its thread; no
// request holds it for longer than one commit or one page of rows. Routes: API.md.
//
// Limits are explicit and of three lanes: health and metrics have the TCP listener and a connection
// limit of their own; seed streams are few, and each admits one batch at a time, so a client that
// sends faster than the disk commits is simply not read from. However many connections are opened
// and left silent, a new client gets in: where the limit is reached, the connection ends on whose
// peer we have waited longest (never a stream).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "api/control.h"
#include "api/metrics.h"
#include "base/result.h"
#include "frontier/inspect.h"

namespace boost::asio {
class io_context;
}

namespace frontierd {

struct ApiLimits {
  std::size_t connections_max = 64;      // per listener; over it, the longest silent one ends
  std::size_t connections_reserve = 16;  // for new ones until that one has gone; then: the backlog
  std::size_t seed_streams_max = 8;          // more are answered 503 with Retry-After
  std::size_t export_streams_max = 4;        // likewise
  std::uint32_t head_bytes_max = 64 * 1024;  // request line and fields: 431
  std::size_t body_bytes_max = 64 * 1024;    // of anything but seeds: 413
  Millis head_time{Seconds{5}};              // a new connection, to send its first head
  Millis request_time{Seconds{30}};          // to send head and small body; also the idle time
  Millis stall_time{Seconds{60}};            // a stream in which nothing moves for this long ends
};

struct ApiOptions {
  std::string socket_path;  // empty: no Unix socket
  unsigned socket_mode = 0660;
  std::string tcp_address;     // "127.0.0.1" or "::1"; empty: no TCP
  std::uint16_t tcp_port = 0;  // 0: any free one
  std::string token;           // of the bearer on TCP; empty: health and metrics only
  ApiLimits limits;
};

class ApiServer {
 public:
  // The references must outlive the server.
  ApiServer(boost::asio::io_context& loop, Control& control, Inspector& inspector,
            MetricsJournal& metrics, ApiOptions options);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // Binds and begins to accept. A socket file that nobody answers on is replaced.
  // Errc::Conflict: somebody does, or the port is taken; Errc::Usage: a path or address that cannot
  // be.
  Result<void> open();
  // Accepts no more, ends every connection, removes the socket file. Idempotent.
  void close();

  std::uint16_t tcp_port() const;  // as bound; 0: none

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// The token of a file: its first line, without white space around. Errc::Usage if it is shorter
// than 16 characters or readable by others.
Result<std::string> read_token_file(const std::string& path);

}  // namespace frontierd
