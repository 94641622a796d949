#include "sim/referee.h"

#include <algorithm>
#include <array>

#include "base/boot_time.h"
#include "base/text.h"

namespace frontierd::sim {
namespace {

// Who is led to another host's robots.txt waits behind sixteen such errands at most, each after
// eight pages of that host: two hours at a gap of fifty seconds.
constexpr Millis kLedOnMost = std::chrono::hours{2};

constexpr std::size_t kPage = 1'000;

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

// What the store says after an operator's verb; what was told in the last minute stays told.
TroubleBook trouble_of(const HostState& state, TroubleBook former) {
  TroubleBook book;
  book.recent = std::move(former.recent);
  book.incidents = state.incidents;
  book.walls = state.walls;
  book.since = state.trouble_since;
  book.at = state.incident_at;
  book.rest_until = state.rest_until;
  book.good_to_go = 1'000;  // a new start: the steps made before it are not counted
  book.exhausted = state.exhausted;
  return book;
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

// After a reboot with a wall clock that is behind, what the last anchor did not know of is lived
// through again: less than the time between two anchors.
void Referee::clock_starts(Instant now, Instant latest) {
  born_at_ = truth_.now();
  const Millis back = latest - now;
  stepped_back_ = std::max(stepped_back_, back);
  if (back > kAnchorEvery) breach(3, "the clock went back by " + to_words(back));
}

// A host that might be asked and is not.
void Referee::look_around(Millis lag) {
  const Millis bound = kFairBound + policy_->pace.gap_max;
  for (const HostBook* host : hosts_.all()) {
    if (host->due.empty() || host->exhausted || host->wishes.paused || host->flights > 0) continue;
    if (leads_on(*host, kLedOnMost)) continue;
    const Instant due = host->due.begin()->first;
    const NameBook& name = *host->name;
    const Instant ready =
        std::max({host->touched(), host->asked_until, host->rest_until + lag, name.asked_until(),
                  name.rest_until() + lag, due + lag, shut_until(*host) + lag, held_until_});
    const Millis waits = truth_.now() - ready;
    // Schemes and ports of a name take turns: one gap for each of the others.
    const int others = static_cast<int>(name.hosts.size()) - 1;
    if (waits <= bound + policy_->pace.gap_max * others) continue;
    breach(9, host->key + " is ready and has waited " + to_words(waits) + ", bound " +
                  to_words(bound));
    held();  // once is enough
    return;
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
      const bool waited = url->state == UrlState::Queued && record.not_before <= url->due;
      if (record.state == UrlState::Queued && !waited) ledger_.requeue(*url, record.not_before);
      if (record.state == UrlState::Dropped) ledger_.drop(*url);
      if (record.state == UrlState::Done && !record.revisit_at) ledger_.strike(*url);
      const bool sooner = record.revisit_at && (!url->revisits || *record.revisit_at < url->due);
      if (record.state == UrlState::Done && sooner) ledger_.finish(*url, record.revisit_at);
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
    host->trouble = trouble_of(state, std::move(host->trouble));
    host->trouble_durable = host->trouble;
  }
}

}  // namespace frontierd::sim
