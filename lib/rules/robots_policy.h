// What a robots.txt fetch means (RFC 9309 §2.3.1), and how long it holds. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "rules/outcome.h"
#include "rules/policy.h"
#include "rules/report.h"

namespace frontierd {

class Robots;

// How many redirects the caller follows for a robots.txt, across hosts too (§2.3.1.2). The rules
// found hold for the host that was asked first.
inline constexpr int kRobotsRedirectsMax = 5;

enum class RobotsState { AllowAll, Rules, DisallowAll };

// What is known of a host's robots.txt. `why` says it in a sentence, for people.
struct RobotsRecord {
  RobotsState state = RobotsState::DisallowAll;
  Instant fetched_at = kLongAgo;             // of what holds: an old copy keeps its own
  Instant expires_at = kLongAgo;             // to be asked for again from then on
  std::optional<Instant> unreachable_since;  // set while robots.txt gives no usable answer
  std::string body;                          // Rules: the file, at most kRobotsSizeMax bytes
  std::string why;
  int status = 0;  // of the fetch that decided; 0: no HTTP answer
};

// It was we who failed: that says nothing of the host.
bool is_our_failure(Transport transport);

// The next record, from what a fetch of /robots.txt brought (its time is report.received_at) and
// the record before it, if any.
//   2xx            the rules; an empty file has none
//   304            the copy before it, fresh again
//   3xx            not followed to an end, whoever the reason is: no answer
//   4xx            no rules (§2.3.1.3)
//   anything else  no answer: nothing is allowed (§2.3.1.4), but a copy from before serves
//                  meanwhile
// tests/golden/robots/endings.tsv has every way a fetch can end. `not_followed` says why a redirect
// was not followed. §2.3.1.2 lets a crawler take more than five redirects for "unavailable", which
// allows everything. We do not: the site did say that there are rules, and that we did not go and
// look at them (five hops, a loop, a scheme, a URL that we do not accept, a host that may not be
// asked now) is no permission of theirs. §2.3.1.4 is the careful reading.
//
// Beyond the letter of the RFC, also no answer are: 429, any status whose outcome is a wall, a
// limit or other trouble, and a 2xx that is no robots file (HTML, JSON, binary, an empty 202),
// since a challenge page is not permission. Without an answer for policy.unreachable_max: the copy
// goes on serving; where there is none, policy.allow_after_unreachable decides. Our own failures
// (egress, local, aborted) change nothing but the time of the next try. Lifetime: Cache-Control or
// Expires, within policy.fresh_min .. fresh_for (§2.4: 24 h). Without an answer: again after
// policy.unreachable_retry, then each time after as long as the silence has lasted, at most
// fresh_for; later if the response asked for more. `body` is the decoded body up to kRobotsSizeMax,
// cut or whole; it must outlive the call only.
// Where there is no record before and the failure is ours (is_our_failure), nothing may be recorded
// at all: the caller only waits for policy.unreachable_retry.
RobotsRecord learn_robots(const RobotsRules& policy, const Outcome& outcome,
                          const FetchReport& report, std::string_view body,
                          const std::optional<RobotsRecord>& previous,
                          std::string_view not_followed = {});

// The next record of a host whose robots.txt leads to `url`, where another host's record already
// has the answer: it holds no longer than there. What is no answer there is none here.
RobotsRecord adopt_robots(const RobotsRules& policy, const RobotsRecord& theirs,
                          std::string_view url, const std::optional<RobotsRecord>& previous,
                          Instant now);

// The next record of a host whose robots.txt was not even asked for to the end, and why.
RobotsRecord no_robots_answer(const RobotsRules& policy, std::string why,
                              const std::optional<RobotsRecord>& previous, Instant now);

// No page may be fetched: there is no answer, and no earlier copy that could stand in.
inline bool is_shut(const RobotsRecord& record) {
  return record.state == RobotsState::DisallowAll;
}

// What a file means that an origin serves as its robots.txt, by the same rule: as if a plain 200
// brought it. `outcome` is what the file is taken for (a challenge page is no robots.txt).
RobotsRecord robots_file(const RobotsRules& policy, const Outcome& outcome, std::string_view body);

// The rules to ask, for this agent.
Robots robots_of(const RobotsRecord& record, std::string_view agent);

// The text can be meant as a robots.txt: blank, or with a User-agent or Sitemap line, or at least
// neither markup nor JSON nor binary.
bool is_robots_file(std::string_view body);

}  // namespace frontierd
