// The referee on the store's records: are they what was acknowledged, and can they be explained?
#include <algorithm>

#include "base/text.h"
#include "sim/referee.h"

namespace frontierd::sim {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kSmallPage = 16;  // what stays in the processor's cache is cheap to look at
constexpr std::size_t kExplained = 3;   // of each part
constexpr std::size_t kAttempts = 20;
constexpr std::size_t kIncidents = 10;

bool same(const Tally& a, const Tally& b) {
  return a.queued == b.queued && a.leased == b.leased && a.done == b.done && a.dropped == b.dropped;
}

std::string words(const Tally& tally) {
  return std::to_string(tally.queued) + " queued, " + std::to_string(tally.leased) + " leased, " +
         std::to_string(tally.done) + " done, " + std::to_string(tally.dropped) + " dropped";
}

bool says_all(const Explanation& told) {
  return !told.summary.empty() && !told.why.empty() && !told.next.empty();
}

}  // namespace

void Referee::compare_tally(Store& store) {
  const auto tally = store.tally();
  if (!tally || same(*tally, ledger_.tally())) return;
  breach(1, "the store counts " + words(*tally) + "; acknowledged were " + words(ledger_.tally()));
}

void Referee::compare(Store& store, Inspector& inspector, bool everything) {
  compare_tally(store);
  if (!everything) return;
  compared_ = UrlId::None;
  seen_ = 0;
  while (true) {
    const auto page = inspector.urls(std::nullopt, compared_, kPage);
    if (!page) return;
    for (const UrlRecord& record : *page) compare_url(record);
    if (page->empty()) return compare_count();
  }
}

void Referee::compare_part(Store& store, Inspector& inspector, std::size_t parts,
                           const ExplainView& view) {
  compare_tally(store);
  std::size_t left = ledger_.size() / std::max<std::size_t>(parts, 1) + 1;
  std::size_t explained = 0;
  while (left > 0) {
    const auto page = inspector.urls(std::nullopt, compared_, std::min(left, kSmallPage));
    if (!page) return;
    if (page->empty()) return compare_count();
    left -= page->size();
    for (const UrlRecord& record : *page) {
      compare_url(record);
      if (++explained <= kExplained) explain(inspector, record, view);
    }
  }
}

// At the end of all records: were any missing?
void Referee::compare_count() {
  if (seen_ != ledger_.size()) {
    breach(1, "the store holds " + std::to_string(seen_) + " URLs, acknowledged were " +
                  std::to_string(ledger_.size()));
  }
  compared_ = UrlId::None;
  seen_ = 0;
}

void Referee::compare_url(const UrlRecord& record) {
  compared_ = record.id;
  ++seen_;
  const UrlBook* url = ledger_.find(stable_hash(record.url));
  if (url == nullptr) return breach(1, record.url + " is stored but was never acknowledged");
  if (url->state != record.state) {
    return breach(1, record.url + " is " + std::string(to_string(record.state)) +
                         " in the store and ought to be " + std::string(to_string(url->state)));
  }
  if (record.state == UrlState::Done && record.revisit_at.has_value() != url->revisits) {
    breach(1, record.url + (url->revisits ? " was to be visited again, and will not be"
                                          : " is to be visited again, and nobody asked for it"));
  }
  if (record.state == UrlState::Queued && record.attempts != url->attempts) {
    breach(6, record.url + " has burnt " + std::to_string(record.attempts) +
                  " attempts in the store, it ought to be " + std::to_string(url->attempts));
  }
  const bool waits = record.state == UrlState::Queued && record.tries > 0;
  const bool dropped = record.state == UrlState::Dropped;
  if ((waits || dropped) && record.why.empty()) {
    breach(8, record.url + " is " + std::string(to_string(record.state)) + " without a reason");
  }
  if (dropped && !record.dropped_because) breach(8, record.url + " is dropped for no known reason");
}

// What a person is told who asks why, until when and because of which response.
void Referee::explain(Inspector& inspector, const UrlRecord& record, const ExplainView& view) {
  const auto host = inspector.host(record.host_key);
  const auto attempts = inspector.attempts(record.id, kAttempts);
  if (!host || !attempts || !*host) return;
  const HostNow host_now = view.host_now((*host)->entry);
  const Explanation told = explain_url(record, *attempts, *host, host_now, view.frontier);
  if (!says_all(told)) breach(8, record.url + " cannot be explained");
  if (record.tries > 0 && told.chain.empty()) {
    breach(8, record.url + " was asked for " + std::to_string(record.tries) +
                  " times, and of no attempt is anything told");
  }
  const bool open_ended = view.frontier.held && view.frontier.held->until == kNever;
  const bool rests = host_now.condition() == HostCondition::Resting && !open_ended;
  if (record.state == UrlState::Queued && rests && !told.until) {
    breach(8, record.url + " waits with its host, and nobody says until when");
  }
  explain_its_host(inspector, **host, view);
}

void Referee::explain_its_host(Inspector& inspector, const HostRecord& host,
                               const ExplainView& view) {
  const auto incidents = inspector.incidents(host.entry.id, kIncidents);
  if (!incidents) return;
  const HostNow host_now = view.host_now(host.entry);
  const Explanation told = explain_host(host, *incidents, host_now, view.frontier);
  if (!says_all(told)) breach(8, host.entry.key + " cannot be explained");
  const HostState& state = host.entry.state;
  if (state.incidents > 0 && told.chain.empty()) {
    breach(8, host.entry.key + " is in trouble, and of no incident is anything told");
  }
  if (state.breaker != Breaker::Closed && state.why.empty()) {
    breach(8, host.entry.key + " is in trouble for no known reason");
  }
  if (host_now.condition() == HostCondition::Resting && told.until != state.rest_until) {
    breach(8, host.entry.key + " rests, and is not said to until the end of its rest");
  }
}

}  // namespace frontierd::sim
