#include "originlab/origin.h"

#include <algorithm>

#include "base/text.h"
#include "originlab/content.h"
#include "originlab/dates.h"
#include "originlab/glob.h"

namespace frontierd::originlab {
namespace {

const Answer& not_found() {
  static const Answer answer = [] {
    Answer a;
    a.status = 404;
    return a;
  }();
  return answer;
}

std::string retry_after(RetryAfter form, std::int64_t now, Micros left) {
  const std::int64_t seconds = (left.count() + 999'999) / 1'000'000;
  switch (form) {
    case RetryAfter::None:
      return {};
    case RetryAfter::Seconds:
      return "Retry-After: " + std::to_string(seconds);
    case RetryAfter::Imf:
      return "Retry-After: " + http_date(now + seconds);
    case RetryAfter::Rfc850:
      return "Retry-After: " + http_date(now + seconds, DateForm::Rfc850);
    case RetryAfter::Asctime:
      return "Retry-After: " + http_date(now + seconds, DateForm::Asctime);
  }
  return {};
}

// The answer whose share of a row of lengths covers `at`; the last one beyond the end.
template <class Length, class Share>
const Answer& covering(const std::vector<Answer>& answers, Length at, Share share) {
  for (const Answer& answer : answers) {
    if (at < share(answer)) return answer;
    at -= share(answer);
  }
  return answers.back();
}

}  // namespace

Origin::Origin(const Host& host, std::uint64_t seed)
    : host_(host), dice_(seed ^ stable_hash(host.names.front())), counters_(host.routes.size()) {
  for (const Wall& wall : host.walls) walls_.emplace_back(wall);
  for (const Limit& limit : host.limits) limits_.emplace_back(limit);
  if (host.capacity) capacity_.emplace(*host.capacity);
}

Micros Origin::since_start(Micros now) {
  if (!first_request_) first_request_ = now;
  return host_.from_first_request ? now - *first_request_ : now;
}

std::int64_t Origin::unix_seconds(const Visit& visit) const {
  return (visit.unix_us + host_.clock_skew.count()) / 1'000'000;
}

std::optional<Ruling> Origin::maintenance(const Visit& visit, Micros at) const {
  for (const Maintenance& one : host_.maintenance) {
    if (!one.window.holds(at) || !one.paths.cover(visit.request.target)) continue;
    Ruling out{&one.answer, "maintenance", {}, {}, 0};
    if (one.window.to < kForever) {
      const std::string field =
          retry_after(one.retry_after, unix_seconds(visit), one.window.left(at));
      if (!field.empty()) out.headers.push_back(field);
    }
    return out;
  }
  return std::nullopt;
}

std::optional<Ruling> Origin::stale(const Visit& visit, Micros at) const {
  for (const Stale& one : host_.stale) {
    if (!one.window.holds(at) || !one.paths.cover(visit.request.target)) continue;
    if (visit.request.past_cache()) continue;
    const Micros age = one.window.every.count() == 0 ? at - one.window.from
                                                     : (at - one.window.from) % one.window.every;
    return Ruling{&one.answer,
                  "stale",
                  {"Age: " + std::to_string(age.count() / 1'000'000 + 1), "X-Cache: HIT"},
                  {},
                  0};
  }
  return std::nullopt;
}

Ruling Origin::gate(const Visit& visit) {
  const Micros at = since_start(visit.now);
  if (auto ruling = maintenance(visit, at)) return *ruling;
  if (auto ruling = stale(visit, at)) return *ruling;
  for (std::size_t i = 0; i < walls_.size(); ++i) {
    if (walls_[i].refuses(visit)) return {&host_.walls[i].answer, "wall", {}, {}, 0};
  }
  Ruling out;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    if (!host_.limits[i].paths.cover(visit.request.target)) continue;
    const LimitGate::Tally tally = limits_[i].count(visit);
    for (std::string& field : limits_[i].fields(tally, unix_seconds(visit))) {
      out.headers.push_back(std::move(field));
    }
    if (tally.refused) {
      out.answer = &host_.limits[i].answer;
      out.by = "limit";
      return out;
    }
  }
  return out;
}

CapacityGate* Origin::capacity(const Visit& visit) {
  if (!capacity_ || !host_.capacity->paths.cover(visit.request.target)) return nullptr;
  return &*capacity_;
}

const Answer& Origin::choose(const Route& route, Counter& counter, const Visit& visit) {
  if (route.answers.size() == 1) return route.answers.front();
  switch (route.pick) {
    case Pick::Sequence: {
      if (counter.turns.size() >= kMaxClients) counter.turns.clear();
      std::uint64_t turn = counter.turns[counter_key(route.per, visit)]++;
      std::uint64_t round = 0;
      for (const Answer& answer : route.answers) round += answer.times;
      if (route.cycle) turn %= round;
      return covering(route.answers, turn, [](const Answer& a) { return a.times; });
    }
    case Pick::Time: {
      Micros at = since_start(visit.now);
      Micros round{0};
      for (const Answer& answer : route.answers) round = std::min(kForever, round + answer.lasts);
      if (route.cycle && round > Micros{0}) at %= round;
      return covering(route.answers, at, [](const Answer& a) { return a.lasts; });
    }
    case Pick::Random:
      break;
  }
  double sum = 0;
  for (const Answer& answer : route.answers) sum += answer.weight;
  return covering(route.answers, dice_.roll().unit * sum, [](const Answer& a) { return a.weight; });
}

std::optional<Ruling> Origin::page(const Visit& visit) {
  if (!host_.pages) return std::nullopt;
  const Pages& pages = *host_.pages;
  const std::string& target = visit.request.target;
  const std::uint64_t version =
      static_cast<std::uint64_t>(since_start(visit.now) / pages.change_every);
  Content content;
  if (const auto number = page_number(pages, target)) {
    content.body = page_body(pages, *number, name(), version);
    content.etag = "\"p" + std::to_string(*number) + "v" + std::to_string(version) + "\"";
  } else if (target == "/") {
    content.body = index_body(pages, name());
    content.etag = "\"index\"";
  } else {
    return std::nullopt;
  }
  const Micros age =
      since_start(visit.now) - pages.change_every * static_cast<std::int64_t>(version);
  content.modified = unix_seconds(visit) - age.count() / 1'000'000;
  return Ruling{&pages.answer, "page", {}, std::move(content), ++pages_asked_.asked};
}

Ruling Origin::serve(const Visit& visit) {
  for (std::size_t i = 0; i < host_.routes.size(); ++i) {
    const Route& route = host_.routes[i];
    if (!glob_path(route.path, visit.request.target)) continue;
    Counter& counter = counters_[i];
    const std::uint64_t nth = ++counter.asked;
    const Answer& answer = choose(route, counter, visit);
    if (!answer.pass) return {&answer, "route", {}, {}, nth};
  }
  if (auto ruling = page(visit)) return std::move(*ruling);
  return {&not_found(), "none", {}, {}, 0};
}

Reply Origin::reply(const Ruling& ruling, const Visit& visit) const {
  const std::string& target = visit.request.target;
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx",
                static_cast<unsigned long long>(stable_hash(visit.request.host + target)));
  Facts facts{unix_seconds(visit),
              {{"n", std::to_string(ruling.nth)},
               {"path", target},
               {"host", visit.request.host.substr(0, visit.request.host.rfind(':'))},
               {"port", visit.port},
               {"client", visit.client},
               {"hash", hash}}};
  return make_reply(
      {*ruling.answer, visit.request, std::move(facts), ruling.headers, ruling.content});
}

void Origin::close() {
  if (capacity_) capacity_->close();
}

Micros Origin::latency(const Answer& answer, bool refused) {
  const Latency none;
  const Latency& span = answer.latency ? *answer.latency : refused ? none : host_.latency;
  const auto width = static_cast<double>((span.to - span.from).count());
  return span.from + Micros{static_cast<std::int64_t>(width * dice_.roll().unit)};
}

}  // namespace frontierd::originlab
