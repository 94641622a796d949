// The wait that a response itself asks for. Caps, floors and jitter are policy and come later.
// `now` is report.received_at. Pure.
#pragma once

#include <optional>

#include "rules/outcome.h"
#include "rules/report.h"

namespace frontierd {

// From the fields: Retry-After first (retry_after.h), which always takes precedence, then the rate
// limit fields (rate_limit_fields.h). Whatever the status. Length 0 means that a moment was named
// and is past; nothing means that nothing usable was said. Neither permits an immediate retry.
std::optional<AskedWait> asked_wait(const FetchReport& report);

// From machine-readable hints, the longest of several; such a hint may lengthen a wait and never
// shortens one. In the body, within the first kJsonScanMax bytes:
//   retry_after, retry_after_seconds, retryAfter, retryAfterSeconds: seconds, at the top or
//   directly
//     under error, errors, parameters or detail; with _ms, Ms: milliseconds   (status 400 and
//     above)
//   google.rpc.RetryInfo: its retryDelay, "30s"                               (status 400 and
//   above) backoff beside quota_remaining or quota_max: seconds                      (any status)
//   retry_after in the front matter of a Markdown error page                  (status 400 and
//   above)
// In fields that are no standard: x-amz-retry-after (milliseconds), grpc-retry-pushback-ms,
// X-Retry-In (a duration with units).
// Never longer than kHintedWaitMax: a body is easier to get wrong than a field.
std::optional<Millis> hinted_wait(const FetchReport& report);
inline constexpr Millis kHintedWaitMax = std::chrono::hours{24};

}  // namespace frontierd
