// The request log: one line of tab-separated values for each request and for each connection that
// was refused before one, written when it is over. The first line names the columns. Times are
// microseconds since 1970, from a clock that never steps while the lab runs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstdio>
#include <string>

#include "base/result.h"

namespace frontierd::originlab {

struct LogEntry {
  std::int64_t start_us = 0;   // the request's head was complete
  std::int64_t accept_us = 0;  // its connection was accepted
  std::int64_t end_us = 0;     // the last byte was handed over, or the client had left
  std::string client;          // address:port
  std::string listener;        // port
  std::string host = "-";      // as sent
  std::string method = "-";
  std::string path = "-";
  int status = 0;                   // 0: none was sent
  std::uint64_t bytes = 0;          // sent for this request, head included
  std::uint64_t in_flight = 0;      // of this host at the start, this one included
  std::uint64_t in_flight_all = 0;  // of the whole lab
  std::string by = "-";      // route, page, maintenance, stale, wall, limit, capacity, none, ...
  std::string ending = "-";  // sent, closed, reset, client-left, stopped
  std::string agent;
};

class RequestLog {
 public:
  explicit RequestLog(boost::asio::io_context& io) : io_(io) {}
  ~RequestLog();
  RequestLog(const RequestLog&) = delete;

  // "-" is standard output. Appends to an existing file.
  Result<void> open(const std::string& path);
  // Lines of one turn of the event loop are written together.
  void write(const LogEntry& entry);
  void flush();

 private:
  boost::asio::io_context& io_;
  std::FILE* file_ = nullptr;
  std::string pending_;
  bool flush_posted_ = false;
};

}  // namespace frontierd::originlab
