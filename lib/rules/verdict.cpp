#include "rules/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "rules/url.h"

namespace frontierd {
namespace {

struct ReasonText {
  std::string_view name;
  std::string_view words;
};
constexpr std::array<ReasonText, kDropReasons> kReasons{{
    {"gone", "the origin says it does not exist"},
    {"refused", "the origin refuses it to us"},
    {"barred_by_robots", "robots.txt bars it"},
    {"out_of_scope", "it is outside the configured scope"},
    {"address_barred", "its host resolves only to addresses we do not connect to"},
    {"attempts_spent", "every attempt of its own failed"},
    {"host_exhausted", "its host stayed in trouble until its budget of incidents was spent"},
    {"walled", "its host keeps a bot wall up against us"},
    {"redirect_limit", "it redirects too often, or to itself"},
    {"bad_redirect", "it redirects to something that is no http(s) URL"},
    {"broken", "its response breaks HTTP or one of our limits"},
    {"quarantined", "the daemon died too often while fetching it"},
    {"operator", "the operator dropped it"},
}};

std::string evidence_words(const Outcome& outcome) {
  std::string out(to_string(outcome.cls));
  if (!outcome.evidence.empty()) out += ": " + outcome.evidence.front().what;
  return out;
}

// A site that wants its cookie back gets it once, within this chain. It burns an attempt, so that
// nothing can make us go round for ever.
Verdict itself(const RetryPolicy& policy, const UrlFacts& url, const Outcome& outcome,
               Instant now) {
  if (outcome.cookie.empty()) return Drop{DropReason::RedirectLimit, "it redirects to itself"};
  if (url.with_cookie || url.attempts + 1 >= policy.attempts_max) {
    return Drop{DropReason::RedirectLimit,
                "it redirects to itself and sets a cookie; sending that back did not help"};
  }
  return Retry{now, true, url.past_cache,
               "it redirects to itself and sets a cookie; asked once more, with the cookie", true};
}

Verdict follow(const RetryPolicy& policy, const UrlFacts& url, const Outcome& outcome,
               Instant now) {
  const auto base = Url::parse(url.url);
  if (!base) return Drop{DropReason::BadRedirect, "its own URL no longer parses"};
  const auto target = base->resolve(outcome.location);
  if (!target) {
    return Drop{DropReason::BadRedirect, "Location: " + std::string(reason(target.error()))};
  }
  if (url.redirects + 1 > policy.redirects_max) {
    return Drop{DropReason::RedirectLimit,
                "more than " + std::to_string(policy.redirects_max) + " redirects in a row"};
  }
  if (target->text() == url.url) return itself(policy, url, outcome, now);
  const Millis wait = outcome.wait ? outcome.wait->length : Millis{0};
  return Follow{target->text(), now + std::min<Millis>(wait, std::chrono::hours{24})};
}

Done done(const RetryPolicy& policy, Instant now) {
  if (policy.revisit_after == Millis{0}) return {};
  return {now + policy.revisit_after, {}};
}

// A failure of its own: an attempt is burnt, and the last one drops it, or keeps what came.
Verdict own_failure(const Policy& policy, const UrlFacts& url, const Outcome& outcome, Instant now,
                    Dice dice) {
  const int spent = url.attempts + 1;
  if (spent >= policy.retry.attempts_max && outcome.partial) {
    Done kept = done(policy.retry, now);
    kept.why = "kept as far as it came, after " + std::to_string(spent) + " attempts: " +
               evidence_words(outcome);
    return kept;
  }
  if (spent >= policy.retry.attempts_max) {
    return Drop{DropReason::AttemptsSpent, "attempt " + std::to_string(spent) + " of " +
                                               std::to_string(policy.retry.attempts_max) + ", " +
                                               evidence_words(outcome)};
  }
  Millis wait = backoff(policy.retry, url.attempts, dice);
  if (outcome.wait) {
    const RestRule& rule = policy.rest.of(outcome.cls);
    wait = std::max(wait, std::min(outcome.wait->length, rule.asked_max));
  }
  return Retry{now + wait, true, false,
               evidence_words(outcome) + "; attempt " + std::to_string(spent) + " of " +
                   std::to_string(policy.retry.attempts_max)};
}

// The host was blamed: the URL waits with it and burns nothing.
Verdict with_host(const HostState& host, const Outcome& outcome, Instant now) {
  return Retry{now, false, false, evidence_words(outcome) + "; waits with its host: " + host.why};
}

Verdict stale(const Policy& policy, const UrlFacts& url, const Outcome& outcome, Instant now,
              Dice dice) {
  if (url.past_cache) return own_failure(policy, url, outcome, now, dice);
  return Retry{now + policy.retry.backoff_floor, false, true,
               evidence_words(outcome) + "; asked once more, past the cache"};
}

}  // namespace

std::string_view to_string(DropReason reason) {
  return kReasons[static_cast<std::size_t>(reason)].name;
}
std::string_view in_words(DropReason reason) {
  return kReasons[static_cast<std::size_t>(reason)].words;
}

std::optional<DropReason> parse_drop_reason(std::string_view name) {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (kReasons[i].name == name) return static_cast<DropReason>(i);
  }
  return std::nullopt;
}

