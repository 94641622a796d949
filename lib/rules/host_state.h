// All that is remembered about one host: a value, stored whole. `learned` facts are ours and change
// with every incident; the operator's wishes are his and are never overwritten by learning.
// Conditions (ready, resting, ...) are derived, never stored.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "rules/outcome.h"

namespace frontierd {

// Closed → Open (resting until rest_until) → Probing (one trial in flight or due) → Recovering
// (slow resume) → Closed. Any trouble leads back to Open.
enum class Breaker { Closed, Open, Probing, Recovering };

// One remembered landing: enough for history to be evidence, small enough to be stored.
struct PastLanding {
  Instant at = kLongAgo;
  OutcomeClass cls = OutcomeClass::Fetched;
  std::uint32_t path_hash = 0;  // of the first path segment: "one path only" against "every path"
  bool operator==(const PastLanding&) const = default;
};

struct HostHistory {
  static constexpr std::size_t kKept = 8;
  std::array<PastLanding, kKept> last{};  // newest first; unused entries have at == kLongAgo
  Instant first_at = kLongAgo;            // first request ever
  Instant good_at = kLongAgo;             // last good news
  Instant quickened_at = kLongAgo;        // when our pace last rose
  std::uint32_t good_in_a_row = 0;        // good news since the last trouble
  bool operator==(const HostHistory&) const = default;
};

struct HostState {
  Breaker breaker = Breaker::Closed;
  Instant rest_until = kLongAgo;                  // Open: no request before this
  OutcomeClass rest_cls = OutcomeClass::Fetched;  // why it rests
  std::string why;                   // the same in words, with the response that led to it
  int incidents = 0;                 // in a row, since the last full recovery
  int walls = 0;                     // of these, bot walls
  int url_troubles = 0;              // url-scope troubles in a row, not yet an incident
  Instant trouble_since = kLongAgo;  // first incident of the row
  Instant incident_at = kLongAgo;    // when the last incident was settled: flights that started
                                     // before it and come home refused are the same incident
  int resume_step = 0;               // Recovering: steps left; gap is multiplied by 2^steps
  bool exhausted = false;            // given up: its queue is dropped

  Millis good_gap{0};            // the pace to earn back, start to start: just below the one that
                                 // was refused; 0: never told to slow down
  Instant slowed_at = kLongAgo;  // the cubic's origin: end of the rest after that incident
  Millis quota_gap{0};           // published quota, start to start, margin included; 0: none known
  Instant quota_at = kLongAgo;
  Millis crawl_delay{0};  // robots.txt, capped
  Millis latency{0};      // smoothed
  Millis latency_kept{0};  // the same as it was last written: what a restart goes by
  HostHistory history;

  bool operator==(const HostState&) const = default;
};

// The operator's wishes for one host.
struct HostWishes {
  bool paused = false;
  std::optional<Millis> gap;
  std::optional<int> flights;
  std::string note;
  bool operator==(const HostWishes&) const = default;
};

// A state as it came from the store, cut to what it can be now: what is past is not after `now` (an
// incident of the future would swallow every one that follows), and no rest is longer than a year.
HostState within_range(HostState state, Instant now);

std::string_view to_string(Breaker breaker);  // "closed", "open", "probing", "recovering"
std::optional<Breaker> parse_breaker(std::string_view name);

// HostHistory as one line of text for a column, and back; nullopt if it is not ours.
std::string to_text(const HostHistory& history);
std::optional<HostHistory> parse_history(std::string_view text);

}  // namespace frontierd
