#include "contract/draw.h"

#include <array>

namespace frontierd {
namespace {

constexpr std::array kEgresses{"direct", "office", "home"};
constexpr std::array kVendors{"cloudflare", "akamai", "v"};
constexpr std::array kWords{"answered 503", "asked to wait", "gave no answer",
                            "\"quoted\" \xc3\xa4"};

int small(const Draw& draw, std::uint64_t bound) {
  return static_cast<int>(draw(bound));
}
bool flip(const Draw& draw) {
  return draw(2) == 1;
}
Millis draw_millis(const Draw& draw) {
  return Millis{small(draw, 100'000)};
}

HostHistory draw_history(const Draw& draw, Instant now) {
  HostHistory history;
  const std::uint64_t kept = draw(HostHistory::kKept + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    history.last[i] = {draw_instant(draw, now), draw_class(draw),
                       static_cast<std::uint32_t>(draw(1u << 31))};
  }
  history.first_at = draw_instant(draw, now);
  history.good_at = draw_instant(draw, now);
  history.quickened_at = draw_instant(draw, now);
  history.good_in_a_row = static_cast<std::uint32_t>(draw(9));
  return history;
}

}  // namespace

Instant draw_instant(const Draw& draw, Instant now) {
  return now + Seconds{small(draw, 40)} - Seconds{12};
}

OutcomeClass draw_class(const Draw& draw) {
  return static_cast<OutcomeClass>(draw(kOutcomeClasses));
}

HostState draw_host_state(const Draw& draw, Instant now) {
  HostState state;
  state.breaker = static_cast<Breaker>(draw(4));
  state.rest_until = draw_instant(draw, now);
  state.rest_cls = draw_class(draw);
  state.why = kWords[draw(kWords.size())];
  state.incidents = small(draw, 9);
  state.walls = small(draw, 3);
  state.url_troubles = small(draw, 5);
  state.trouble_since = draw_instant(draw, now);
  state.incident_at = draw_instant(draw, now);
  state.resume_step = small(draw, 5);
  state.exhausted = flip(draw);
  state.good_gap = draw_millis(draw);
  state.slowed_at = draw_instant(draw, now);
  state.quota_gap = draw_millis(draw);
  state.quota_at = draw_instant(draw, now);
  state.crawl_delay = draw_millis(draw);
  state.latency = draw_millis(draw);
  state.history = draw_history(draw, now);
  return state;
}

HostWishes draw_wishes(const Draw& draw) {
  HostWishes wishes;
  wishes.paused = flip(draw);
  if (flip(draw)) wishes.gap = draw_millis(draw);
  if (flip(draw)) wishes.flights = small(draw, 4);
  if (flip(draw)) wishes.note = "note " + std::to_string(draw(9));
  return wishes;
}

Incident draw_incident(const Draw& draw, const std::string& url, Instant now) {
  return {draw_instant(draw, now),         draw_class(draw),           static_cast<Scope>(draw(3)),
          kVendors[draw(kVendors.size())], 500 + small(draw, 9),       url,
          draw_instant(draw, now),         kWords[draw(kWords.size())]};
}

RobotsRecord draw_robots(const Draw& draw, std::string body, Instant now) {
  RobotsRecord record;
  record.state = static_cast<RobotsState>(draw(3));
  record.fetched_at = draw_instant(draw, now);
  record.expires_at = draw_instant(draw, now);
  if (flip(draw)) record.unreachable_since = draw_instant(draw, now);
  record.body = std::move(body);
  record.why = kWords[draw(kWords.size())];
  record.status = 200 + small(draw, 9);
  return record;
}

EgressBlock draw_egress_block(const Draw& draw, Instant now) {
  return {kEgresses[draw(kEgresses.size())],
          flip(draw) ? kVendors[draw(kVendors.size())] : "",
          small(draw, 4),
          draw_instant(draw, now),
          draw_instant(draw, now),
          kWords[draw(kWords.size())]};
}

ProviderBlock draw_provider_block(const Draw& draw, Instant now) {
  return {kEgresses[draw(kEgresses.size())],
          kVendors[draw(kVendors.size())],
          1 + small(draw, 5),
          draw_instant(draw, now),
          draw_instant(draw, now),
          kWords[draw(kWords.size())]};
}

}  // namespace frontierd
