// The referee on verdicts: does what came over the wire support what becomes of the URL? Weighed in
// the order of the store's calls when they are durable, against the referee's own counts.
#include <algorithm>

#include "base/text.h"
#include "rules/url.h"
#include "sim/referee.h"

namespace frontierd::sim {
namespace {

// Trouble of this one page, or an old answer from a cache: what an attempt may be burnt for.
bool is_own_trouble(const Meaning& meaning) {
  return meaning.cls == OutcomeClass::StaleCopy ||
         (is_trouble(meaning.cls) && meaning.scope == Scope::Url);
}

std::optional<Url> target_of(const std::string& url, const std::string& location) {
  const auto base = Url::parse(url);
  if (!base) return std::nullopt;
  auto target = base->resolve(location);
  if (!target) return std::nullopt;
  return std::move(*target);
}

std::string name_of(const Verdict& verdict) {
  if (std::holds_alternative<Done>(verdict)) return "done";
  if (std::holds_alternative<Follow>(verdict)) return "followed";
  const auto* drop = std::get_if<Drop>(&verdict);
  return drop != nullptr ? "dropped as " + std::string(to_string(drop->because)) : "queued";
}

}  // namespace

Referee::Judged Referee::judged(const Settlement& settlement, const Flight* flight) const {
  Judged out;
  out.text = queued_url(settlement.lease);
  out.url = stable_hash(out.text);
  out.verdict = settlement.verdict;
  out.recorded = settlement.record_attempt;
  if (flight == nullptr || !flight->landed) return out;
  out.landed = true;
  out.mirrored = settlement.lease.stands_for.has_value();
  out.meaning = flight->answer.meaning;
  out.location = flight->location;
  return out;
}

// The URL of a redirect is done; its target must come in with the same commit.
void Referee::expect_target(Batch& batch, const Settlement& settlement) {
  const auto* follow = std::get_if<Follow>(&settlement.verdict);
  if (follow == nullptr) return;
  const UrlBook* from = ledger_.find(stable_hash(queued_url(settlement.lease)));
  const int hops = from != nullptr ? from->redirects + 1 : 1;
  batch.followed.push_back({stable_hash(follow->target), hops, follow->target});
}

// How many redirects led to a URL that is admitted, by our own count.
int Referee::hops_to(Batch& batch, const Candidate& candidate) {
  const std::uint64_t url = stable_hash(candidate.url);
  const auto expected = std::find_if(batch.followed.begin(), batch.followed.end(),
                                     [url](const Followed& one) { return one.url == url; });
  if (expected == batch.followed.end()) return candidate.redirects;
  const int hops = expected->redirects;
  batch.followed.erase(expected);
  if (candidate.redirects < hops) {
    breach(10, candidate.url + " is " + std::to_string(hops) + " redirects away and counts as " +
                   std::to_string(candidate.redirects));
  }
  return hops;
}

void Referee::check_verdict(const Judged& judged, const UrlBook& url) {
  if (!judged.landed) return check_unfetched(judged, url);
  const auto* retry = std::get_if<Retry>(&judged.verdict);
  if (retry != nullptr && retry->burns_attempt && url.attempts + 1 >= policy_->retry.attempts_max) {
    breach(10, judged.text + " waits after attempt " + std::to_string(url.attempts + 1) + " of " +
                   std::to_string(policy_->retry.attempts_max));
  }
  if (is_founded(judged, url)) return;
  breach(6, judged.text + ": the origin meant " + std::string(to_string(judged.meaning.cls)) +
                " (" + std::string(to_string(judged.meaning.scope)) + "), after " +
                std::to_string(url.attempts) + " burnt attempts it is " + name_of(judged.verdict));
}

// What may become of a URL that was never asked for: it waits, or robots.txt bars it.
void Referee::check_unfetched(const Judged& judged, const UrlBook& url) {
  if (const auto* retry = std::get_if<Retry>(&judged.verdict)) {
    if (retry->burns_attempt) breach(6, judged.text + " was not asked for and burns an attempt");
    return;
  }
  const auto* drop = std::get_if<Drop>(&judged.verdict);
  if (drop == nullptr || drop->because != DropReason::BarredByRobots) {
    return breach(1, judged.text + " is " + name_of(judged.verdict) + ", and was not asked for");
  }
  const RobotsBook& robots = url.host->robots;
  const bool barred =
      robots.known &&
      !robots.rules.allowed(policy_->robots.agent, path_and_query_in(judged.text)).allowed;
  if (!barred) breach(7, judged.text + " is dropped as barred, and its robots.txt allows it");
}

bool Referee::is_founded(const Judged& judged, const UrlBook& url) const {
  const OutcomeClass cls = judged.meaning.cls;
  const bool served = cls == OutcomeClass::Fetched || cls == OutcomeClass::Unchanged;
  if (std::holds_alternative<Done>(judged.verdict)) return served;
  if (const auto* follow = std::get_if<Follow>(&judged.verdict)) {
    const auto target = target_of(judged.text, judged.location);
    return cls == OutcomeClass::Moved && target && target->text() == follow->target;
  }
  if (const auto* drop = std::get_if<Drop>(&judged.verdict)) {
    return is_drop_founded(judged, url, drop->because);
  }
  const auto& retry = std::get<Retry>(judged.verdict);
  if (retry.burns_attempt) return is_own_trouble(judged.meaning);
  // A refusal may be doubted, and trouble may be taken for the host's: that only costs time. What a
  // mirror says other than a page decides nothing.
  return judged.mirrored || is_trouble(cls) || cls == OutcomeClass::StaleCopy ||
         cls == OutcomeClass::Refused;
}

bool Referee::is_drop_founded(const Judged& judged, const UrlBook& url, DropReason because) const {
  const OutcomeClass cls = judged.meaning.cls;
  const bool moved = cls == OutcomeClass::Moved;
  const auto target = moved ? target_of(judged.text, judged.location) : std::nullopt;
  switch (because) {
    case DropReason::Gone:
      return cls == OutcomeClass::Gone;
    case DropReason::Refused:
      return cls == OutcomeClass::Refused;
    case DropReason::Broken:
      return cls == OutcomeClass::Broken;
    case DropReason::AddressBarred:
      return cls == OutcomeClass::Barred;
    case DropReason::AttemptsSpent:
      return is_own_trouble(judged.meaning) && url.attempts + 1 >= policy_->retry.attempts_max;
    case DropReason::RedirectLimit:
      return moved && (url.redirects + 1 > policy_->retry.redirects_max ||
                       (target && target->text() == judged.text));
    case DropReason::BadRedirect:
      return moved && !target;
    case DropReason::OutOfScope:
      return moved && target &&
             (!in_scope(policy_->scope, target->host()) ||
              port_bar(policy_->scope, target->port()) ||
              target->text().size() > static_cast<std::size_t>(policy_->scope.url_max));
    case DropReason::BarredByRobots:
    case DropReason::HostExhausted:
    case DropReason::Walled:
    case DropReason::Quarantined:
    case DropReason::Operator:
      break;
  }
  return false;
}

}  // namespace frontierd::sim
