// What went over the wire for one flight, for the archive: heads as sent and received, and the
// payload as received (content-encoding kept, transfer-encoding undone by the fetcher).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace frontierd {

// A payload that may be larger than we want in memory. Immutable once landed.
class Payload {
 public:
  virtual ~Payload() = default;
  virtual std::uint64_t size() const = 0;
  // Fills `into` from `offset`; returns the bytes read, 0 only at the end.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const = 0;
};

struct Exchange {
  std::string request_head;      // "GET / HTTP/1.1\r\n...\r\n\r\n"; secrets already replaced
  std::string response_head;     // status line and fields as received; HTTP/2 written as HTTP/1.1 form
  std::shared_ptr<const Payload> payload;  // null when the body is empty
  std::string truncated;         // WARC-Truncated reason: "length", "time", "disconnect", or empty
};

}  // namespace frontierd
