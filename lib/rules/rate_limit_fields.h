// What servers say about quotas in fields: the structured RateLimit and RateLimit-Policy
// (draft-ietf-httpapi-ratelimit-headers), the draft's older dictionary and triplets, and the
// X-RateLimit-* of the wild. Two questions: how long must we wait now that nothing is left, and
// what is the quota, so that we can stay below it. Pure; a malformed field counts as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "rules/outcome.h"
#include "rules/report.h"

namespace frontierd {

// The wait until an exhausted quota is renewed; nothing while anything is left of it, whatever the
// reset says. The first of these that yields a number wins:
//   1. RateLimit members with r=0 and a t, the largest t; or the dictionary remaining=0, reset=N
//   2. X-RateLimit-Reset-After, in seconds, with X-RateLimit-Remaining 0
//   3. for RateLimit-, X-RateLimit-, X-Rate-Limit-: Remaining 0 and Reset by magnitude, or else
//      ResetTime as a date
//   4. the reset of each exhausted dimension (x-ratelimit-remaining-requests: 0 goes with
//      x-ratelimit-reset-requests; anthropic-ratelimit-requests-remaining with ...-reset); the
//      longest of several
// Whatever the status: a 200 with nothing left asks for the same wait as the 429 that would follow.
std::optional<AskedWait> rate_limit_wait(const std::vector<Header>& headers, Instant now);

// What an exhausted limit says in a form that the order above does not know: a Reset as an RFC 3339
// date, as Mastodon sends it. A hint, which may lengthen our own back-off.
std::optional<Millis> rate_limit_hint(const std::vector<Header>& headers, Instant now);

// A quota of requests as published. Each part may be missing. With `remaining` and `reset`, the
// pace remaining / reset is the fastest that does not run into the limit.
struct Quota {
  std::optional<std::int64_t> limit;      // requests in a window
  std::optional<std::int64_t> remaining;  // requests left until `reset`
  std::optional<Millis> window;
  std::optional<Millis> reset;  // from `now`
  bool operator==(const Quota&) const = default;
};

// The strictest quota of requests that the response publishes, whatever its status. Quotas of
// bytes, of tokens and of concurrent requests are no quotas of requests and are passed over.
// Nothing from a cache's copy (Age above 0): the numbers were another's.
std::optional<Quota> published_quota(const std::vector<Header>& headers, Instant now);

}  // namespace frontierd
