// HTTP heads on their way into a record. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace frontierd {

inline constexpr std::string_view kRedacted = "[redacted]";

// The response head as it is archived: as received, except that
// - only the final response is kept when interim ones (1xx) stand before it,
// - folded lines are joined (RFC 9112 §5.2; many WARC readers stumble over them),
// - fields that describe a transfer coding which is no longer there are renamed to
//   X-Crawler-Transfer-Encoding and, beside it, X-Crawler-Content-Length: the payload is stored
//   without chunks, and a reader that trusted the old name would read chunk sizes out of the page,
// - it ends in exactly one empty line, so the payload begins where every reader looks for it.
std::string archived_response_head(std::string_view head);

// The request head with the values of these fields (names in any case) replaced by kRedacted.
std::string archived_request_head(std::string_view head, const std::vector<std::string>& secrets);

}  // namespace frontierd
