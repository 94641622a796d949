// The referee at the store's door: is what was decided true to what the origin meant, and is it
// written down?
#include <algorithm>

#include "base/text.h"
#include "rules/suspicion.h"
#include "sim/referee.h"

namespace frontierd::sim {
namespace {

// The whole host, or we as the host sees us: never this one URL.
bool is_hosts_trouble(const Meaning& meaning) {
  return is_trouble(meaning.cls) && meaning.scope != Scope::Url;
}

std::string verdict_in_words(const Verdict& verdict) {
  if (const auto* retry = std::get_if<Retry>(&verdict)) {
    return retry->burns_attempt ? "retry, an attempt burnt" : "retry";
  }
  if (const auto* drop = std::get_if<Drop>(&verdict)) {
    return "drop because " + std::string(to_string(drop->because));
  }
  return std::holds_alternative<Done>(verdict) ? "done" : "follow";
}

}  // namespace

void Referee::admitted(int daemon, std::span<const Candidate> candidates,
                       std::span<const Admission> admissions, Instant now) {
  Batch& batch = batches_[daemon];
  for (std::size_t i = 0; i < candidates.size() && i < admissions.size(); ++i) {
    HostBook& host = hosts_.at(candidates[i].host_key);
    hosts_.learn_id(admissions[i].host, host);
    if (candidates[i].redirects > policy_->retry.redirects_max) {
      breach(10, candidates[i].url + " is admitted beyond the limit of redirects");
    }
    const std::uint64_t url = stable_hash(candidates[i].url);
    const bool fresh = admissions[i].fresh;
    const int redirects = hops_to(batch, candidates[i]);
    batch.when_durable.push_back([this, url, &host, fresh, redirects,
                                  due = std::max(candidates[i].not_before, now),
                                  text = candidates[i].url] {
      const bool ours = ledger_.admit(url, host, due, redirects);
      if (ours != fresh) breach(1, text + (ours ? " is unknown to us" : " was known to us"));
    });
  }
}

void Referee::leased(int daemon, const Lease& lease) {
  HostBook& host = hosts_.at(lease.host_key);
  hosts_.learn_id(lease.host, host);
  aloft_[raw(lease.id)] = &host;
  if (lease.purpose != Purpose::Page) return;
  batches_[daemon].when_durable.push_back(
      [this, url = stable_hash(lease.url), text = lease.url, at = lease.leased_at] {
        UrlBook* book = ledger_.find(url);
        if (book == nullptr) return breach(1, text + " is leased but was never acknowledged");
        const bool waits = book->state == UrlState::Queued || book->revisits;
        if (!waits) breach(2, text + " is leased while " + std::string(to_string(book->state)));
        if (waits && at + stepped_back_ < book->due) breach(3, text + " is leased before its time");
        ledger_.lease(*book);
      });
}

void Referee::settled(int daemon, const Settlement& settlement) {
  Batch& batch = batches_[daemon];
  HostBook& host = hosts_.at(settlement.lease.host_key);
  const auto known = flights_.find(raw(settlement.lease.id));
  aloft_.erase(raw(settlement.lease.id));
  const Flight* flight = known == flights_.end() ? nullptr : &known->second;
  check_settlement(settlement, flight);
  if (settlement.lease.purpose == Purpose::Page) {
    expect_target(batch, settlement);
    batch.when_durable.push_back([this, known = judged(settlement, flight)] { apply(known); });
  }
  if (flight != nullptr) {
    if (const auto until = asked_until(*flight)) {
      batch.when_durable.push_back(
          [&host, until = *until] { host.asked_until = std::max(host.asked_until, until); });
    }
  }
  if (flight != nullptr && flight->quota_gap > Millis{0} && settlement.host) {
    batch.when_durable.push_back([&host, gap = flight->quota_gap, heard = flight->ended] {
      host.quota_gap = gap;
      host.quota_heard = heard;
    });
  }
  take_latency(batch, host, settlement, flight);
  take_trouble(batch, host, settlement, flight);
  if (settlement.robots) take_robots(batch, settlement, flight, host);
  if (known != flights_.end()) flights_.erase(known);
}

// As smoothed as the daemon has it, from what the origin took. What the daemon knew before is not
// known here, so that this is the least that it may have come to.
void Referee::take_latency(Batch& batch, HostBook& host, const Settlement& settlement,
                           const Flight* flight) {
  if (flight == nullptr || flight->answer.status == 0 || !settlement.record_attempt) return;
  const OutcomeClass cls = settlement.outcome.cls;
  if (cls == OutcomeClass::StaleCopy || cls == OutcomeClass::Barred) return;
  batch.when_durable.push_back([&host, took = flight->ended - flight->started] {
    host.latency = std::max(host.latency + (took - host.latency) / 5 - Millis{1}, Millis{0});
    ++host.latencies;
  });
}

void Referee::check_settlement(const Settlement& settlement, const Flight* flight) {
  check_words(settlement);
  if (flight != nullptr) {
    if (!flight->landed) breach(2, settlement.lease.url + " is settled while it flies");
    if (settlement.record_attempt) check_blame(settlement, *flight);
  }
  if (settlement.lease.attempts > policy_->retry.attempts_max) {
    breach(10, settlement.lease.url + " has burnt " + std::to_string(settlement.lease.attempts) +
                   " attempts");
  }
}

// Does the URL pay for what its host did?
void Referee::check_blame(const Settlement& settlement, const Flight& flight) {
  if (settlement.lease.purpose != Purpose::Page) return;
  const Meaning& meaning = flight.answer.meaning;
  const auto* retry = std::get_if<Retry>(&settlement.verdict);
  const std::string what =
      settlement.lease.url + ": the origin meant " + std::string(to_string(meaning.cls)) + " (" +
      std::string(to_string(meaning.scope)) + "), it was taken for " +
      std::string(to_string(settlement.outcome.cls)) + ": " + verdict_in_words(settlement.verdict);
  if (is_hosts_trouble(meaning) && (retry == nullptr || retry->burns_attempt)) breach(6, what);
  const bool served =
      meaning.cls == OutcomeClass::Fetched || meaning.cls == OutcomeClass::Unchanged;
  if (served && !std::holds_alternative<Done>(settlement.verdict)) breach(6, what);
  // What a mirror has not got, the host itself may have.
  const bool waits = retry != nullptr && !retry->burns_attempt;
  if (settlement.lease.stands_for && !served && !waits) breach(6, "of a mirror, " + what);
}

void Referee::check_words(const Settlement& settlement) {
  const std::string& url = settlement.lease.url;
  const auto* retry = std::get_if<Retry>(&settlement.verdict);
  const auto* drop = std::get_if<Drop>(&settlement.verdict);
  const bool wordless = (retry && retry->why.empty()) || (drop && drop->why.empty());
  if (wordless) breach(8, url + " waits or is dropped without a reason");
  if (settlement.record_attempt && settlement.outcome.evidence.empty()) {
    breach(8, url + " was judged without evidence");
  }
  if (settlement.incident && settlement.incident->why.empty()) {
    breach(8, settlement.lease.host_key + " rests without a reason");
  }
  if (settlement.host && settlement.host->breaker != Breaker::Closed &&
      settlement.host->why.empty()) {
    breach(8, settlement.lease.host_key + " is in trouble without a reason");
  }
  if (settlement.outcome.evidence.size() > kEvidenceMax) breach(10, url + ": too much evidence");
}

void Referee::apply(const Judged& judged) {
  UrlBook* url = ledger_.find(judged.url);
  if (url == nullptr) return breach(1, "a URL is settled that was never acknowledged");
  if (url->state != UrlState::Leased) return breach(2, "a URL is settled that is not leased");
  check_verdict(judged, *url);
  if (judged.recorded) url->crashes = 0;
  if (const auto* retry = std::get_if<Retry>(&judged.verdict)) {
    url->attempts += retry->burns_attempt ? 1 : 0;
    return ledger_.put_back(*url, retry->not_before);
  }
  if (std::holds_alternative<Drop>(judged.verdict)) return ledger_.drop(*url);
  const auto* done = std::get_if<Done>(&judged.verdict);
  ledger_.finish(*url, done != nullptr ? done->revisit_at : std::nullopt);
}

// Who is suspected of a crash waits apart from the others; only who was in hand in each of the last
// crashes_max, and alone in that, is set aside (rules/suspicion.h).
void Referee::reclaimed(int daemon, bool crashed, int crashes_max, Instant now) {
  shares_[daemon].restarted();
  batches_[daemon].when_durable.push_back([this, crashed, crashes_max, now] {
    std::vector<UrlBook*> in_hand;
    for (const std::uint64_t key : ledger_.leased()) {
      UrlBook* url = ledger_.find(key);
      if (!url->flying) in_hand.push_back(url);
    }
    if (crashed) ledger_.count_crash(in_hand);
    const auto at_most = std::count_if(in_hand.begin(), in_hand.end(), [&](const UrlBook* url) {
      return url->crashes >= crashes_max;
    });
    for (UrlBook* url : in_hand) {
      if (crashed && url->crashes >= crashes_max && at_most == 1) {
        ledger_.drop(*url);
        continue;
      }
      const bool suspected = crashed && url->crashes >= kSuspectedFrom;
      const Instant alone = now + suspect_wait(url->crashes, 0, 1);  // the first of them
      ledger_.put_back(*url, suspected ? std::max(url->due, alone) : url->due);
      if (suspected) url->due_surely = std::max(url->due, now + suspects_end(url->crashes));
    }
  });
}

void Referee::queue_dropped(int daemon, HostId id, DropReason because, const std::string& why,
                            std::size_t count) {
  HostBook* host = hosts_.find(id);
  if (host == nullptr || count == 0) return;
  if (why.empty()) {
    breach(8, host->key + ": its queue is dropped as " + std::string(to_string(because)) +
                  " without a reason");
  }
  if (!host->trouble.exhausted) {
    breach(6, host->key + ": its queue is dropped as " + std::string(to_string(because)) +
                  ", and it was never given up");
  }
  for (Dropped& drop : batches_[daemon].drops) {
    if (drop.host != host) continue;
    drop.count += count;
    return;
  }
  batches_[daemon].drops.push_back({host, count});
}

void Referee::state_set(int daemon, HostId id, const HostState& state) {
  HostBook* host = hosts_.find(id);
  if (host == nullptr) return;
  Batch& batch = batches_[daemon];
  check_lowered(batch, *host, state, false);
  check_escalation(*host, state, false);
  check_give_up(*host, state, nullptr);
  host->trouble.at = state.incident_at;
  if (state.quota_gap == Millis{0}) host->quota_gap = Millis{0};  // what was before it was heard
  take_state(batch, *host, state);
}

void Referee::wishes_set(int daemon, HostId id, const HostWishes& wishes) {
  HostBook* host = hosts_.find(id);
  if (host == nullptr) return;
  // The dispatcher reads the host anew: a step of recovery that was not stored is made again.
  if (host->trouble.incidents > 0)
    host->trouble.good_to_go = good_answers_to_close(*policy_) + host->flights;
  batches_[daemon].when_durable.push_back([host, wishes] { host->wishes = wishes; });
}

void Referee::operator_changed(int daemon) {
  batches_[daemon].operator_changed = true;
}

// Many unrelated hosts failed at once: their rests may be given back.
void Referee::our_trouble() {
  troubled_ = true;
  for (auto& [daemon, batch] : batches_) batch.our_trouble = true;
  for (HostBook* host : hosts_.all()) {  // what was learnt may be taken back
    host->latencies = 0;
    host->latency = Millis{0};
  }
  held();
}

void Referee::committed(int daemon, Inspector& inspector) {
  Batch& batch = batches_[daemon];
  if (!batch.our_trouble) {
    for (std::string& what : batch.lowered) breach(4, std::move(what));
  }
  for (const Followed& target : batch.followed) {
    breach(1, target.text + ", where a redirect led, is not admitted with it");
  }
  for (const auto& apply_one : batch.when_durable) apply_one();
  if (!batch.drops.empty()) resolve_drops(batch, inspector);
  if (batch.operator_changed) resync(inspector);
  batch = {};
}

void Referee::abandoned(int daemon) {
  batches_.erase(daemon);
  aloft_.clear();
  for (HostBook* host : hosts_.all()) host->trouble = host->trouble_durable;
}

// A host was given up. Which of its URLs are dropped only the store knows: exactly so many.
void Referee::resolve_drops(Batch& batch, Inspector& inspector) {
  for (const Dropped& drop : batch.drops) {
    std::vector<UrlBook*> waiting;
    for (const auto& [due, key] : drop.host->due) {
      UrlBook* url = ledger_.find(key);
      if (url->state == UrlState::Queued) waiting.push_back(url);
    }
    std::size_t found = 0;
    if (drop.count >= waiting.size()) {
      for (UrlBook* url : waiting) ledger_.drop(*url);
      found = waiting.size();
    } else {
      found = give_up_stored(*drop.host, inspector);
    }
    if (found == drop.count) continue;
    breach(1, drop.host->key + ": " + std::to_string(drop.count) +
                  " of its URLs were given up, and we count " + std::to_string(found));
  }
}

std::size_t Referee::give_up_stored(HostBook& host, Inspector& inspector) {
  std::size_t found = 0;
  UrlId after = UrlId::None;
  while (true) {
    const auto page = inspector.urls(std::nullopt, after, 1'000);
    if (!page || page->empty()) return found;
    for (const UrlRecord& record : *page) {
      after = record.id;
      UrlBook* url = ledger_.find(stable_hash(record.url));
      if (url == nullptr || url->host != &host) continue;
      if (url->state != UrlState::Queued || record.state != UrlState::Dropped) continue;
      ledger_.drop(*url);
      ++found;
    }
  }
}

}  // namespace frontierd::sim
