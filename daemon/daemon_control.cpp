#include "daemon/daemon_control.h"

#include <algorithm>

#include "daemon/version.h"
#include "rules/pace.h"
#include "rules/url.h"

namespace frontierd {

DaemonControl::DaemonControl(Dispatcher& dispatcher, Store& store, const Clock& clock,
                             const DaemonJournal& journal, const MetricsJournal& metrics,
                             ServiceHooks hooks)
    : dispatcher_(dispatcher),
      store_(store),
      clock_(clock),
      journal_(journal),
      metrics_(metrics),
      hooks_(std::move(hooks)),
      started_at_(clock.now()) {
  reload_.at = started_at_;
  reload_.what = "read at start";
}

void DaemonControl::describe(std::string store, std::size_t flights_max) {
  store_name_ = std::move(store);
  flights_max_ = flights_max;
}

StatusSnapshot DaemonControl::status() const {
  StatusSnapshot status;
  const Instant now = clock_.now();
  status.version = std::string(kVersion);
  status.store = store_name_;
  status.started_at = started_at_;
  status.frontier.now = now;
  status.frontier.paused = dispatcher_.paused();
  status.frontier.draining = dispatcher_.draining();
  status.frontier.held = dispatcher_.held(now);
  if (auto tally = store_.tally()) status.tally = *tally;
  status.flights = dispatcher_.flights();
  status.flights_max = flights_max_;
  status.pages_per_second = metrics_.pages_per_second(now);
  if (dispatcher_.schedule().size() <= WaitSurvey::kAtOnce) survey_step(now);
  status.waits = survey_.last();
  for (const EgressRule& rule : egresses_shown(dispatcher_.policy().egress)) {
    status.egresses.push_back(metrics_.egress(rule));
    status.egresses.back().health = dispatcher_.egresses().health(rule.name);
  }
  status.providers = dispatcher_.egresses().providers(now);
  status.archive = hooks_.archive();
  hooks_.queues(status);
  status.stores.push_back({"robots_cache", dispatcher_.robots().bytes(),
                           dispatcher_.policy().frontier.robots_cache});
  status.reload = reload_;
  return status;
}

void DaemonControl::survey_step(Instant now) const {
  const auto moment_of = [&](const HostSlot& slot) { return dispatcher_.moment(slot.entry, now); };
  survey_.step(dispatcher_.schedule(), dispatcher_.inactive(), moment_of, now);
}

HostNow DaemonControl::host_now(const HostEntry& host) const {
  const Instant now = clock_.now();
  const HostMoment moment = dispatcher_.moment(host, now);
  const HostSlot* slot = dispatcher_.schedule().find(host.id);
  return HostNow{moment.wait, dispatcher_.pace(host, now), slot != nullptr ? slot->flights : 0};
}

// Judges one seed; a good one becomes a candidate.
AdmitAnswer DaemonControl::judge_seed(const Seed& seed, std::vector<Candidate>& candidates) const {
  const auto url = Url::parse(seed.url);
  if (!url) return {AdmitVerdict::Rejected, std::string(reason(url.error()))};
  const ScopePolicy& scope = dispatcher_.policy().scope;
  if (auto bar = scope_bar(scope, url->host(), url->port(), url->text().size())) {
    return {AdmitVerdict::Rejected, std::move(*bar)};
  }
  Candidate candidate;
  candidate.url = url->text();
  candidate.host_key = url->host_key();
  candidate.priority = seed.priority;
  candidate.not_before = seed.not_before;
  candidate.metadata = seed.metadata;
  candidates.push_back(std::move(candidate));
  return {AdmitVerdict::Known, {}};
}

Result<std::vector<AdmitAnswer>> DaemonControl::admit(std::span<const Seed> seeds) {
  if (dispatcher_.draining()) {
    return fail(Errc::Unavailable, "the daemon is stopping; seed again once it is back");
  }
  TRY(hooks_.may_change());
  std::vector<Candidate> candidates;
  std::vector<AdmitAnswer> answers;
  answers.reserve(seeds.size());
  for (const Seed& seed : seeds) answers.push_back(judge_seed(seed, candidates));
  TRY_ASSIGN(const auto admissions, dispatcher_.admit(candidates, clock_.now()));
  TRY(store_.commit());
  std::size_t next = 0;
  for (AdmitAnswer& answer : answers) {
    if (answer.verdict == AdmitVerdict::Rejected) continue;
    if (admissions[next++].fresh) answer.verdict = AdmitVerdict::New;
  }
  hooks_.wake();
  return answers;
}

Result<void> DaemonControl::pause(bool paused) {
  TRY(hooks_.may_change());
  TRY(store_.set_note("paused", paused ? "1" : "0"));
  TRY(store_.commit());
  dispatcher_.pause(paused);
  hooks_.wake();
  return {};
}

Result<void> DaemonControl::set_wishes(const std::string& host_key, const HostWishes& wishes) {
  TRY(hooks_.may_change());
  TRY_ASSIGN(const auto entry, store_.host_by_key(host_key, clock_.now()));
  TRY(store_.set_wishes(entry.id, wishes));
  TRY(store_.commit());
  TRY(dispatcher_.refresh(entry.id, clock_.now()));
  hooks_.wake();
  return {};
}

Result<Retried> DaemonControl::retry(const UrlSelection& which) {
  TRY(hooks_.may_change());
  TRY_ASSIGN(const Retried changed, store_.retry(which, kSelectionBatchMax, clock_.now()));
  TRY(store_.commit());
  TRY(refresh(which, std::max(changed.urls, changed.new_starts) < kSelectionBatchMax));
  hooks_.wake();
  return changed;
}

// The schedule must see what is due again: one host, or (with the last batch of a wide selection)
// all.
Result<void> DaemonControl::refresh(const UrlSelection& which, bool last) {
  std::string key = which.host_key.value_or("");
  if (which.url) {
    if (const auto url = Url::parse(*which.url)) key = url->host_key();
  }
  if (key.empty()) return last ? dispatcher_.refresh(HostId::None, clock_.now()) : Result<void>{};
  TRY_ASSIGN(const auto entry, store_.host_by_key(key, clock_.now()));
  return dispatcher_.refresh(entry.id, clock_.now());
}

Result<std::uint64_t> DaemonControl::drop(const UrlSelection& which) {
  TRY(hooks_.may_change());
  TRY_ASSIGN(const auto changed, store_.drop(which, kSelectionBatchMax, clock_.now()));
  TRY(store_.commit());
  return changed;
}

Result<void> DaemonControl::drain() {
  hooks_.drain();
  return {};
}

}  // namespace frontierd