Instant due_of(const Verdict& verdict) {
  if (const auto* retry = std::get_if<Retry>(&verdict)) return retry->not_before;
  const auto* done = std::get_if<Done>(&verdict);
  return done != nullptr ? done->revisit_at.value_or(kNever) : kNever;
}

Millis backoff(const RetryPolicy& policy, int attempts, Dice dice) {
  const double doubled =
      static_cast<double>(policy.backoff_base.count()) * std::exp2(std::min(attempts, 40));
  const double ceiling = std::min(doubled, static_cast<double>(policy.backoff_cap.count()));
  return policy.backoff_floor + Millis{static_cast<std::int64_t>(dice.unit * ceiling)};
}

DropReason given_up_as(OutcomeClass rest_cls) {
  if (rest_cls == OutcomeClass::BotWalled) return DropReason::Walled;
  return rest_cls == OutcomeClass::Barred ? DropReason::AddressBarred : DropReason::HostExhausted;
}

Verdict judge(const Policy& policy, const UrlFacts& url, const Outcome& outcome,
              const HostState& host, bool rested, Instant now, Dice dice) {
  switch (outcome.cls) {
    case OutcomeClass::Fetched:
    case OutcomeClass::Unchanged:
      return done(policy.retry, now);
    case OutcomeClass::Moved:
      return follow(policy.retry, url, outcome, now);
    case OutcomeClass::Gone:
      return Drop{DropReason::Gone, evidence_words(outcome)};
    case OutcomeClass::Refused:
      if (outcome.doubtful) {
        return Retry{now + backoff(policy.retry, 0, dice), false, url.past_cache,
                     evidence_words(outcome) + "; asked again before it is believed"};
      }
      return Drop{DropReason::Refused, evidence_words(outcome)};
    case OutcomeClass::Broken:
      if (outcome.again) return own_failure(policy, url, outcome, now, dice);
      return Drop{DropReason::Broken, evidence_words(outcome)};
    case OutcomeClass::Barred:
      return Drop{DropReason::AddressBarred, evidence_words(outcome)};
    case OutcomeClass::StaleCopy:
      return stale(policy, url, outcome, now, dice);
    case OutcomeClass::RateLimited:
    case OutcomeClass::Overloaded:
    case OutcomeClass::Maintenance:
    case OutcomeClass::UpstreamFailed:
    case OutcomeClass::BotWalled:
    case OutcomeClass::Unreachable:
      break;
  }
  if (rested || outcome.scope != Scope::Url) return with_host(host, outcome, now);
  return own_failure(policy, url, outcome, now, dice);
}

}  // namespace frontierd
