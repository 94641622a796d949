// The referee at the wire: may this request leave now?
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "rules/host_pattern.h"
#include "rules/mirror.h"
#include "rules/pace.h"
#include "rules/robots_policy.h"
#include "rules/url.h"
#include "sim/referee.h"

namespace frontierd::sim {
namespace {

constexpr Millis kDateRounding = Seconds{2};  // a date and a Date, each cut to a second
constexpr Millis kRobotsAgeMax = std::chrono::hours{24};

std::string ms(Millis length) {
  return to_words(length) + " (" + std::to_string(length.count()) + " ms)";
}

bool is_about_waits(std::string_view field) {
  return iequals(field, "retry-after") || ifind(field, "ratelimit") != std::string_view::npos ||
         ifind(field, "rate-limit") != std::string_view::npos;
}

std::int64_t parameter(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + name.size());
  return parse_int<std::int64_t>(text.substr(0, text.find(';'))).value_or(0);
}

// "client";q=30;w=60: as the simulated origins say it, read without the parser on trial.
Millis gap_of_quota(std::string_view policy) {
  const std::int64_t limit = parameter(policy, ";q=");
  const std::int64_t window = parameter(policy, ";w=");
  return limit > 0 ? Millis{Seconds{window}} / limit : Millis{0};
}

}  // namespace

void Referee::started(int daemon, const Lease& lease, const std::string& address) {
  HostBook& host = hosts_.at(lease.host_key);
  hosts_.learn_id(lease.host, host);
  Flight flight;
  flight.daemon = daemon;
  flight.host = &host;
  flight.purpose = lease.purpose;
  if (lease.purpose == Purpose::Robots) {
    flight.robots_url = lease.url;
    count_robots(host, lease);
  }
  flight.started = truth_.now();
  flight.lag = truth_.now() - lease.leased_at;
  check_pace(host, lease);
  check_quota(host, lease);
  check_probe(host, lease);
  check_rests(host, lease);
  check_group(flight, address);
  check_shares(daemon, lease, address);
  if (lease.purpose == Purpose::Page) {
    flight.url = ledger_.find(stable_hash(queued_url(lease)));
    check_page(host, lease);
    if (lease.stands_for) {
      check_mirror(lease);
    } else {
      note_wait(host, lease);
    }
    if (flight.url != nullptr) flight.url->flying = true;
  }
  ++host.flights;
  host.last_start = truth_.now();
  const std::size_t flying = ++flying_[daemon];
  if (flying > static_cast<std::size_t>(policy_->frontier.flights_max)) {
    breach(10, std::to_string(flying) + " flights at once, flights_max is " +
                   std::to_string(policy_->frontier.flights_max));
  }
  if (!flights_.emplace(raw(lease.id), std::move(flight)).second) {
    breach(2, "lease " + std::to_string(raw(lease.id)) + " flies twice: " + lease.url);
  }
}

void Referee::check_pace(HostBook& host, const Lease& lease) {
  const int limit =
      std::max(host.wishes.flights ? *host.wishes.flights
                                   : host.rule.flights.value_or(policy_->pace.flights),
               1);
  if (host.flights >= limit) {
    breach(3, host.key + " sees " + std::to_string(host.flights + 1) + " requests at once, limit " +
                  std::to_string(limit) + ", with " + lease.url);
  }
  const Millis gap = std::max(
      {gap_floor(policy_->pace, host.rule, host.wishes), host.crawl_delay, gap_of_latency(host)});
  const Instant before = host.touched();
  if (before != kLongAgo && truth_.now() < before + gap) {
    breach(3, lease.url + " comes " + ms(truth_.now() - before) + " after the last request to " +
                  host.key + ", the gap is " + ms(gap));
  }
  check_name(host, lease, limit, gap);
}

// What was asked of another scheme or port was asked of the same name.
void Referee::check_name(const HostBook& host, const Lease& lease, int limit, Millis gap) {
  const NameBook& name = *host.name;
  if (name.flights() >= limit && host.flights < limit) {
    breach(3, "the name of " + host.key + " sees " + std::to_string(name.flights() + 1) +
                  " requests at once, limit " + std::to_string(limit) + ", with " + lease.url);
  }
  const Instant before = name.touched_but_by(host);
  if (before != kLongAgo && truth_.now() < before + gap) {
    breach(3, lease.url + " comes " + ms(truth_.now() - before) +
                  " after the last request to another scheme or port of its name, the gap is " +
                  ms(gap));
  }
  if (truth_.now() < name.asked_until() && truth_.now() >= host.asked_until) {
    breach(3, lease.url + " comes " + ms(name.asked_until() - truth_.now()) +
                  " before the wait is over that another scheme or port of its name asked for");
  }
  if (lease.leased_at < name.rest_until() && lease.leased_at >= host.rest_until) {
    breach(3, lease.url + " comes " + ms(name.rest_until() - lease.leased_at) +
                  " before the rest of another scheme or port of its name is over");
  }
}

