// The meaning of a fetch: one class of a closed list, what it is about, and why we think so.
// `Outcome` is the value that flows on; classify() (rules/classify.h) makes it from a report.
// Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace frontierd {

enum class OutcomeClass {
  Fetched,         // the real page
  Unchanged,       // 304
  Moved,           // 3xx with somewhere to go
  Gone,            // 404, 410, 451 and the like
  Refused,         // a plain permission answer
  RateLimited,     // we, or all of us, ask too much
  Overloaded,      // the origin cannot cope
  Maintenance,     // announced as such
  UpstreamFailed,  // something in front of the origin cannot reach it
  BotWalled,       // a challenge or denial aimed at automation
  StaleCopy,       // an error served from a cache: old news
  Unreachable,     // DNS, connect, TLS, timeout, reset
  Barred,          // by robots.txt or by scope; never fetched
  Broken,          // over a limit of ours, or not HTTP
};
inline constexpr int kOutcomeClasses = 14;

// What the answer is about: this URL, the whole host, or us as the host sees us.
enum class Scope { Url, Host, Egress };

// How much one sign proves; the order of research is kept: a stronger sign always wins.
enum class Strength {
  Name,       // names a vendor, proves nothing
  Status,     // the status code alone
  Weak,       // prose on a short page, together with the status
  Structure,  // element ids, script paths, exact titles
  Strong,     // a machine code, or a header together with the status
  Certain,    // a header set only on the event
};

struct Evidence {
  std::string rule;  // the signature's id, e.g. "cloudflare-challenge"
  Strength strength = Strength::Status;
  std::string what;  // what was seen, in words, at most kEvidenceTextMax bytes of printable text
  bool operator==(const Evidence&) const = default;
};
inline constexpr std::size_t kEvidenceTextMax = 200;
inline constexpr std::size_t kEvidenceMax = 8;  // kept per outcome, strongest first

// A wait that the response itself asks for (standards: Retry-After, RateLimit, X-RateLimit ...).
struct AskedWait {
  Millis length{0};      // 0: "now or already past"; never permission to retry at once
  std::string source;    // "Retry-After: 120"
  bool is_date = false;  // named as a moment, not as a length
  bool operator==(const AskedWait&) const = default;
};

struct RunnerUp {
  OutcomeClass cls = OutcomeClass::Fetched;
  std::string rule;
  bool operator==(const RunnerUp&) const = default;
};

struct Outcome {
  OutcomeClass cls = OutcomeClass::Fetched;
  Scope scope = Scope::Url;
  std::string vendor;             // who answered, where known: "cloudflare", "nginx", ...
  std::optional<AskedWait> wait;  // from headers
  std::optional<Millis>
      hinted_wait;                 // machine-readable hint in the body; may lengthen, never shorten
  std::vector<Evidence> evidence;  // strongest first; never empty
  std::optional<RunnerUp> runner_up;
  std::string location;  // Moved: the reference as received
  std::string cookie;    // Moved: what the answer sets, as a Cookie field; never stored
  // A refusal that may be a block of us rather than a word about this URL: worth another try.
  bool doubtful = false;
  bool again = false;    // worth another attempt, though the class alone would end it
  bool partial = false;  // a page in part: kept as it is, where no attempt brings all of it
  bool operator==(const Outcome&) const = default;
};

std::string_view to_string(OutcomeClass cls);  // "rate_limited"
std::string_view to_string(Scope scope);       // "url", "host", "egress"
std::string_view to_string(Strength strength);
std::optional<OutcomeClass> parse_outcome_class(std::string_view name);
std::optional<Scope> parse_scope(std::string_view name);
std::optional<Strength> parse_strength(std::string_view name);

// The host answered us properly, whatever it thought of this URL.
constexpr bool is_good_news(OutcomeClass cls) {
  return cls == OutcomeClass::Fetched || cls == OutcomeClass::Unchanged ||
         cls == OutcomeClass::Moved || cls == OutcomeClass::Gone || cls == OutcomeClass::Refused ||
         cls == OutcomeClass::Broken;
}
// Trouble that may be the host's, and then is not the URL's fault.
constexpr bool is_trouble(OutcomeClass cls) {
  return cls == OutcomeClass::RateLimited || cls == OutcomeClass::Overloaded ||
         cls == OutcomeClass::Maintenance || cls == OutcomeClass::UpstreamFailed ||
         cls == OutcomeClass::BotWalled || cls == OutcomeClass::Unreachable;
}

}  // namespace frontierd
