#include "rules/robots_policy.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "rules/answer_facts.h"
#include "rules/header_value.h"
#include "rules/http_date.h"
#include "rules/retry_after.h"
#include "rules/robots.h"
#include "rules/robots_lines.h"

namespace frontierd {
namespace {

enum class Meaning { Rules, NoRules, Unchanged, NoAnswer, NotTheirs };

constexpr std::size_t kBinaryCheckBytes = 1'024;

bool is_success(int status) {
  return status >= 200 && status < 300;
}

bool is_redirect(int status) {
  return status >= 300 && status < 400 && status != 304;
}

Meaning meaning_of_success(const RobotsRules& policy, const FetchReport& report,
                           std::string_view body) {
  if (report.status == 202 && trim(body).empty()) return Meaning::NoAnswer;
  if (is_robots_file(body)) return Meaning::Rules;
  return policy.html_means_no_rules && trim(body).starts_with('<') ? Meaning::NoRules
                                                                   : Meaning::NoAnswer;
}

Meaning meaning_of(const RobotsRules& policy, const Outcome& outcome, const FetchReport& report,
                   std::string_view body, bool has_copy) {
  if (is_our_failure(report.transport)) return Meaning::NotTheirs;
  const Believed is = believed(report);
  const bool cut_at_our_limit = report.transport == Transport::BodyTooLarge;
  if (!is.head || (is_success(report.status) && !is.page && !cut_at_our_limit)) {
    return Meaning::NoAnswer;  // what we could not read is no permission
  }
  if (is_trouble(outcome.cls) || outcome.cls == OutcomeClass::StaleCopy) return Meaning::NoAnswer;
  if (is_success(report.status)) return meaning_of_success(policy, report, body);
  if (report.status == 304) return has_copy ? Meaning::Unchanged : Meaning::NoAnswer;
  if (report.status == 429) return Meaning::NoAnswer;
  return report.status >= 400 && report.status < 500 ? Meaning::NoRules : Meaning::NoAnswer;
}

// The value of a Cache-Control directive; empty where it has none, nothing where it is missing.
std::optional<std::string_view> directive(std::string_view cache_control, std::string_view name) {
  while (!cache_control.empty()) {
    const std::size_t end = cache_control.find(',');
    const std::string_view part = trim_ows(cache_control.substr(0, end));
    cache_control.remove_prefix(end == std::string_view::npos ? cache_control.size() : end + 1);
    if (!iequals(trim_ows(part.substr(0, part.find('='))), name)) continue;
    const std::size_t equals = part.find('=');
    return equals == std::string_view::npos ? std::string_view{}
                                            : trim_ows(part.substr(equals + 1));
  }
  return std::nullopt;
}

// What the response's own fields say of its lifetime (RFC 9111 §4.2.1), counted from receipt.
std::optional<Millis> stated_lifetime(const FetchReport& report) {
  const std::string cache_control = joined_value(report.headers, "Cache-Control").value_or("");
  if (directive(cache_control, "no-store") || directive(cache_control, "no-cache")) {
    return Millis{0};
  }
  const auto age = parse_delay_seconds(header(report, "Age")).value_or(Seconds{0});
  if (const auto value = directive(cache_control, "max-age")) {
    const bool quoted = value->size() >= 2 && value->front() == '"' && value->back() == '"';
    const auto lifetime =
        parse_delay_seconds(quoted ? value->substr(1, value->size() - 2) : *value);
    if (lifetime) return std::max(*lifetime - age, Seconds{0});
  }
  const auto expires = single_value(report.headers, "Expires");
  if (!expires) return std::nullopt;
  const auto at = parse_http_date(*expires, report.received_at);
  if (!at) return Millis{0};  // RFC 9111 §5.3: an invalid date is in the past
  const auto date = parse_http_date(header(report, "Date"), report.received_at);
  return std::max<Millis>(*at - date.value_or(report.received_at) - age, Millis{0});
}

Millis lifetime(const RobotsRules& policy, const FetchReport& report) {
  const Millis stated = stated_lifetime(report).value_or(policy.fresh_for);
  return std::min(std::max(stated, policy.fresh_min), policy.fresh_for);
}

std::string answer_in_words(const Outcome& outcome, const FetchReport& report) {
  if (report.status == 0)
    return "robots.txt gave no answer (" + std::string(to_string(report.transport)) + ")";
  return "robots.txt answered " + std::to_string(report.status) + " (" +
         std::string(to_string(outcome.cls)) + ")";
}

bool has_rules_copy(const std::optional<RobotsRecord>& previous) {
  return previous && previous->state == RobotsState::Rules;
}

// What is known of a fetch that brought no answer.
struct Silence {
  Instant at;
  int status = 0;
  Millis asked{0};  // how long the response asks to be left alone
  std::string why;
};

RobotsRecord without_answer(const RobotsRules& policy, Silence silence,
                            const std::optional<RobotsRecord>& previous) {
  RobotsRecord record;
  record.status = silence.status;
  record.fetched_at = silence.at;
  record.unreachable_since =
      previous && previous->unreachable_since ? previous->unreachable_since : silence.at;
  const Millis lasts = silence.at - *record.unreachable_since;
  const Millis wait = std::max({policy.unreachable_retry, lasts, silence.asked});
  record.expires_at = silence.at + std::min(wait, policy.fresh_for);
  record.why = std::move(silence.why);
  if (has_rules_copy(previous)) {
    record.state = RobotsState::Rules;
    record.body = previous->body;
    record.fetched_at = previous->fetched_at;
    record.why += "; its copy of " + to_iso(previous->fetched_at) + " serves meanwhile";
  } else if (lasts >= policy.unreachable_max && policy.allow_after_unreachable) {
    record.state = RobotsState::AllowAll;
    record.why += " for " + to_words(lasts) + "; treated as having no rules";
  } else {
    record.why += "; nothing is fetched until it answers";
  }
  return record;
}

Silence silence_of(const Outcome& outcome, const FetchReport& report,
                   std::string_view not_followed) {
  Silence silence{report.received_at, report.status, {}, answer_in_words(outcome, report)};
  if (outcome.wait) silence.asked = outcome.wait->length;
  if (!not_followed.empty()) {
    silence.why += ", which is not followed: " + std::string(not_followed);
  } else if (is_redirect(report.status)) {
    silence.why += ", which leads nowhere";
  } else if (is_success(report.status) && outcome.cls == OutcomeClass::Fetched) {
    silence.why = "robots.txt answered " + std::to_string(report.status) + " with something else";
  }
  return silence;
}

RobotsRecord not_theirs(const RobotsRules& policy, const FetchReport& report,
                        const std::optional<RobotsRecord>& previous) {
  RobotsRecord record = previous.value_or(RobotsRecord{});
  if (!previous) {
    record.fetched_at = report.received_at;
    record.why = "robots.txt could not be asked for (" + std::string(to_string(report.transport)) +
                 " on our side); nothing is fetched until it answers";
  }
  record.expires_at = std::max(record.expires_at, report.received_at + policy.unreachable_retry);
  return record;
}

}  // namespace

bool is_our_failure(Transport transport) {
  return transport == Transport::EgressFailed || transport == Transport::LocalFailure ||
         transport == Transport::Aborted;
}

bool is_robots_file(std::string_view body) {
  const std::string_view text = trim(body);
  if (text.empty()) return true;
  RobotsLines lines(body.substr(0, kRobotsSizeMax));
  for (RobotsLine line; lines.next(line);) {
    if (line.key == RobotsKey::UserAgent || line.key == RobotsKey::Sitemap) return true;
  }
  if (text.starts_with('<') || text.starts_with('{') || text.starts_with('[')) return false;
  return text.substr(0, kBinaryCheckBytes).find('\0') == std::string_view::npos;
}

RobotsRecord learn_robots(const RobotsRules& policy, const Outcome& outcome,
                          const FetchReport& report, std::string_view body,
                          const std::optional<RobotsRecord>& previous,
                          std::string_view not_followed) {
  const Meaning meaning = not_followed.empty()
                              ? meaning_of(policy, outcome, report, body, has_rules_copy(previous))
                              : Meaning::NoAnswer;
  if (meaning == Meaning::NotTheirs) return not_theirs(policy, report, previous);
  if (meaning == Meaning::NoAnswer) {
    return without_answer(policy, silence_of(outcome, report, not_followed), previous);
  }

  RobotsRecord record;
  record.fetched_at = report.received_at;
  record.expires_at = report.received_at + lifetime(policy, report);
  record.status = report.status;
  record.why = answer_in_words(outcome, report);
  if (meaning == Meaning::NoRules) {
    record.state = RobotsState::AllowAll;
    record.why += "; no rules hold";
    return record;
  }
  record.state = RobotsState::Rules;
  record.body = meaning == Meaning::Unchanged ? previous->body : body.substr(0, kRobotsSizeMax);
  record.why += meaning == Meaning::Unchanged ? "; the copy before it holds" : "; its rules hold";
  return record;
}

RobotsRecord robots_file(const RobotsRules& policy, const Outcome& outcome, std::string_view body) {
  FetchReport report;
  report.status = 200;
  if (body.size() > kRobotsSizeMax) report.transport = Transport::BodyTooLarge;
  return learn_robots(policy, outcome, report, body.substr(0, kRobotsSizeMax), std::nullopt);
}

RobotsRecord adopt_robots(const RobotsRules& policy, const RobotsRecord& theirs,
                          std::string_view url, const std::optional<RobotsRecord>& previous,
                          Instant now) {
  const std::string why = "robots.txt leads to " + std::string(url) + ": " + theirs.why;
  if (theirs.unreachable_since || is_shut(theirs)) {
    return without_answer(policy, {now, theirs.status, Millis{0}, why}, previous);
  }
  RobotsRecord record = theirs;
  record.why = why;
  return record;
}

RobotsRecord no_robots_answer(const RobotsRules& policy, std::string why,
                              const std::optional<RobotsRecord>& previous, Instant now) {
  return without_answer(policy, {now, 0, Millis{0}, std::move(why)}, previous);
}

Robots robots_of(const RobotsRecord& record, std::string_view agent) {
  switch (record.state) {
    case RobotsState::AllowAll:
      return Robots();
    case RobotsState::DisallowAll:
      return Robots::disallow_all();
    case RobotsState::Rules:
      break;
  }
  return Robots::parse_for(record.body, agent);
}

}  // namespace frontierd