// Of the usual latency not all is written at once, and not every answer smooths it alike: half of
// what it asks for is owed at any time, after a restart too.
Millis Referee::gap_of_latency(const HostBook& host) const {
  constexpr int kKnownFrom = 10;
  if (host.latencies < kKnownFrom) return Millis{0};
  const double asked = policy_->pace.latency_factor * static_cast<double>(host.latency.count());
  return std::min(Millis{static_cast<std::int64_t>(asked / 2)}, policy_->pace.gap_max);
}

// A published quota that is on record spaces the starts until it is tested again. A tenth may be
// made up for what we ourselves were late.
void Referee::check_quota(const HostBook& host, const Lease& lease) {
  if (host.quota_gap == Millis{0} || host.last_start == kLongAgo) return;
  if (truth_.now() - host.quota_heard >= policy_->pace.quota_relearn) return;
  const Millis gap = std::min(host.quota_gap, policy_->pace.gap_max) * 9 / 10;
  if (truth_.now() >= host.last_start + gap) return;
  breach(3, lease.url + " starts " + ms(truth_.now() - host.last_start) +
                " after the last request to " + host.key + ", its published quota allows one in " +
                ms(host.quota_gap));
}

void Referee::check_rests(HostBook& host, const Lease& lease) {
  if (truth_.now() < host.asked_until) {
    breach(3, lease.url + " comes " + ms(host.asked_until - truth_.now()) +
                  " before the wait is over that " + host.key + " asked for");
  }
  if (lease.leased_at < host.rest_until) {
    breach(3, lease.url + " comes " + ms(host.rest_until - lease.leased_at) +
                  " before the rest of " + host.key + " is over");
  }
  if (host.wishes.paused) breach(3, lease.url + " is asked for though " + host.key + " is paused");
}

void Referee::check_page(HostBook& host, const Lease& lease) {
  const UrlBook* url = ledger_.find(stable_hash(queued_url(lease)));
  if (url == nullptr || url->state != UrlState::Leased) {
    breach(2, lease.url + " flies without a durable lease");
  }
  if (url != nullptr && url->flying) breach(2, lease.url + " is in two flights at once");
  if (lease.redirects > policy_->retry.redirects_max) {
    breach(10, lease.url + " is " + std::to_string(lease.redirects) + " redirects away, limit " +
                   std::to_string(policy_->retry.redirects_max));
  }
  if (!policy_->robots.obey) return;
  const RobotsBook& robots = host.robots;
  if (!robots.known) {
    return breach(7, lease.url + " is fetched before the robots.txt of " + host.key);
  }
  // What a clock that starts behind the truth has missed meanwhile, nobody can count.
  const Millis missed = truth_.now() - lease.leased_at - robots.lag;
  const Millis age = truth_.now() - robots.asked_at - std::max(missed, Millis{0});
  if (age > kRobotsAgeMax) {
    breach(7, lease.url + " is fetched by a robots.txt of " + ms(age) + " ago");
  }
  if (robots.shut) {
    return breach(
        7, lease.url + " is fetched though the robots.txt of " + host.key + " could not be had");
  }
  const RobotsAnswer answer =
      robots.rules.allowed(policy_->robots.agent, path_and_query_in(lease.url));
  if (!answer.allowed) breach(7, lease.url + " is fetched, barred by \"" + answer.rule + "\"");
}

// Only the mirror that the operator named, only while the host itself cannot answer, and never
// around a "no".
void Referee::check_mirror(const Lease& lease) {
  const auto own = Url::parse(lease.stands_for->url);
  CHECK(own.has_value());
  const HostBook& resting = hosts_.at(std::string(own->host_key()));
  const MirrorRule* rule = mirror_of(*policy_, resting.key);
  const auto there = rule != nullptr ? url_at(rule->to, *own) : std::nullopt;
  if (!there || there->text() != lease.url) {
    breach(3, lease.url + " is asked for in the stead of " + own->text() + ", and no mirror of it");
  }
  HostState state;
  state.breaker = Breaker::Open;
  state.rest_until = resting.rest_until;
  state.rest_cls = resting.rest_cls;
  state.exhausted = resting.exhausted;
  if (resting.wishes.paused || !lets_mirror_serve(state, lease.leased_at)) {
    breach(3, lease.url + " is asked for though " + resting.key + " lets no mirror stand in");
  }
  const RobotsBook& robots = resting.robots;
  if (!policy_->robots.obey || !robots.known || robots.shut) return;
  const RobotsAnswer answer = robots.rules.allowed(policy_->robots.agent, own->path_and_query());
  if (!answer.allowed) breach(7, own->text() + " is mirrored, barred by \"" + answer.rule + "\"");
}

