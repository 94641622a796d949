#include "rules/host_state.h"

#include <algorithm>

#include "base/names.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 4> kBreakers{"closed", "open", "probing", "recovering"};
constexpr std::string_view kHistoryVersion = "1";
constexpr std::size_t kHistoryHeadFields = 5;

std::optional<Instant> parse_instant(std::string_view text) {
  const auto ms = parse_int<std::int64_t>(text);
  if (!ms) return std::nullopt;
  return std::clamp(from_unix_ms(*ms), kLongAgo, kNever);
}

std::optional<PastLanding> parse_landing(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto at = parse_instant(parts[0]);
  const auto cls = parse_outcome_class(parts[1]);
  const auto path_hash = parse_int<std::uint32_t>(parts[2]);
  if (!at || !cls || !path_hash) return std::nullopt;
  return PastLanding{*at, *cls, *path_hash};
}

constexpr Millis kRestMost = std::chrono::hours{24 * 365};

}  // namespace

HostState within_range(HostState state, Instant now) {
  state.rest_until = std::min(state.rest_until, now + kRestMost);
  for (Instant* past : {&state.trouble_since, &state.incident_at, &state.quota_at,
                        &state.history.first_at, &state.history.good_at,
                        &state.history.quickened_at}) {
    *past = std::min(*past, now);
  }
  state.slowed_at = std::min(state.slowed_at, state.rest_until < now ? now : state.rest_until);
  for (PastLanding& landing : state.history.last) landing.at = std::min(landing.at, now);
  return state;
}

std::string_view to_string(Breaker breaker) {
  return kBreakers[static_cast<std::size_t>(breaker)];
}

std::optional<Breaker> parse_breaker(std::string_view name) {
  return find_name<Breaker>(kBreakers, name);
}

// version;first;good;quickened;good_in_a_row{;at:class:path_hash}
std::string to_text(const HostHistory& history) {
  std::string out(kHistoryVersion);
  for (const Instant at : {history.first_at, history.good_at, history.quickened_at}) {
    out += ";" + std::to_string(to_unix_ms(at));
  }
  out += ";" + std::to_string(history.good_in_a_row);
  for (const PastLanding& landing : history.last) {
    if (landing.at == kLongAgo) break;
    out += ";" + std::to_string(to_unix_ms(landing.at)) + ":" +
           std::string(to_string(landing.cls)) + ":" + std::to_string(landing.path_hash);
  }
  return out;
}

std::optional<HostHistory> parse_history(std::string_view text) {
  if (text.empty()) return HostHistory{};
  const auto fields = split(text, ';');
  if (fields.size() < kHistoryHeadFields || fields[0] != kHistoryVersion ||
      fields.size() > kHistoryHeadFields + HostHistory::kKept) {
    return std::nullopt;
  }
  HostHistory history;
  const auto first = parse_instant(fields[1]);
  const auto good = parse_instant(fields[2]);
  const auto quickened = parse_instant(fields[3]);
  const auto in_a_row = parse_int<std::uint32_t>(fields[4]);
  if (!first || !good || !quickened || !in_a_row) return std::nullopt;
  history.first_at = *first;
  history.good_at = *good;
  history.quickened_at = *quickened;
  history.good_in_a_row = *in_a_row;
  for (std::size_t i = kHistoryHeadFields; i < fields.size(); ++i) {
    const auto landing = parse_landing(fields[i]);
    if (!landing) return std::nullopt;
    history.last[i - kHistoryHeadFields] = *landing;
  }
  return history;
}

}  // namespace frontierd
