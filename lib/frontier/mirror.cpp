// Mirrors: the half of the dispatcher that lets one host stand in for another that rests. The page
// stays in the queue of its own host; the flight is the mirror's in every respect: its turn, gap,
// limit, group, robots.txt, rests and health. With no mirror configured none of this does anything.
#include "rules/mirror.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "frontier/dispatcher.h"

namespace frontierd {

// It rests, and has pages whose time comes before the end of its rest.
bool Dispatcher::wants_mirror(const HostSlot& slot, Instant now) const {
  return !slot.mirror.empty() && slot.entry.has_queue && !slot.entry.wishes.paused &&
         lets_mirror_serve(slot.entry.state, now) &&
         slot.entry.next_due < slot.entry.state.rest_until;
}

void Dispatcher::tend_mirrors(HostSlot& slot, Instant now) {
  std::erase_if(slot.stands_in_for, [&](HostId id) {
    const HostSlot* resting = schedule_.find(id);
    return resting == nullptr || resting->mirror_id != slot.entry.id ||
           !wants_mirror(*resting, now);
  });
  if (wants_mirror(slot, now)) calling_.push_back(slot.entry.id);
}

// Hosts that have come to rest, or have new pages while they rest, tell their mirrors.
Result<void> Dispatcher::call_mirrors(Instant now) {
  std::vector<HostId> calling;
  calling.swap(calling_);
  for (const HostId id : calling) {
    HostSlot* resting = schedule_.find(id);
    if (resting == nullptr || !wants_mirror(*resting, now)) continue;
    HostSlot* mirror = schedule_.find(resting->mirror_id);
    if (mirror == nullptr) {
      TRY_ASSIGN(auto entry, store_.host_by_key(resting->mirror, now));
      resting->mirror_id = entry.id;
      mirror = schedule_.find(entry.id);
      if (mirror == nullptr) mirror = &load(std::move(entry), now, true);
    }
    auto& others = mirror->stands_in_for;
    if (std::find(others.begin(), others.end(), id) == others.end()) others.push_back(id);
    replace(*mirror, now);
  }
  return {};
}

Instant Dispatcher::stand_in_due(const HostSlot& mirror, Instant now) const {
  Instant due = kNever;
  for (const HostId id : mirror.stands_in_for) {
    const HostSlot* resting = schedule_.find(id);
    const bool calls = resting != nullptr && resting->mirror_id == mirror.entry.id;
    if (calls && wants_mirror(*resting, now)) due = std::min(due, resting->entry.next_due);
  }
  return due;
}

// Its own pages come first; then the hosts at rest in turn. nullptr: nobody needs it now.
HostSlot* Dispatcher::pick_resting(HostSlot& mirror, Instant now) {
  if (mirror.entry.has_queue && mirror.entry.next_due <= now) return nullptr;
  auto& others = mirror.stands_in_for;
  for (auto item = others.begin(); item != others.end(); ++item) {
    HostSlot* resting = schedule_.find(*item);
    const bool calls = resting != nullptr && resting->mirror_id == mirror.entry.id;
    if (!calls || !wants_mirror(*resting, now) || resting->entry.next_due > now) continue;
    std::rotate(item, item + 1, others.end());
    resting->turn_of = mirror.entry.id;
    return resting;
  }
  return nullptr;
}

// A page of a host at rest, leased on its mirror's turn, becomes the mirror's flight; nullptr: it
// may not be mirrored, and waits for its own host.
Result<HostSlot*> Dispatcher::hand_over(HostSlot& resting, Lease& lease,
                                        std::vector<Settlement>& at_once, Instant now) {
  HostSlot* mirror = schedule_.find(std::exchange(resting.turn_of, HostId::None));
  CHECK(mirror != nullptr);
  const auto url = Url::parse(lease.url);
  CHECK(url.has_value());
  const auto there = url_at(mirror->entry.key, *url);
  std::string bar = there ? "" : "its URL would be too long there";
  if (policy_->robots.obey) {
    TRY_ASSIGN(const auto said,
               robots_.ask(store_, policy_->robots.agent, lease.host, url->path_and_query()));
    // As last known: whether that still holds, the host is asked after its rest.
    if (said.answer == RobotsCache::Answer::Barred) bar = "its own host's " + said.why;
  }
  const Instant until = resting.entry.state.rest_until;
  if (!bar.empty()) {
    at_once.push_back(given_back(lease, "not asked of its mirror: " + bar, until));
    give_back_turn(*mirror, now);
    replace(*mirror, now);
    return nullptr;
  }
  lease.stands_for = StandsFor{std::move(lease.url), lease.host, until};
  lease.url = there->text();
  lease.host = mirror->entry.id;
  lease.host_key = mirror->entry.key;
  lease.etag.clear();  // the host's validators mean nothing to the mirror
  lease.last_modified.clear();
  lease.copy = {};
  return mirror;
}

// A flight for another host has ended and is written down: that host's queue is looked at again,
// from the store if the host has left memory meanwhile.
Result<void> Dispatcher::come_home(const Settlement& settlement, Instant now) {
  const HostId id = queued_at(settlement.lease);
  if (const Instant due = due_of(settlement.verdict); due != kNever) {
    TRY(touch({false, id, settlement.lease.url_id}, due, now));
  }
  if (HostSlot* resting = schedule_.find(id)) replace(*resting, now);
  return {};
}

// The rest may have grown since, by what was still in flight when it began.
Verdict Dispatcher::judge_for_resting(const Lease& lease, const Outcome& outcome,
                                      Instant now) const {
  const StandsFor& stead = *lease.stands_for;
  const HostSlot* resting = schedule_.find(stead.host);
  const Instant known = resting != nullptr ? resting->entry.state.rest_until : kLongAgo;
  const UrlFacts url{stead.url, lease.attempts, lease.redirects, lease.past_cache};
  return judge_mirrored(*policy_, url, lease.url, outcome, std::max(stead.rest_until, known), now);
}

}  // namespace frontierd
