#include "sim/url_ledger.h"

namespace frontierd::sim {

UrlBook* UrlLedger::find(std::uint64_t key) {
  const auto known = urls_.find(key);
  return known == urls_.end() ? nullptr : &known->second;
}

bool UrlLedger::admit(std::uint64_t key, HostBook& host, Instant due, int redirects) {
  const auto [place, fresh] = urls_.try_emplace(key);
  if (!fresh) return false;
  UrlBook& url = place->second;
  url.host = &host;
  url.key = key;
  url.due = due;
  url.redirects = redirects;
  ++tally_.queued;
  host.due.emplace(due, key);
  return true;
}

void UrlLedger::lease(UrlBook& url) {
  unplan(url);
  url.left = url.state;
  url.revisits = false;
  move(url, UrlState::Leased);
}

void UrlLedger::put_back(UrlBook& url, Instant due) {
  if (url.left == UrlState::Queued) return requeue(url, due);
  const int attempts = url.attempts;
  finish(url, due);
  url.attempts = attempts;
}

void UrlLedger::count_crash(const std::vector<UrlBook*>& in_hand) {
  std::unordered_map<std::uint64_t, int> before;
  for (UrlBook* url : in_hand) before[url->key] = url->crashes;
  for (auto& [key, url] : urls_) url.crashes = 0;
  for (UrlBook* url : in_hand) url->crashes = before[url->key] + 1;
}

void UrlLedger::requeue(UrlBook& url, Instant due) {
  unplan(url);
  move(url, UrlState::Queued);
  url.due = due;
  url.revisits = false;
  url.host->due.emplace(due, url.key);
}

void UrlLedger::finish(UrlBook& url, std::optional<Instant> revisit_at) {
  unplan(url);
  move(url, UrlState::Done);
  url.attempts = 0;
  url.revisits = revisit_at.has_value();
  if (!revisit_at) return;
  url.due = *revisit_at;
  url.host->due.emplace(url.due, url.key);
}

void UrlLedger::drop(UrlBook& url) {
  unplan(url);
  url.revisits = false;
  move(url, UrlState::Dropped);
}

void UrlLedger::strike(UrlBook& url) {
  unplan(url);
  url.revisits = false;
}

void UrlLedger::unplan(UrlBook& url) {
  if (url.state == UrlState::Queued || url.revisits) url.host->due.erase({url.due, url.key});
}

void UrlLedger::move(UrlBook& url, UrlState state) {
  --count(url.state);
  if (url.state == UrlState::Leased) leased_.erase(url.key);
  if (state == UrlState::Leased) leased_.insert(url.key);
  url.state = state;
  ++count(state);
}

std::uint64_t& UrlLedger::count(UrlState state) {
  switch (state) {
    case UrlState::Queued:
      return tally_.queued;
    case UrlState::Leased:
      return tally_.leased;
    case UrlState::Done:
      return tally_.done;
    case UrlState::Dropped:
      break;
  }
  return tally_.dropped;
}

}  // namespace frontierd::sim
