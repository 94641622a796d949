// One raw HTTP response, as `curl -i` prints it: a status line (HTTP/1.x, or HTTP/2 and 3 without a
// reason phrase), header lines, an empty line, the body as it is. Interim responses, proxy CONNECT
// answers and the earlier hops of followed redirects stand before it and are skipped. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "rules/report.h"

namespace frontierd {

inline constexpr std::size_t kRawHeadersMax = 1'000;  // header lines; more is refused

// The report of that response; url and received_at are left for the caller. Usage errors say what a
// raw response looks like. Line ends may be CRLF or LF.
Result<FetchReport> parse_raw_response(std::string_view text);

}  // namespace frontierd
