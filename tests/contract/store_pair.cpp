#include "contract/store_pair.h"

#include "contract/show.h"

namespace frontierd {
namespace {

constexpr int kHosts = 4;
constexpr int kPages = 12;
constexpr std::size_t kFlightsKept = 24;
constexpr std::size_t kAll = 1'000'000;

using Difference = std::optional<std::string>;

template <class T>
Difference differ(const char* what, const T& a, const T& b) {
  if (a == b) return std::nullopt;
  return std::string(what) + " differs: " + ::testing::PrintToString(a) + " / " +
         ::testing::PrintToString(b);
}

}  // namespace

std::string StorePair::draw_url() {
  return "https://h" + std::to_string(draw_(kHosts)) + ".example/" + std::to_string(draw_(kPages));
}

Verdict StorePair::draw_verdict() {
  switch (draw_(5)) {
    case 0:
      return Done{};
    case 1:
      return Done{draw_instant()};
    case 2:
      return Drop{static_cast<DropReason>(draw_(kDropReasons)), draw_(2) ? "because" : ""};
    case 3:
      return Follow{draw_url(), now_};
    default:
      return Retry{draw_instant(), draw_(2) == 1, draw_(2) == 1, draw_(2) ? "later" : ""};
  }
}

UrlSelection StorePair::draw_selection() {
  UrlSelection which;
  if (draw_(3) == 0) which.url = draw_url();
  if (draw_(2) == 0) which.host_key = "https://h" + std::to_string(draw_(kHosts)) + ".example";
  if (draw_(3) == 0) which.because = static_cast<DropReason>(draw_(kDropReasons));
  if (draw_(3) == 0) which.last_class = draw_class(draw_);
  return which;
}

Settlement StorePair::draw_settlement() {
  const Lease& lease = flights_[draw_(flights_.size())];
  Settlement made = landing(lease, draw_class(draw_), draw_verdict(), now_);
  made.record_attempt = draw_(4) != 0;
  if (draw_(3) == 0) made.host = draw_host_state(draw_, now_);
  if (draw_(4) == 0) made.incident = draw_incident(draw_, lease.url, now_);
  if (draw_(4) == 0) made.egress_block = draw_egress_block(draw_, now_);
  if (draw_(6) == 0) made.provider_block = draw_provider_block(draw_, now_);
  if (lease.purpose == Purpose::Robots) {
    made.robots = draw_robots(draw_, "User-agent: *", now_);
    if (draw_(2) == 0) made.robots_for = lease.host;
  }
  return made;
}

Difference StorePair::admit() {
  std::vector<Candidate> batch;
  for (std::uint64_t i = 0, n = draw_(6); i < n; ++i) {
    batch.push_back(candidate(draw_url(), static_cast<int>(draw_(10)), draw_instant()));
  }
  const auto a = ok(a_.store().admit(batch, now_));
  const auto b = ok(b_.store().admit(batch, now_));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (a[i].fresh != b[i].fresh || a[i].url != b[i].url || a[i].host != b[i].host) {
      return "admission of " + batch[i].url + " differs";
    }
  }
  return std::nullopt;
}

Difference StorePair::lease() {
  std::vector<LeaseRequest> requests;
  for (std::uint64_t i = 0, n = draw_(5); i < n; ++i) {
    const HostId host{static_cast<std::int64_t>(draw_(kHosts + 1))};
    const auto purpose = draw_(5) == 0 ? Purpose::Robots : Purpose::Page;
    requests.push_back({host, purpose, "https://errand.example/robots.txt"});
  }
  const Seconds term{static_cast<int>(draw_(30))};
  const auto a = ok(a_.store().lease(requests, now_, term));
  const auto b = ok(b_.store().lease(requests, now_, term));
  flights_.insert(flights_.end(), a.leases.begin(), a.leases.end());
  while (flights_.size() > kFlightsKept) flights_.erase(flights_.begin());
  return differ("lease", show(a), show(b));
}

Difference StorePair::settle() {
  if (flights_.empty()) return std::nullopt;
  std::vector<Settlement> landed;
  for (std::uint64_t i = 0, n = 1 + draw_(3); i < n; ++i) landed.push_back(draw_settlement());
  return differ("settle", ok(a_.store().settle(landed, now_)), ok(b_.store().settle(landed, now_)));
}

