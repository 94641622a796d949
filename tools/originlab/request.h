// One HTTP/1.x request head. Strict where it protects the lab, and indifferent otherwise. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace frontierd::originlab {

struct Request {
  std::string method;
  std::string target;  // as sent, but for an absolute form, which is cut to its path
  std::string host;    // lower case, with the port if one was sent
  std::string agent;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  bool http10 = false;
  std::uint64_t body_size = 0;

  std::string_view header(std::string_view lower_name) const;
  bool wants_close() const;
  // True if the request asks caches for a fresh answer.
  bool past_cache() const;
  bool has_cookie(std::string_view name) const;
};

// `head` ends with the empty line. Nothing if it is not HTTP/1.x, or if its body has no plain
// length.
std::optional<Request> parse_request(std::string_view head);

}  // namespace frontierd::originlab