void Referee::check_group(Flight& flight, const std::string& address) {
  const std::string_view name = host_in(flight.host->key);
  int limit = policy_->pace.group_flights;
  Millis gap = policy_->pace.group_gap;
  for (const GroupRule& rule : policy_->groups) {
    const bool member = std::any_of(rule.hosts.begin(), rule.hosts.end(), [&](const auto& pattern) {
      return host_matches(pattern, name);
    });
    if (!member || !flight.group.empty()) continue;
    flight.group = "name:" + rule.name;
    limit = rule.flights;
    gap = rule.gap;
  }
  if (flight.group.empty()) {
    if (!policy_->pace.group_by_address || address.empty()) return;
    flight.group = "address:" + address;
  }
  Group& group = groups_[flight.group];
  if (group.flights >= limit) {
    breach(3, flight.group + " sees " + std::to_string(group.flights + 1) +
                  " requests at once, limit " + std::to_string(limit));
  }
  const Instant before = limit == 1 ? std::max(group.last_start, group.last_end) : group.last_start;
  if (before != kLongAgo && truth_.now() < before + gap) {
    breach(3, flight.host->key + " is asked " + ms(truth_.now() - before) +
                  " after the last request to " + flight.group + ", the gap is " + ms(gap));
  }
  ++group.flights;
  group.last_start = truth_.now();
}

void Referee::check_shares(int daemon, const Lease& lease, const std::string& address) {
  const auto memory = static_cast<std::size_t>(policy_->frontier.hosts_in_memory);
  const bool steady = hosts_.all().size() < memory - memory / 4;
  ShareWatch& watch = shares_[daemon];
  for (std::string& wrong :
       watch.started(*policy_, lease.id, lease.host_key, address, steady, truth_.now())) {
    breach(9, std::move(wrong));
  }
}

// How long did this host wait although it might have been asked?
void Referee::note_wait(HostBook& host, const Lease& lease) {
  const Millis gap = std::max(gap_floor(policy_->pace, host.rule, host.wishes), host.crawl_delay);
  const Millis lag = truth_.now() - lease.leased_at;
  const UrlBook* url = ledger_.find(stable_hash(lease.url));
  if (url == nullptr) return;
  const Instant ready =
      std::max({host.touched() + gap, host.name->touched_but_by(host) + gap,
                host.name->asked_until(), host.name->rest_until() + lag, host.asked_until,
                host.rest_until + lag, url->due + lag, shut_until(host) + lag, held_until_});
  const Millis waited = std::max(truth_.now() - ready, Millis{0});
  std::size_t bin = 0;
  while (bin + 1 < FairnessFigures::kBins && Seconds{std::int64_t{1} << bin} <= waited) ++bin;
  ++fairness_.bins[bin];
  if (waited <= fairness_.longest) return;
  fairness_.longest = waited;
  fairness_.longest_host = host.key;
}

void Referee::take_down(Flight& flight) {
  --flight.host->flights;
  flight.host->last_end = std::max(flight.host->last_end, flight.ended);
  if (flight.url != nullptr) flight.url->flying = false;
  if (!flight.group.empty()) {
    Group& group = groups_[flight.group];
    --group.flights;
    group.last_end = std::max(group.last_end, flight.ended);
  }
  --flying_[flight.daemon];
  flight.landed = true;
}

void Referee::landed(int, LeaseId lease, const Answer& answer, Instant ended) {
  const auto known = flights_.find(raw(lease));
  CHECK(known != flights_.end());
  Flight& flight = known->second;
  flight.ended = ended;
  flight.answer.status = answer.status;
  flight.answer.transport = answer.transport;
  flight.answer.meaning = answer.meaning;
  for (const Header& field : answer.headers) {
    if (iequals(field.name, "location")) flight.location = field.value;
    if (iequals(field.name, "ratelimit-policy")) flight.quota_gap = gap_of_quota(field.value);
    if (is_about_waits(field.name)) flight.speaks_of_wait = true;
  }
  if (flight.purpose == Purpose::Robots) {
    flight.answer.body = answer.body;
    hear_robots(flight);
  }
  take_down(flight);
  const bool tells = answer.transport != Transport::Aborted &&
                     answer.transport != Transport::EgressFailed &&
                     answer.transport != Transport::DnsFailed &&
                     answer.transport != Transport::DnsTimeout;
  shares_[flight.daemon].landed(lease, tells, flight.host->due.empty(), ended);
}

void Referee::cut(int daemon) {
  shares_[daemon].restarted();
  for (auto item = flights_.begin(); item != flights_.end();) {
    Flight& flight = item->second;
    if (flight.daemon != daemon) {
      ++item;
      continue;
    }
    flight.ended = std::max(flight.ended, truth_.now());
    if (!flight.landed) take_down(flight);
    item = flights_.erase(item);
  }
}

// Until when the origin wants to be left alone, as far as we promise to listen.
std::optional<Instant> Referee::asked_until(const Flight& flight) const {
  const Meaning& meaning = flight.answer.meaning;
  if (meaning.asks <= Millis{0} || !is_trouble(meaning.cls)) return std::nullopt;
  Millis longest = policy_->rest.of(meaning.cls).asked_max;
  if (meaning.cls == OutcomeClass::Maintenance && meaning.as_date) {
    longest = std::max(longest, policy_->rest.announced_max);
  }
  const Millis asks = std::min(meaning.asks, longest);
  // Seconds count from the end of the answer; a date was fixed when the origin began it.
  return meaning.as_date ? flight.started + asks - kDateRounding : flight.ended + asks;
}

}  // namespace frontierd::sim