Difference StorePair::reclaim() {
  const bool everything = draw_(4) == 0;
  const bool crashed = draw_(2) == 0;
  const int crashes_max = 1 + static_cast<int>(draw_(4));
  return differ("reclaim", ok(a_.store().reclaim(now_, everything, crashed, crashes_max)),
                ok(b_.store().reclaim(now_, everything, crashed, crashes_max)));
}

Difference StorePair::give_up_queue() {
  const HostId host{static_cast<std::int64_t>(draw_(kHosts + 1))};
  const auto because = static_cast<DropReason>(draw_(kDropReasons));
  const std::size_t limit = draw_(6);
  const QueuePlace from =
      draw_(2) == 0 ? QueuePlace{} : QueuePlace{static_cast<int>(draw_(9)), now_, UrlId{1}};
  const auto a = ok(a_.store().drop_queue(host, from, because, "given up", limit, now_));
  const auto b = ok(b_.store().drop_queue(host, from, because, "given up", limit, now_));
  if (a.rest != b.rest) return "drop_queue goes on elsewhere";
  return differ("drop_queue", a.dropped, b.dropped);
}

Difference StorePair::operate() {
  const UrlSelection which = draw_selection();
  if (draw_(2) == 0) {
    const auto a = a_.store().retry(which, kAll, now_);
    const auto b = b_.store().retry(which, kAll, now_);
    if (a.has_value() != b.has_value()) return "one store refuses the selection";
    if (!a) return std::nullopt;
    if (a->new_starts != b->new_starts) return "other hosts get a new start";
    if (a->rests_ended != b->rests_ended) return "other rests end";
    return differ("retry", a->urls, b->urls);
  }
  const auto a = a_.store().drop(which, kAll, now_);
  const auto b = b_.store().drop(which, kAll, now_);
  if (a.has_value() != b.has_value()) return "one store refuses the selection";
  return a ? differ("drop", *a, *b) : std::nullopt;
}

Difference StorePair::set_host() {
  const HostId host{static_cast<std::int64_t>(draw_(kHosts + 1))};
  const HostWishes wishes = draw_wishes(draw_);
  const HostState state = draw_host_state(draw_, now_);
  if (a_.store().set_wishes(host, wishes).has_value() !=
      b_.store().set_wishes(host, wishes).has_value()) {
    return "set_wishes differs";
  }
  if (a_.store().set_host_state(host, state).has_value() !=
      b_.store().set_host_state(host, state).has_value()) {
    return "set_host_state differs";
  }
  RobotsRecord robots;
  robots.expires_at = now_;
  robots.why = show(now_);
  robots.body = std::string(draw_(500), 'r');
  if (a_.store().set_robots(host, robots).has_value() !=
      b_.store().set_robots(host, robots).has_value()) {
    return "set_robots differs";
  }
  const std::string name = std::to_string(draw_(3));
  ok(a_.store().set_note(name, show(now_)));
  ok(b_.store().set_note(name, show(now_)));
  return std::nullopt;
}

Difference StorePair::look_at_hosts() {
  const HostId after{static_cast<std::int64_t>(draw_(kHosts))};
  const std::size_t limit = draw_(4);
  return differ("hosts_with_queue", show_all(ok(a_.store().hosts_with_queue(after, limit))),
                show_all(ok(b_.store().hosts_with_queue(after, limit))));
}

Difference StorePair::commit_or_crash() {
  if (crashes_ && draw_(3) == 0) {
    a_.crash();
    b_.crash();
  } else {
    ok(a_.store().commit());
    ok(b_.store().commit());
  }
  return differ("tally", ok(a_.store().tally()).queued, ok(b_.store().tally()).queued);
}

