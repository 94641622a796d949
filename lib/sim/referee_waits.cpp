// The referee on waits: every queued URL that is not being fetched has exactly one reason (by type:
// a Wait has one), and here it is held against what the referee knows from the wire, from what is
// durable, and from the policy. Asked right after a turn of the loop, when everything that could
// leave has left; of a few hosts each time, in turn.
#include <algorithm>

#include "rules/pace.h"
#include "rules/url.h"
#include "sim/referee.h"

namespace frontierd::sim {
namespace {

constexpr Millis kMoment =
    Seconds{2};  // between true time, the clock's lag, and a turn of the loop

std::optional<std::string> untrue_of_gap(Instant until, Millis longest, Instant now) {
  if (until <= now) return "it is over";
  return until > now + longest + kMoment ? std::optional("it is too long") : std::nullopt;
}

bool is_operators(WaitReason reason) {
  return reason == WaitReason::PausedAll || reason == WaitReason::Draining;
}

bool rested(const HostBook& host, Instant now) {
  return host.rest_until <= now && host.rest_until > kLongAgo;
}

// Another scheme or port of its name.
bool has_namesake(const std::vector<HostBook*>& all, const HostBook& host) {
  return std::any_of(all.begin(), all.end(), [&host](const HostBook* other) {
    return other != &host && host_in(other->key) == host_in(host.key);
  });
}

}  // namespace

void Referee::check_waits(Inspector& inspector, const ExplainView& view, std::size_t hosts) {
  const std::vector<HostBook*>& all = hosts_.all();
  for (std::size_t looked = 0; looked < all.size() && hosts > 0; ++looked) {
    const HostBook& host = *all[waits_at_++ % all.size()];
    if (host.due.empty()) continue;
    --hosts;
    const auto record = inspector.host(host.key);
    if (!record || !*record) continue;
    const HostNow now = view.host_now((*record)->entry);
    for (const auto& [due, key] : {*host.due.begin(), *std::prev(host.due.end())}) {
      const UrlBook* book = ledger_.find(key);
      if (book == nullptr || book->state == UrlState::Leased) continue;
      if (book->due_surely > view.frontier.now && due < book->due_surely) continue;
      UrlRecord url;
      url.not_before = due;
      check_wait(host, due, url_wait(url, now, view.frontier), view);
    }
  }
}

// Its robots.txt was asked for since the record was made, and leads elsewhere: that answer is
// awaited.
bool Referee::leads_on(const HostBook& host, Millis most) const {
  const RobotsHeard* heard = heard_.last(host.key + "/robots.txt");
  return heard != nullptr && heard->ended > host.robots.asked_at && is_redirect(heard->status) &&
         truth_.now() < heard->ended + most;
}

// Of a wait that holds every host.
std::optional<std::string> Referee::untrue_of_all(const Wait& told, const ExplainView& view) const {
  const auto flights_max = static_cast<std::size_t>(policy_->frontier.flights_max);
  switch (told.reason) {
    case WaitReason::Draining:
    case WaitReason::PausedAll:
      return view.frontier.held ? std::nullopt : std::optional("nobody paused it");
    case WaitReason::OurTrouble:
      if (troubled_ && told.until > view.frontier.now) return std::nullopt;
      return "there is none";
    case WaitReason::Flights:
      if (aloft_.size() >= std::min(flights_max, view.slots)) return std::nullopt;
      return "only " + std::to_string(aloft_.size()) + " fly";
    default:
      return "that never happens here";
  }
}

// Words if the reason is not true.
std::optional<std::string> Referee::untrue(const HostBook& host, Instant due, const Wait& told,
                                           const ExplainView& view) {
  const Instant now = view.frontier.now;
  const RobotsBook& robots = host.robots;
  const Millis floor = std::max(gap_floor(policy_->pace, host.rule, host.wishes), host.crawl_delay);
  const bool shut = !robots.known || robots.shut || robots.again_at <= now;
  const bool scarce =
      hosts_.all().size() * 4 >= static_cast<std::size_t>(policy_->frontier.hosts_in_memory) * 3;
  if (holds_everything(told.reason)) return untrue_of_all(told, view);
  switch (told.reason) {
    case WaitReason::GivenUp:
      return host.trouble.exhausted ? std::nullopt : std::optional("it was never given up");
    case WaitReason::HostPaused:
      return host.wishes.paused ? std::nullopt : std::optional("its operator lets it go");
    case WaitReason::Rest:
    case WaitReason::Mirror:
      return host.rest_until > now ? std::nullopt : std::optional("it has no rest");
    case WaitReason::NotYetDue:
      return due > now ? std::nullopt : std::optional("it is due");
    case WaitReason::Probe:
      return rested(host, now) ? std::nullopt : std::optional("no rest has ended");
    case WaitReason::HostsInMemory:
      return scarce ? std::nullopt : std::optional("there is room for all");
    case WaitReason::Name:
      return has_namesake(hosts_.all(), host) ? std::nullopt
                                              : std::optional("its name has no other host");
    case WaitReason::Robots:
      return policy_->robots.obey && (shut || leads_on(host, std::chrono::hours{24}))
                 ? std::nullopt
                 : std::optional("its record is fresh");
    case WaitReason::NameLookup:
      return view.looking_up(host.key) ? std::nullopt : std::optional("nobody looks it up");
    case WaitReason::Egress:
      return policy_->egress.pool.empty() ? std::optional("there is but one way") : std::nullopt;
    case WaitReason::Group:
      return untrue_of_group(told.who);
    case WaitReason::DomainShare:
    case WaitReason::AddressShare:
    case WaitReason::SlowShare:
    case WaitReason::BodyRoom:
      if (told.until != kNever) return untrue_of_pause(told.until, now);
      return aloft_.size() > 0 ? std::nullopt : std::optional("nothing flies");
    case WaitReason::HostFlights:
      return has_leased(host) ? std::nullopt : std::optional("none of its own fly");
    case WaitReason::HostGap:
      return untrue_of_gap(told.until, std::max(policy_->pace.gap_max, floor), now);
    case WaitReason::Turn:
      if (host.rest_until > now) return "it rests";
      if (shut && policy_->robots.obey) return "its robots.txt is not had";
      if (truth_.now() + kMoment < host.touched() + floor) return "its gap is not over";
      return "there was room, and its turn came";
    default:
      return "that never happens here";
  }
}

// Leased and not settled: also what flies nowhere, since its name did not resolve.
bool Referee::has_leased(const HostBook& host) const {
  return std::any_of(aloft_.begin(), aloft_.end(),
                     [&](const auto& lease) { return lease.second == &host; });
}

// A single slot, of all flights or of a group, is shared in time (frontier/shares.h).
std::optional<std::string> Referee::untrue_of_pause(Instant until, Instant now) const {
  if (until <= now) return "it is over";
  const bool single = policy_->frontier.flights_max == 1 || policy_->pace.group_flights == 1 ||
                      std::any_of(policy_->groups.begin(), policy_->groups.end(),
                                  [](const GroupRule& rule) { return rule.flights == 1; });
  return single ? std::nullopt : std::optional("there are several slots");
}

std::optional<std::string> Referee::untrue_of_group(const std::string& name) const {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return "it has no group " + name;
  const Group& group = found->second;
  Millis gap = policy_->pace.group_gap;
  for (const GroupRule& rule : policy_->groups) {
    if ("name:" + rule.name == name) gap = rule.gap;
  }
  const Instant asked = std::max({group.last_start, group.last_end, born_at_});
  const bool free = group.flights == 0 && truth_.now() > asked + gap + kMoment;
  return free ? std::optional("nobody of " + name + " is asked") : std::nullopt;
}

void Referee::check_wait(const HostBook& host, Instant due, const Wait& told,
                         const ExplainView& view) {
  if (is_operators(told.reason) && told.until != kNever) breach(8, "a pause names its own end");
  const auto why = untrue(host, due, told, view);
  if (!why) return;
  breach(8, "a URL of " + host.key + " is said to wait, " + std::string(to_string(told.reason)) +
                " (" + wait_words(told, view.frontier.now) + "), and " + *why);
}

}  // namespace frontierd::sim
