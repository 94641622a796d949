#include "sim/referee.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "frontier/explain.h"

namespace frontierd::sim {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kSampled = 3;  // URLs whose record is looked at now and then

constexpr std::array<std::string_view, 12> kPromises{
    "liveness: every URL comes to rest once all faults heal",
    "nothing is lost",
    "at least once, never two at a time",
    "polite, always",
    "only-extend",
    "one incident, one step",
    "the host's trouble is not the URL's fault",
    "robots first",
    "explained",
    "fair",
    "bounded",
    "unknown"};

bool same(const Tally& a, const Tally& b) {
  return a.queued == b.queued && a.leased == b.leased && a.done == b.done && a.dropped == b.dropped;
}

TroubleBook trouble_of(const HostState& state) {
  TroubleBook book;
  book.incidents = state.incidents;
  book.walls = state.walls;
  book.since = state.trouble_since;
  book.at = state.incident_at;
  book.rest_until = book.rest_before = state.rest_until;
  book.good_to_go = 1'000;  // a new start: the steps made before it are not counted
  book.exhausted = state.exhausted;
  return book;
}

std::string words(const Tally& tally) {
  return std::to_string(tally.queued) + " queued, " + std::to_string(tally.leased) + " leased, " +
         std::to_string(tally.done) + " done, " + std::to_string(tally.dropped) + " dropped";
}

}  // namespace

std::string_view promise_in_words(int promise) {
  const auto last = static_cast<int>(kPromises.size()) - 1;
  return kPromises[static_cast<std::size_t>(std::clamp(promise, 0, last))];
}

Referee::Referee(std::shared_ptr<const Policy> policy, const Clock& truth)
    : policy_(std::move(policy)), truth_(truth), hosts_(policy_) {}

void Referee::set_policy(std::shared_ptr<const Policy> policy) {
  policy_ = policy;
  hosts_.set_policy(std::move(policy));
}

void Referee::breach(int promise, std::string what) {
  ++breach_count_;
  if (++kept_[promise] <= kBreachesKept) {
    breaches_.push_back({promise, truth_.now(), std::move(what)});
  }
}

// A host that might be asked and is not.
void Referee::look_around(Millis lag) {
  const Millis bound = kFairBound + policy_->pace.gap_max;
  for (const HostBook* host : hosts_.all()) {
    if (host->due.empty() || host->exhausted || host->wishes.paused || host->flights > 0) continue;
    const Instant due = host->due.begin()->first;
    const Instant ready = std::max({host->touched(), host->asked_until, host->rest_until + lag,
                                    due + lag, shut_until(*host) + lag, held_until_});
    const Millis waits = truth_.now() - ready;
    if (waits <= bound) continue;
    breach(9, host->key + " is ready and has waited " + to_words(waits) + ", bound " +
                  to_words(bound));
    held();  // once is enough
    return;
  }
}

void Referee::compare(Store& store, Inspector& inspector, bool everything) {
  const auto tally = store.tally();
  if (!tally) return;
  if (!same(*tally, ledger_.tally())) {
    breach(1,
           "the store counts " + words(*tally) + "; acknowledged were " + words(ledger_.tally()));
  }
  std::size_t seen = 0;
  if (everything) sampled_ = UrlId::None;
  while (true) {
    const auto page = inspector.urls(std::nullopt, sampled_, everything ? kPage : kSampled);
    if (!page) return;
    for (const UrlRecord& record : *page) {
      sampled_ = record.id;
      ++seen;
      compare_url(record);
      if (!everything) explain(inspector, record);
    }
    if (page->empty()) sampled_ = UrlId::None;
    if (!everything || page->empty()) break;
  }
  if (everything && seen != ledger_.size()) {
    breach(1, "the store holds " + std::to_string(seen) + " URLs, acknowledged were " +
                  std::to_string(ledger_.size()));
  }
}

void Referee::compare_url(const UrlRecord& record) {
  const UrlBook* url = ledger_.find(stable_hash(record.url));
  if (url == nullptr) return breach(1, record.url + " is stored but was never acknowledged");
  if (url->state != record.state) {
    return breach(1, record.url + " is " + std::string(to_string(record.state)) +
                         " in the store and ought to be " + std::string(to_string(url->state)));
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

void Referee::explain(Inspector& inspector, const UrlRecord& record) {
  const auto host = inspector.host(record.host_key);
  if (!host) return;
  HostNow host_now;
  FrontierNow frontier;
  frontier.now = truth_.now();
  const Explanation told = explain_url(record, {}, *host, host_now, frontier);
  if (told.summary.empty() || told.why.empty() || told.next.empty()) {
    breach(8, record.url + " cannot be explained");
  }
}

// After an operator's verb the store is asked what it did: it may touch any number of URLs.
void Referee::resync(Inspector& inspector) {
  UrlId after = UrlId::None;
  while (true) {
    const auto page = inspector.urls(std::nullopt, after, kPage);
    if (!page || page->empty()) break;
    for (const UrlRecord& record : *page) {
      after = record.id;
      UrlBook* url = ledger_.find(stable_hash(record.url));
      if (url == nullptr || record.state == UrlState::Leased) continue;
      if (record.state == UrlState::Queued) ledger_.requeue(*url, record.not_before);
      if (record.state == UrlState::Dropped) ledger_.drop(*url);
      url->attempts = record.attempts;
    }
  }
  for (HostBook* host : hosts_.all()) {
    const auto record = inspector.host(host->key);
    if (!record || !*record) continue;
    const HostState& state = (*record)->entry.state;
    if (state.rest_until < host->rest_until) host->asked_until = kLongAgo;
    host->rest_until = state.rest_until;
    host->rest_cls = state.rest_cls;
    host->exhausted = state.exhausted;
    host->trouble = trouble_of(state);
    host->trouble_durable = host->trouble;
  }
}

}  // namespace frontierd::sim