Difference StorePair::step() {
  now_ += Millis{static_cast<int>(draw_(4'000))};
  switch (draw_(12)) {
    case 0:
    case 1:
      return admit();
    case 2:
    case 3:
      return lease();
    case 4:
    case 5:
    case 6:
      return settle();
    case 7:
      return reclaim();
    case 8:
      return draw_(3) == 0 ? give_up_queue() : look_at_hosts();
    case 9:
      return operate();
    case 10:
      return set_host();
    default:
      return commit_or_crash();
  }
}

Difference StorePair::compare() {
  ok(a_.store().commit());
  ok(b_.store().commit());
  if (auto found = differ("drops", ok(a_.inspector().drops_by_reason()),
                          ok(b_.inspector().drops_by_reason()))) {
    return found;
  }
  for (int name = 0; name < 3; ++name) {
    const auto a = ok(a_.store().note(std::to_string(name)));
    const auto b = ok(b_.store().note(std::to_string(name)));
    if (auto found = differ("note", a.value_or("-"), b.value_or("-"))) return found;
  }
  if (auto found = compare_urls()) return found;
  if (auto found = compare_hosts()) return found;
  if (auto found = compare_egress()) return found;
  if (auto found = recount(a_)) return found;
  return recount(b_);
}

Difference StorePair::compare_urls() {
  const auto a = ok(a_.inspector().urls(std::nullopt, UrlId::None, kAll));
  const auto b = ok(b_.inspector().urls(std::nullopt, UrlId::None, kAll));
  if (a.size() != b.size()) return differ("number of URLs", a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (auto found = differ("URL", show(a[i]), show(b[i]))) return found;
    if (auto found = differ("attempts", show_all(ok(a_.inspector().attempts(a[i].id, 5))),
                            show_all(ok(b_.inspector().attempts(a[i].id, 5))))) {
      return found;
    }
  }
  for (const UrlState state :
       {UrlState::Queued, UrlState::Leased, UrlState::Done, UrlState::Dropped}) {
    if (auto found = differ("list by state", show_all(ok(a_.inspector().urls(state, UrlId{2}, 9))),
                            show_all(ok(b_.inspector().urls(state, UrlId{2}, 9))))) {
      return found;
    }
  }
  return std::nullopt;
}

Difference StorePair::compare_hosts() {
  const auto all = ok(a_.inspector().hosts({}, HostId::None, kAll));
  if (auto found = differ("hosts", show_all(all),
                          show_all(ok(b_.inspector().hosts({}, HostId::None, kAll))))) {
    return found;
  }
  for (const HostEntry& host : all) {
    if (auto found = compare_host(host)) return found;
  }
  return std::nullopt;
}

Difference StorePair::compare_host(const HostEntry& host) {
  const auto a = ok(a_.inspector().host(host.key)).value_or(HostRecord{});
  const auto b = ok(b_.inspector().host(host.key)).value_or(HostRecord{});
  const auto counts = [](const HostRecord& r) {
    return std::vector<std::uint64_t>{r.queued, r.leased, r.done, r.dropped};
  };
  if (auto found = differ("host", show(a.entry), show(b.entry))) return found;
  if (auto found = differ("host counts", counts(a), counts(b))) return found;
  if (auto found = differ("robots seen", show(a.robots), show(b.robots))) return found;
  if (auto found = differ("robots", show(ok(a_.store().robots(host.id))),
                          show(ok(b_.store().robots(host.id))))) {
    return found;
  }
  return differ("incidents", show_all(ok(a_.inspector().incidents(host.id, kAll))),
                show_all(ok(b_.inspector().incidents(host.id, kAll))));
}

Difference StorePair::compare_egress() {
  if (auto found = differ("blocks of vendors", show_all(ok(a_.store().provider_blocks())),
                          show_all(ok(b_.store().provider_blocks())))) {
    return found;
  }
  if (auto found = differ("blocks", show_all(ok(a_.inspector().egress_blocks(HostId::None, kAll))),
                          show_all(ok(b_.inspector().egress_blocks(HostId::None, kAll))))) {
    return found;
  }
  return differ("blocked hosts", ok(a_.inspector().blocked_hosts("direct", now_)),
                ok(b_.inspector().blocked_hosts("direct", now_)));
}

Difference StorePair::recount(Frontier& frontier) {
  Tally counted;
  counted.hosts = ok(frontier.inspector().hosts({}, HostId::None, kAll)).size();
  for (const UrlRecord& url : ok(frontier.inspector().urls(std::nullopt, UrlId::None, kAll))) {
    ++(url.state == UrlState::Queued   ? counted.queued
       : url.state == UrlState::Leased ? counted.leased
       : url.state == UrlState::Done   ? counted.done
                                       : counted.dropped);
  }
  const Tally kept = ok(frontier.store().tally());
  if (kept == counted) return std::nullopt;
  return "the tally is not what a recount finds";
}

}  // namespace frontierd
