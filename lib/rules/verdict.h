// What becomes of a URL after a landing. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/random.h"
#include "rules/host_state.h"
#include "rules/outcome.h"
#include "rules/policy.h"

namespace frontierd {

// Why a URL was given up. The schema's CHECK lists the same names.
enum class DropReason {
  Gone,
  Refused,
  BarredByRobots,
  OutOfScope,
  AddressBarred,  // resolves to an address we refuse to connect to
  AttemptsSpent,  // its own attempts, all failed
  HostExhausted,  // its host's incident budget is spent
  Walled,         // its host's wall did not open
  RedirectLimit,  // too many hops, or a redirect to itself
  BadRedirect,    // a redirect to something that is no http(s) URL
  Broken,
  Quarantined,  // it alone was in flight in each of our last crashes (suspicion.h)
  Operator,
};
inline constexpr int kDropReasons = 13;
std::string_view to_string(DropReason reason);  // "host_exhausted"
std::string_view in_words(DropReason reason);   // for people
std::optional<DropReason> parse_drop_reason(std::string_view name);
// Why the URLs of a host are given up that was given up for this class of trouble.
DropReason given_up_as(OutcomeClass rest_cls);

struct Done {
  std::optional<Instant> revisit_at;
  std::string why = {};  // where "fetched" does not say it
  bool operator==(const Done&) const = default;
};
struct Retry {
  Instant not_before = kLongAgo;
  bool burns_attempt = false;
  bool past_cache = false;  // the next request asks past the cache (Cache-Control: no-cache)
  std::string why;
  bool with_cookie = false;  // the next request sends what this answer set, held in memory only
  bool operator==(const Retry&) const = default;
};
struct Follow {
  std::string target;             // canonical
  Instant not_before = kLongAgo;  // RFC 9110 §10.2.3: Retry-After on a 3xx delays the next hop
  bool operator==(const Follow&) const = default;
};
struct Drop {
  DropReason because = DropReason::Gone;
  std::string why;
  bool operator==(const Drop&) const = default;
};
using Verdict = std::variant<Done, Retry, Follow, Drop>;

// When it is due again; kNever: not at all.
Instant due_of(const Verdict& verdict);

// What judge() must know about the URL.
struct UrlFacts {
  std::string url;          // canonical
  int attempts = 0;         // burnt so far, this one not counted
  int redirects = 0;        // hops that led here
  bool past_cache = false;  // this request already asked past the cache
  bool with_cookie = false;  // this request sent the cookie that the one before was given
};

// `host` is the host after settle(); `rested` says that settle() blamed the host for this landing.
Verdict judge(const Policy& policy, const UrlFacts& url, const Outcome& outcome,
              const HostState& host, bool rested, Instant now, Dice dice);

// A URL's own wait before attempt n + 1: exponential, full jitter, above a floor.
Millis backoff(const RetryPolicy& policy, int attempts, Dice dice);

}  // namespace frontierd
