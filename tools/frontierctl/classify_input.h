// The input of `frontierctl classify --jsonl`: one response as a JSON object a line.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "rules/report.h"

namespace frontierd {

// {"status": 503, "headers": [["Retry-After","5"], ...] or {"Retry-After": "5"}, "body": "..." or
// "body_b64": "...", "url": "...", "now": "2026-11-22T00:04:45Z", "id": "..."}. Only status is
// required; body_b64 wins over body; `now` is the receipt, and where it is missing received_at
// stays at kLongAgo for the caller to fill in. `id`, if wanted, becomes the object's id or "".
Result<FetchReport> report_from_json(std::string_view line, std::string* id);

}  // namespace frontierd
