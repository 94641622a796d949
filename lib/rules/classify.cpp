#include "rules/classify.h"

#include <algorithm>

#include "base/text.h"
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

Outcome of_transport(const FetchReport& report) {
  const Meaning meaning = meaning_of_transport(report);
  Outcome outcome;
  outcome.cls = meaning.cls;
  outcome.scope = meaning.scope;
  std::string what = std::string(to_string(report.transport)) + ": " + meaning.what;
  if (!report.detail.empty()) what += " (" + report.detail + ")";
  outcome.evidence.push_back(evidence(kTransportRule, Strength::Certain, what));
  return outcome;
}

// A body over our limit of an error answer is still that error: its head is enough to read.
bool has_answer(const FetchReport& report) {
  return report.transport == Transport::Ok ||
         (report.transport == Transport::BodyTooLarge && report.status >= 300);
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

void decide(const FetchReport& report, std::vector<SignatureMatch> matches, Outcome& outcome) {
  std::stable_sort(matches.begin(), matches.end(),
                   [](const auto& a, const auto& b) { return a.row->strength > b.row->strength; });
  const Meaning meaning = meaning_of_status(report);
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
  outcome.evidence.push_back(evidence(kStatusRule, Strength::Status, meaning.what));
  set_runner_up(outcome, meaning.cls, kStatusRule);
  add_names(matches, outcome);
}

}  // namespace

Outcome classify(const FetchReport& report, const SignatureTable& signatures) {
  if (!has_answer(report)) return of_transport(report);
  Outcome outcome;
  outcome.wait = asked_wait(report);
  outcome.hinted_wait = hinted_wait(report);
  Page page;
  read_page(report, page);
  decide(report, match_signatures(report, page, outcome.wait, signatures), outcome);
  if (outcome.evidence.size() > kEvidenceMax) outcome.evidence.resize(kEvidenceMax);
  if (outcome.cls == OutcomeClass::Moved) outcome.location = header(report, "location");
  if (is_quota_notice(outcome)) outcome.scope = Scope::Egress;
  return outcome;
}

}  // namespace frontierd
