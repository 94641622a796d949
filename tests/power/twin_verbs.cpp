#include "power/twin_verbs.h"

#include <algorithm>

#include "contract/harness.h"

namespace frontierd {
namespace {

constexpr int kPages = 60;
constexpr std::size_t kAll = 1'000'000;
constexpr std::size_t kStaleKept = 8;
constexpr int kCrashesMax = 4;

}  // namespace

std::string TwinVerbs::draw_url() {
  return "https://h" + std::to_string(draw(kHosts)) + ".example/" + std::to_string(draw(kPages)) +
         "/" + std::string(draw(200), 'x').substr(0, draw(3) * 60);
}

Verdict TwinVerbs::draw_verdict() {
  switch (draw(6)) {
    case 0:
      return Done{};
    case 1:
      return Done{draw_instant()};
    case 2:
      return Drop{static_cast<DropReason>(draw(kDropReasons)), "because"};
    case 3:
      return Follow{draw_url(), now_};
    default:
      return Retry{draw_instant(), draw(2) == 1, draw(2) == 1, "later"};
  }
}

Settlement TwinVerbs::draw_settlement(const Flight& flight) {
  Settlement made = landing(flight.real, draw_class(draw_), draw_verdict(), now_);
  made.facts.etag = std::to_string(draw(1'000));
  made.facts.archive.offset = draw(1'000'000);
  made.record_attempt = draw(6) != 0;
  if (draw(2) == 0) made.host = draw_host_state(draw_, now_);
  if (draw(3) == 0) made.incident = draw_incident(draw_, flight.real.url, now_);
  if (draw(4) == 0) made.egress_block = draw_egress_block(draw_, now_);
  if (draw(6) == 0) made.provider_block = draw_provider_block(draw_, now_);
  if (flight.real.purpose == Purpose::Robots) {
    made.robots =
        draw_robots(draw_, "User-agent: *\nDisallow: /" + std::string(draw(6'000), 'r'), now_);
  }
  return made;
}

Result<void> TwinVerbs::admit(Store& store) {
  std::vector<Candidate> batch;
  for (std::uint64_t i = 0, n = 1 + draw(24); i < n; ++i) {
    batch.push_back(candidate(draw_url(), static_cast<int>(draw(10)), draw_instant()));
    if (draw(4) == 0) batch.back().metadata = "{\"n\":\"" + std::string(draw(300), 'm') + "\"}";
  }
  TRY_ASSIGN(const auto real, store.admit(batch, now_));
  const auto model = model_.admit(batch, now_);
  for (std::size_t i = 0; i < batch.size(); ++i) compare("admit", real[i].url, (*model)[i].url);
  return {};
}

Result<void> TwinVerbs::lease(Store& store) {
  std::vector<LeaseRequest> requests;
  for (std::uint64_t i = 0, n = 1 + draw(8); i < n; ++i) {
    const auto purpose = draw(6) == 0 ? Purpose::Robots : Purpose::Page;
    requests.push_back({draw_host(), purpose, "https://errand.example/robots.txt"});
  }
  TRY_ASSIGN(const auto real, store.lease(requests, now_, Seconds{60}));
  const auto model = model_.lease(requests, now_, Seconds{60});
  compare("number of leases", real.leases.size(), model->leases.size());
  for (std::size_t i = 0; i < std::min(real.leases.size(), model->leases.size()); ++i) {
    compare("leased URL", real.leases[i].url, model->leases[i].url);
    flights_.push_back({real.leases[i], model->leases[i]});
  }
  return {};
}

Result<void> TwinVerbs::settle(Store& store, std::vector<Flight>& from) {
  std::vector<Settlement> real;
  std::vector<Settlement> model;
  for (std::uint64_t n = 1 + draw(6); n > 0 && !from.empty(); --n) {
    const auto picked = from.begin() + static_cast<std::ptrdiff_t>(draw(from.size()));
    real.push_back(draw_settlement(*picked));
    model.push_back(real.back());
    model.back().lease = picked->model;
    from.erase(picked);
  }
  TRY_ASSIGN(const std::size_t applied, store.settle(real, now_));
  compare("number settled", applied, *model_.settle(model, now_));
  return {};
}

Result<void> TwinVerbs::operate(Store& store) {
  const bool again = draw(3) != 0;
  UrlSelection which;
  if (again) {
    which.host_key = "https://h" + std::to_string(draw(kHosts)) + ".example";
    if (draw(2) == 0) which.last_class = draw_class(draw_);
  } else {
    which.url = draw_url();
  }
  if (again) {
    TRY_ASSIGN(const Retried real, store.retry(which, kAll, now_));
    const Retried model = *model_.retry(which, kAll, now_);
    compare("number due again", real.urls, model.urls);
    compare("hosts given a new start", real.new_starts + real.rests_ended,
            model.new_starts + model.rests_ended);
    return {};
  }
  TRY_ASSIGN(const auto real, store.drop(which, kAll, now_));
  compare("number dropped by the operator", real, *model_.drop(which, kAll, now_));
  return {};
}

Result<void> TwinVerbs::set_host(Store& store) {
  const HostId host = draw_host();
  const HostWishes wishes = draw_wishes(draw_);
  const HostState state = draw_host_state(draw_, now_);
  const std::string name = std::to_string(draw(3));
  const std::string value = std::string(draw(2'000), 'n');
  if (model_.host(host)->has_value()) {
    TRY(store.set_wishes(host, wishes));
    (void)model_.set_wishes(host, wishes);
    TRY(store.set_host_state(host, state));
    (void)model_.set_host_state(host, state);
    RobotsRecord robots;
    robots.expires_at = now_;
    robots.why = "drawn";
    TRY(store.set_robots(host, robots));
    (void)model_.set_robots(host, robots);
  }
  TRY(store.set_note(name, value));
  (void)model_.set_note(name, value);
  return {};
}

Result<void> TwinVerbs::give_up_queue(Store& store) {
  const HostId host = draw_host();
  const auto because = static_cast<DropReason>(draw(kDropReasons));
  TRY_ASSIGN(const auto real, store.drop_queue(host, {}, because, "given up", 4, now_));
  compare("number given up", real.dropped,
          model_.drop_queue(host, {}, because, "given up", 4, now_)->dropped);
  return {};
}

Result<void> TwinVerbs::step(Store& store) {
  now_ += Millis{static_cast<int>(draw(4'000))};
  switch (draw(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return admit(store);
    case 4:
    case 5:
    case 6:
    case 7:
      return lease(store);
    case 8:
    case 9:
    case 10:
    case 11:
      return settle(store, flights_);
    case 12:
      return settle(store, stale_);
    case 13:
      return operate(store);
    case 14:
      return set_host(store);
    default:
      return give_up_queue(store);
  }
}

Result<void> TwinVerbs::recover(Store& store, bool doubtful) {
  const bool crashed = draw(3) != 0;
  TRY_ASSIGN(const auto real, store.reclaim(now_, true, crashed, kCrashesMax));
  const auto model = model_.reclaim(now_, true, crashed, kCrashesMax);
  if (!doubtful) compare("hosts reclaimed", real, *model);
  return {};
}

void TwinVerbs::forget_flights() {
  stale_.insert(stale_.end(), flights_.begin(), flights_.end());
  if (stale_.size() > kStaleKept) {
    stale_.erase(stale_.begin(), stale_.end() - static_cast<std::ptrdiff_t>(kStaleKept));
  }
  flights_.clear();
}

}  // namespace frontierd
