// Errands: fetches that are no rows of a queue. robots.txt gates its host (RFC 9309), its redirects
// may lead over other hosts, and each hop waits for that host's politeness; a probe asks whether a
// host that could not cope can cope again.
//
// Where redirects lead to one host from many, that host has little of it: one request serves all
// who wait for the same URL, its own fresh record answers without a request, and of the rest, at
// most kForOthersMax wait, one for every kOwnTurns pages of its own that are due. They are followed
// out of page scope, too: scope says which pages are wanted, not whose rules hold.
#include <algorithm>

#include "base/check.h"
#include "frontier/dispatcher.h"
#include "rules/robots_policy.h"

namespace frontierd {
namespace {

// After these the trial is a cheap request, not a page: it asks whether the host can cope at all.
bool probes_by_errand(OutcomeClass cls) {
  return cls == OutcomeClass::Overloaded || cls == OutcomeClass::UpstreamFailed ||
         cls == OutcomeClass::Unreachable;
}

// Redirects to one host that may wait there; the next one is not followed.
constexpr std::size_t kForOthersMax = 16;
constexpr int kOwnTurns = 8;
// Hosts answered by one landing at once; each may take half a MiB of robots.txt into the store.
constexpr std::size_t kAnswersAtOnce = 32;

// What a stranger sent, for a sentence that is stored: without whatever may be a password. Up to the
// last @ of all, for what is no URL has no authority to end it.
std::string shown(std::string_view text) {
  const std::size_t at = text.rfind('@');
  std::string out = at == std::string_view::npos ? "" : "...";
  out += text.substr(at == std::string_view::npos ? 0 : at, 200);
  std::replace_if(out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace

std::optional<LeaseRequest> Dispatcher::errand_for(HostSlot& slot, Instant now) {
  const HostState& state = slot.entry.state;
  const bool robots_stale = policy_->robots.obey && slot.entry.robots_until <= now;
  const bool probing = state.breaker == Breaker::Probing && probes_by_errand(state.rest_cls);
  // While it is shut no page can be the trial after a rest.
  const bool shut =
      policy_->robots.obey && slot.shut_until > now && state.breaker != Breaker::Closed;
  if (!slot.errand && !slot.awaiting_robots && (robots_stale || probing || shut)) {
    const auto base = Url::parse(slot.entry.key + "/");
    CHECK(base.has_value());
    if (probing && !robots_stale && !shut && !slot.rule.health_path.empty()) {
      const auto health = base->resolve(slot.rule.health_path);
      slot.errand = Errand{Purpose::Probe, health ? health->text() : base->text()};
    } else {
      slot.errand = Errand{Purpose::Robots, base->robots().text()};
      slot.awaiting_robots = true;
      waiters_.join(slot.errand->url, {slot.entry.id, {}});
    }
  }
  if (slot.errand) return LeaseRequest{slot.entry.id, slot.errand->purpose, slot.errand->url};
  if (slot.for_others.empty()) return std::nullopt;
  const Instant own = slot.entry.has_queue ? slot.entry.next_due : kNever;
  const bool may = !slot.awaiting_robots && slot.shut_until <= now;
  const bool page_due = may && std::min(own, stand_in_due(slot, now)) <= now;
  if (page_due && slot.own_turns < kOwnTurns) return std::nullopt;
  return LeaseRequest{slot.entry.id, Purpose::Robots, slot.for_others.front()};
}

Errand Dispatcher::take_errand(HostSlot& slot, const Lease& lease) {
  Errand errand{lease.purpose, lease.url};
  if (slot.errand && slot.errand->url == lease.url) {
    slot.errand.reset();
    return errand;
  }
  CHECK(!slot.for_others.empty() && slot.for_others.front() == lease.url);
  slot.for_others.pop_front();
  slot.own_turns = 0;
  return errand;
}

// Where a redirected robots.txt goes on, if it does (RFC 9309 §2.3.1.2).
Result<RobotsHop> Dispatcher::follow_robots(const Landing& landing, const Outcome& outcome,
                                                  RobotsWaiter waiter, Instant now) {
  if (outcome.cls != OutcomeClass::Moved) return RobotsHop{};
  const auto refused = [](std::string why) { return RobotsHop{false, std::nullopt, std::move(why)}; };
  if (waiter.asked.size() > kRobotsRedirectsMax) {
    return refused("it would be redirect " + std::to_string(waiter.asked.size()) + ", at most " +
                   std::to_string(kRobotsRedirectsMax) + " are followed");
  }
  const auto base = Url::parse(landing.lease.url);
  CHECK(base.has_value());
  const auto target = base->resolve(outcome.location);
  if (!target) {
    return refused("\"" + shown(outcome.location) + "\" is no URL that we ask for: " +
                   std::string(reason(target.error())));
  }
  if (const auto bar = port_bar(policy_->scope, target->port())) {
    return refused("the URL there is " + *bar);
  }
  const auto most = static_cast<std::size_t>(policy_->scope.url_max);  // it waits in memory
  if (target->text().size() > most) {
    return refused("the URL there is longer than scope.url_max, " + std::to_string(most) + " bytes");
  }
  const std::string to = shown(target->text());
  if (waiter.has_asked(target->text())) return refused("it leads in a circle, to " + to);
  TRY_ASSIGN(auto entry, store_.host_by_key(std::string(target->host_key()), now));
  HostSlot* slot = schedule_.find(entry.id);
  const HostEntry& known = slot != nullptr ? slot->entry : entry;
  TRY_ASSIGN(auto answer, known_answer(*target, known, waiter, now));
  if (answer) return RobotsHop{false, std::move(answer), {}};
  if (known.wishes.paused) return refused("an operator has paused the host of " + to);
  if (known.state.exhausted) return refused("the host of " + to + " is given up");
  if (const Instant until = rests_until(known); until > now) {
    return refused("the host of " + to + " rests until " + to_iso(until));
  }
  if (slot == nullptr) slot = &load(std::move(entry), now, true);
  std::string why = ask_there(*slot, *target, std::move(waiter), now);
  if (slot->entry.id != landing.lease.host) replace(*slot, now);
  return RobotsHop{why.empty(), std::nullopt, std::move(why)};
}

// Where it leads to what has been asked for lately, for that host itself or for another one.
Result<std::optional<RobotsRecord>> Dispatcher::known_answer(const Url& target,
                                                             const HostEntry& there,
                                                             const RobotsWaiter& waiter,
                                                             Instant now) {
  const bool own = target.robots().text() == target.text();
  const HostId from = own ? there.id : waiters_.answered_for(target.text(), now);
  if (from == HostId::None || from == waiter.host) return std::optional<RobotsRecord>();
  if (own && there.robots_until <= now) return std::optional<RobotsRecord>();
  TRY_ASSIGN(const auto theirs, store_.robots(from));
  const bool fresh = theirs && theirs->expires_at > now &&
                     (own || theirs->expires_at == waiters_.answered_until(target.text()));
  if (!fresh) return std::optional<RobotsRecord>();
  TRY_ASSIGN(const auto previous, store_.robots(waiter.host));
  return std::optional(adopt_robots(policy_->robots, *theirs, target.text(), previous, now));
}

// Joins who waits for that URL, or has it asked for; words: it may not.
std::string Dispatcher::ask_there(HostSlot& slot, const Url& target, RobotsWaiter waiter,
                                  Instant now) {
  const bool own = target.robots().text() == target.text() && slot.entry.robots_until <= now &&
                   !slot.awaiting_robots && !slot.errand;
  const bool full = slot.for_others.size() >= kForOthersMax || !waiters_.has_room();
  if (full && !own && !waiters_.waits(target.text())) {
    return "too many hosts lead to " + slot.entry.key + " already";
  }
  if (!waiters_.join(target.text(), std::move(waiter))) return {};
  if (own) {  // what is learnt there holds for that host, too
    slot.errand = Errand{Purpose::Robots, target.text()};
    slot.awaiting_robots = true;
    waiters_.join(target.text(), {slot.entry.id, {}});
  } else {
    slot.for_others.push_back(target.text());
  }
  return {};
}

Result<void> Dispatcher::weigh_errand(const Landing& landing, const Errand& errand,
                                      const HostSlot& slot, Settlement& settlement, Instant now) {
  const Outcome& outcome = settlement.outcome;
  if (errand.purpose != Purpose::Robots) {
    settlement.verdict = Done{std::nullopt, "the probe was answered"};
    if (is_trouble(outcome.cls)) {
      settlement.verdict = Retry{slot.entry.state.rest_until, false, false,
                                 "the probe failed: " + std::string(to_string(outcome.cls))};
    }
    return {};
  }
  settlement.verdict = Done{std::nullopt, "robots.txt leads on, to " + shown(outcome.location)};
  const std::vector<RobotsWaiter> waiters = waiters_.take(errand.url);
  for (std::size_t i = 0; i < waiters.size(); ++i) {
    if (i >= kAnswersAtOnce && settlement.robots && outcome.cls != OutcomeClass::Moved) {
      waiters_.put_off({waiters[i].host, settlement.robots_for, errand.url});
    } else {
      TRY(answer_waiter(waiters[i], landing, settlement, now));
    }
  }
  return {};
}

Result<void> Dispatcher::answer_waiter(const RobotsWaiter& waiter, const Landing& landing,
                                       Settlement& settlement, Instant now) {
  HostSlot* owner = schedule_.find(waiter.host);
  if (owner == nullptr) return {};  // forgotten meanwhile; it will ask again
  TRY_ASSIGN(RobotsHop hop, follow_robots(landing, settlement.outcome, waiter, now));
  if (hop.goes_on) return {};
  if (!hop.answer) {
    TRY_ASSIGN(const auto previous, store_.robots(waiter.host));
    const Transport transport = landing.report.transport;
    if (!previous && is_our_failure(transport)) {
      wait_after_our_failure(*owner, landing, settlement, now);
      return {};
    }
    hop.answer = learn_robots(policy_->robots, settlement.outcome, landing.report,
                              landing.robots_body, previous, hop.refused);
    waiters_.answered(landing.lease.url, waiter.host, hop.answer->expires_at);
    if (waiter.asked.size() > 1) {
      hop.answer->why = "it leads to " + shown(landing.lease.url) + ": " + hop.answer->why;
    }
  }
  TRY(learn_robots_of(*owner, std::move(*hop.answer), &landing, &settlement, now));
  if (owner->entry.id == landing.lease.host) return {};
  // What was learnt (a Crawl-delay) holds for the request that led elsewhere, too.
  owner->ready_at = std::max(owner->ready_at, now + pace(owner->entry, now).from_start());
  replace(*owner, now);
  return {};
}

// It was we who failed, and nothing is known of this host: that stays so, nothing is put on record.
void Dispatcher::wait_after_our_failure(HostSlot& owner, const Landing& landing,
                                        Settlement& settlement, Instant now) {
  const Instant again = now + policy_->robots.unreachable_retry;
  owner.awaiting_robots = false;
  owner.shut_until = again;
  owner.our_failure = landing.report.detail.empty()
                          ? std::string(to_string(landing.report.transport))
                          : landing.report.detail.substr(0, 200);
  // A trial after a rest does not heed what is shut.
  if (owner.entry.state.breaker != Breaker::Closed)
    owner.ready_at = std::max(owner.ready_at, again);
  settlement.verdict =
      Retry{again, false, false, "we failed to ask for robots.txt: " + owner.our_failure};
  replace(owner, now);
}

// `landing` and `settlement`: the flight that brought it; null where there was none.
Result<void> Dispatcher::learn_robots_of(HostSlot& owner, RobotsRecord record,
                                         const Landing* landing, Settlement* settlement,
                                         Instant now) {
  const RobotsRules& rules = policy_->robots;
  robots_.put(rules.agent, owner.entry.id, record);
  owner.awaiting_robots = false;
  owner.entry.robots_until = record.expires_at;
  owner.shut_until = is_shut(record) ? record.expires_at : kLongAgo;
  owner.our_failure.clear();
  if (record.unreachable_since) journal_.robots_silent(owner.entry.key, record);
  const Millis delay =
      robots_.crawl_delay(rules.agent, owner.entry.id, rules.crawl_delay_max).value_or(Millis{0});
  const bool own_flight = settlement != nullptr && owner.entry.id == settlement->lease.host;
  // Where we do not connect for robots.txt we do not connect for a page: no use in asking on.
  const bool barred = own_flight && landing->report.transport == Transport::AddressBarred;
  const bool given_up = is_shut(record) && !rules.allow_after_unreachable &&
                        record.unreachable_since &&
                        now - *record.unreachable_since >= rules.unreachable_max;
  HostState& state = owner.entry.state;
  if (delay != state.crawl_delay || given_up || barred) {
    state.crawl_delay = delay;
    if (barred) state.rest_cls = OutcomeClass::Barred;
    if (barred || given_up) {
      state.exhausted = true;
      state.why = barred ? landing->report.detail : record.why;
    }
    if (own_flight) {
      settlement->host = state;
    } else {
      learned_elsewhere_.emplace_back(owner.entry.id, state);
    }
  }
  if (settlement == nullptr || settlement->robots) return store_.set_robots(owner.entry.id, record);
  if (record.unreachable_since || is_shut(record)) {
    settlement->verdict = Retry{record.expires_at, false, false, record.why};
  } else {
    settlement->verdict = Done{std::nullopt, record.why};
  }
  settlement->robots = std::move(record);
  settlement->robots_for = owner.entry.id;
  return {};
}

// This host will not run errands for a while, and why: who waits for them has no answer.
Result<void> Dispatcher::fail_errands(HostSlot& slot, const std::string& why, Instant now) {
  if (slot.errand && slot.errand->purpose == Purpose::Robots) {
    TRY(fail_waiters(slot.errand->url, slot, why, now));
  }
  slot.errand.reset();
  for (const std::string& url : std::exchange(slot.for_others, {})) {
    TRY(fail_waiters(url, slot, why, now));
  }
  return {};
}

Result<void> Dispatcher::fail_waiters(const std::string& url, const HostSlot& slot,
                                      const std::string& why, Instant now) {
  for (const RobotsWaiter& waiter : waiters_.take(url)) {
    HostSlot* owner = schedule_.find(waiter.host);
    if (owner == nullptr) continue;
    owner->awaiting_robots = false;
    if (owner == &slot) continue;  // its own: asked again when it may be asked at all
    TRY_ASSIGN(const auto previous, store_.robots(waiter.host));
    std::string words = "robots.txt leads to " + shown(url) + ", whose host " + why;
    const Instant until = slot.entry.state.rest_until;
    if (until > now) words += " until " + to_iso(until);
    TRY(learn_robots_of(*owner, no_robots_answer(policy_->robots, words, previous, now), nullptr,
                        nullptr, now));
    replace(*owner, now);
  }
  return {};
}

// Its end says nothing of anybody: who waits for it asks again.
void Dispatcher::drop_errand(const Errand& errand, Settlement& settlement, std::string why,
                             Instant now) {
  settlement.verdict = Retry{now, false, false, std::move(why)};
  abandon_errand(errand, now);
}

void Dispatcher::abandon_errand(const Errand& errand, Instant now) {
  if (errand.purpose != Purpose::Robots) return;
  for (const RobotsWaiter& waiter : waiters_.take(errand.url)) {
    HostSlot* owner = schedule_.find(waiter.host);
    if (owner == nullptr) continue;
    owner->awaiting_robots = false;
    replace(*owner, now);
  }
}

Result<void> Dispatcher::answer_put_off(Instant now) {
  for (const RobotsPutOff& one : waiters_.take_put_off(kAnswersAtOnce)) {
    HostSlot* owner = schedule_.find(one.host);
    if (owner == nullptr) continue;
    TRY_ASSIGN(const auto theirs, store_.robots(one.from));
    TRY_ASSIGN(const auto previous, store_.robots(one.host));
    if (theirs) {
      TRY(learn_robots_of(*owner, adopt_robots(policy_->robots, *theirs, one.url, previous, now),
                          nullptr, nullptr, now));
    }
    owner->awaiting_robots = false;
    owner->ready_at = std::max(owner->ready_at, now + pace(owner->entry, now).from_start());
    replace(*owner, now);
  }
  std::vector<Settlement> none;
  return write_learned_elsewhere(none);
}

}  // namespace frontierd
