#include "rules/classify.h"

#include <algorithm>

#include "base/text.h"
#include "rules/answer_facts.h"
#include "rules/cache_proof.h"
#include "rules/page.h"
#include "rules/signature_match.h"
#include "rules/signature_row.h"
#include "rules/status_meaning.h"
#include "rules/wait.h"

namespace frontierd {
namespace {

constexpr std::string_view kStatusRule = "status-code";
constexpr std::string_view kTransportRule = "transport";
constexpr std::string_view kCacheRule = "cache-hit";
constexpr std::size_t kCookieMax = 4'096;  // bytes sent back on a second try

Evidence evidence(std::string_view rule, Strength strength, std::string_view what) {
  std::string text = for_message(what, kEvidenceTextMax - 8);
  text.resize(std::min(text.size(), kEvidenceTextMax));
  return {std::string(rule), strength, std::move(text)};
}

bool is_event(const SignatureMatch& match) {
  return match.row->strength != Strength::Name;
}

// An error that a cache may have kept. A wall is about us, whoever hands it out.
bool may_be_stale(const FetchReport& report, OutcomeClass cls) {
  return report.status >= 500 && is_trouble(cls) && cls != OutcomeClass::BotWalled;
}

std::string words_of_transport(const FetchReport& report, const Meaning& meaning) {
  std::string what = std::string(to_string(report.transport)) + ": " + meaning.what;
  if (!report.detail.empty()) what += " (" + report.detail + ")";
  return what;
}

Outcome of_transport(const FetchReport& report) {
  const Meaning meaning = meaning_of_transport(report);
  Outcome outcome;
  outcome.cls = meaning.cls;
  outcome.scope = meaning.scope;
  outcome.evidence.push_back(
      evidence(kTransportRule, Strength::Certain, words_of_transport(report, meaning)));
  return outcome;
}

// A page that did not come whole is no page: then the end of its transfer says what it is.
bool speaks_by_transport(const FetchReport& report, bool page) {
  return !page && report.status / 100 == 2;
}

Meaning plain_meaning(const FetchReport& report, bool page) {
  if (!speaks_by_transport(report, page)) return meaning_of_status(report);
  Meaning meaning = meaning_of_transport(report);
  meaning.what = words_of_transport(report, meaning);
  return meaning;
}

// What the answer sets, as the next request would send it (RFC 6265 §5.4); attributes are passed
// over, for it goes to this very URL, and at once.
std::string cookie_of(const FetchReport& report) {
  std::string all;
  for (const Header& field : report.headers) {
    if (!iequals(field.name, "set-cookie")) continue;
    const std::string_view pair = trim(std::string_view(field.value).substr(0, field.value.find(';')));
    if (pair.find('=') == std::string_view::npos || all.size() + pair.size() > kCookieMax) continue;
    all.append(all.empty() ? "" : "; ").append(pair);
  }
  return all;
}

void add_names(const std::vector<SignatureMatch>& matches, Outcome& outcome) {
  for (const SignatureMatch& match : matches) {
    if (is_event(match)) continue;
    if (outcome.vendor.empty()) outcome.vendor = match.row->vendor;
    outcome.evidence.push_back(evidence(match.row->id, Strength::Name, match.seen));
  }
}

void set_runner_up(Outcome& outcome, OutcomeClass cls, std::string_view rule) {
  if (!outcome.runner_up && cls != outcome.cls)
    outcome.runner_up = RunnerUp{cls, std::string(rule)};
}

// Good news with an exhausted quota is about us: the next request of this egress must wait.
bool is_quota_notice(const Outcome& outcome) {
  return is_good_news(outcome.cls) && outcome.wait &&
         !istarts_with(outcome.wait->source, "retry-after");
}

void decide(const FetchReport& report, bool page, std::vector<SignatureMatch> matches,
            Outcome& outcome) {
  std::stable_sort(matches.begin(), matches.end(),
                   [](const auto& a, const auto& b) { return a.row->strength > b.row->strength; });
  const Meaning meaning = plain_meaning(report, page);
  outcome.cls = meaning.cls;
  outcome.scope = meaning.scope;
  const bool signed_by_row = !matches.empty() && is_event(matches.front());
  if (signed_by_row) {
    outcome.cls = matches.front().row->cls;
    outcome.scope = matches.front().row->scope;
    outcome.vendor = matches.front().row->vendor;
  }
  const auto proof = may_be_stale(report, outcome.cls) ? cache_proof(report) : std::nullopt;
  if (proof) {
    outcome.cls = OutcomeClass::StaleCopy;
    outcome.scope = Scope::Url;
    outcome.evidence.push_back(evidence(kCacheRule, Strength::Certain, "from a cache: " + *proof));
  }
  for (const SignatureMatch& match : matches) {
    if (!is_event(match)) continue;
    outcome.evidence.push_back(evidence(match.row->id, match.row->strength, match.seen));
    set_runner_up(outcome, match.row->cls, match.row->id);
  }
  const std::string_view rule = speaks_by_transport(report, page) ? kTransportRule : kStatusRule;
  outcome.evidence.push_back(evidence(rule, Strength::Status, meaning.what));
  set_runner_up(outcome, meaning.cls, rule);
  add_names(matches, outcome);
}

}  // namespace

Outcome classify(const FetchReport& report, const SignatureTable& signatures) {
  const Believed is = believed(report);
  if (!is.head) return of_transport(report);
  Outcome outcome;
  outcome.wait = asked_wait(report);
  outcome.hinted_wait = hinted_wait(report);
  Page page;
  read_page(report, page);
  page.whole = is.amounts;
  decide(report, is.page, match_signatures(report, page, outcome.wait, signatures), outcome);
  const bool plain = outcome.cls == OutcomeClass::Unreachable || outcome.cls == OutcomeClass::Broken;
  outcome.partial = plain && came_in_part(report);
  outcome.again = outcome.partial || confirms_nothing(report);
  if (outcome.evidence.size() > kEvidenceMax) outcome.evidence.resize(kEvidenceMax);
  if (outcome.cls == OutcomeClass::Moved) {
    outcome.location = header(report, "location");
    outcome.cookie = cookie_of(report);
  }
  if (is_quota_notice(outcome)) outcome.scope = Scope::Egress;
  return outcome;
}

}  // namespace frontierd
