// The referee on robots.txt: what the daemon has on record must follow from what the origins sent,
// along the redirects that they sent.
#include "base/text.h"
#include "rules/robots_policy.h"
#include "rules/url.h"
#include "sim/referee.h"

namespace frontierd::sim {
namespace {

constexpr int kRobotsPerHour = 60;

bool is_silent(const RobotsRecord& record) {
  return record.unreachable_since || is_shut(record);
}

}  // namespace

// However many others lead to it: a host's own robots.txt is asked for when it is stale, after a
// silence or as a probe, and each of these has its distances.
void Referee::count_robots(HostBook& host, const Lease& lease) {
  if (lease.url != host.key + "/robots.txt") return;
  if (truth_.now() >= host.robots_hour + std::chrono::hours{1}) {
    host.robots_hour = truth_.now();
    host.robots_asked = 0;
  }
  if (++host.robots_asked != kRobotsPerHour) return;
  breach(10, host.key + " is asked for its robots.txt " + std::to_string(kRobotsPerHour) +
                 " times within an hour");
}

void Referee::hear_robots(const Flight& flight) {
  heard_.hear(flight.robots_url, {flight.answer.status, is_trouble(flight.answer.meaning.cls),
                                  flight.answer.body, flight.location, flight.ended, flight.lag});
}

void Referee::take_robots(Batch& batch, const Settlement& settlement, const Flight* flight,
                          HostBook& asked) {
  HostBook* owner = hosts_.find(settlement.robots_for);
  if (owner == nullptr) owner = &asked;
  const RobotsRecord& record = *settlement.robots;
  const RobotsHeard* heard = flight != nullptr ? heard_.last(flight->robots_url) : nullptr;
  // Another host's record may have had the answer of where it leads.
  if (heard != nullptr && is_redirect(heard->status) && !is_silent(record)) {
    heard = heard_.at_the_end(owner->key, truth_.now());
  }
  enter_robots(batch, *owner, record, heard);
}

// Learnt without a request of its own: nothing may be allowed by it that its road does not end in.
void Referee::robots_set(int daemon, HostId id, const RobotsRecord& record) {
  HostBook* owner = hosts_.find(id);
  if (owner == nullptr) return;
  const RobotsHeard* heard =
      is_silent(record) ? nullptr : heard_.at_the_end(owner->key, truth_.now());
  enter_robots(batches_[daemon], *owner, record, heard);
}

void Referee::enter_robots(Batch& batch, HostBook& owner, const RobotsRecord& record,
                           const RobotsHeard* heard) {
  RobotsBook after = robots_after(owner.robots, record, heard);
  const Millis delay =
      after.rules.crawl_delay(policy_->robots.agent, policy_->robots.crawl_delay_max)
          .value_or(Millis{0});
  batch.when_durable.push_back([&owner, delay, book = std::move(after)]() mutable {
    owner.robots = std::move(book);
    owner.crawl_delay = delay;
  });
}

// RFC 9309 §2.3.1, from what the origin sent and meant; the record only tells when it is to be
// asked again. A redirect that was not followed to its end is no answer.
RobotsBook Referee::robots_after(const RobotsBook& before, const RobotsRecord& record,
                                 const RobotsHeard* heard) const {
  RobotsBook book = before;
  book.known = true;
  book.asked_at = heard != nullptr ? heard->ended : truth_.now();
  book.lag = heard != nullptr ? heard->lag : Millis{0};
  book.again_at = record.expires_at;
  const int status = heard != nullptr ? heard->status : 0;
  const bool success = status >= 200 && status < 300;
  const bool file = success && is_robots_file(heard->body);
  const bool html =
      success && trim(heard->body).starts_with('<') && policy_->robots.html_means_no_rules;
  const bool no_answer = heard == nullptr || heard->trouble || is_redirect(status) || status == 0 ||
                         status >= 500 || status == 429 || (success && !file && !html);
  if (no_answer) {
    const bool allowed_late =
        policy_->robots.allow_after_unreachable && record.state == RobotsState::AllowAll;
    book.shut = !book.has_copy && !allowed_late;
    book.silent_since = std::min(book.silent_since, book.asked_at);
    return book;
  }
  book.shut = false;
  book.silent_since = kNever;
  if (status == 304) return book;
  book.has_copy = file;
  book.rules = file ? Robots::parse_for(heard->body, policy_->robots.agent) : Robots();
  return book;
}

}  // namespace frontierd::sim
