// The habits of one origin: what a site of the real web does to its visitors, as numbers. All of
// them together make an honest origin with a few vices; a default-made value has none. Plain
// values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "rules/report.h"
#include "sim/answer.h"

namespace frontierd::sim {

// Something that comes back: on for `lasts` after every `every`, first at `offset` after the start
// of the world. every == 0: never.
struct Recurring {
  Millis every{0};
  Millis offset{0};
  Millis lasts{0};
  bool on(Millis age) const { return left(age) > Millis{0}; }
  // How long it still lasts; 0 when it is off.
  Millis left(Millis age) const {
    if (every == Millis{0} || age < offset) return Millis{0};
    const Millis phase = (age - offset) % every;
    return phase < lasts ? lasts - phase : Millis{0};
  }
};

struct LatencyHabit {
  Millis base{100};
  Millis spread{0};       // uniformly more
  double slow_share = 0;  // of requests that take `slow` instead
  Millis slow = Seconds{20};
};

// Serves `per_second` with room for a burst. Asked more, it collapses: it refuses everything, and
// every request while it is down keeps it down for `collapse` longer.
struct CapacityHabit {
  double per_second = 0;  // 0: without limit
  double burst = 5;
  Millis collapse = Seconds{30};
  Notice notice = Notice::None;
};

enum class Publishes { Nothing, RetryAfter, RateLimitFields, XRateLimit };

// At most `limit` requests of one client in each window.
struct QuotaHabit {
  int limit = 0;  // 0: none
  Millis window = std::chrono::minutes{1};
  Publishes publishes = Publishes::Nothing;
  int status = 429;
  bool as_date = false;  // Retry-After is a date
  Notice notice() const {
    if (publishes == Publishes::Nothing) return Notice::None;
    return as_date ? Notice::Date : Notice::Seconds;
  }
};

struct UpkeepHabit {
  Recurring when;
  Notice notice = Notice::None;
};

// More than `after` requests within `window` raise a wall; it stays up for `memory` after the last
// request that ran into it.
struct WallHabit {
  int after = 0;  // 0: none; walls from the first request on with after < 0
  Millis window = std::chrono::minutes{10};
  Millis memory = std::chrono::hours{8};
  WallKind kind = WallKind::Cloudflare;
  std::vector<std::string> against;  // these egresses only; empty: everybody
};

struct OutageHabit {
  Recurring when;
  Transport how = Transport::ConnectTimeout;  // Ok: a gateway answers 502 for it
  double reset_share = 0;                     // of requests that end in a reset at any time
};

struct NamingHabit {
  std::vector<std::string> addresses;  // empty: one of its own
  Millis ttl = std::chrono::hours{1};
  Millis moves_every{0};  // to the next address of its list; 0: never
  bool rotates = false;   // ... all of which are told, that one first
  bool dead = false;      // NXDOMAIN
  Recurring failing;      // SERVFAIL
  bool hangs = false;     // ... and late: nobody answers for long
};

struct RobotsHabit {
  std::vector<std::string> texts;  // in turn; empty: there is none (404)
  Millis changes_every{0};         // 0: the first one holds for ever
  Recurring failing;               // answers 503
  bool html_page = false;          // a page for people instead of a robots.txt
  std::string moved_to;            // a redirect to another host's, by URL
};

// Shares of the site's pages, by a hash of their URL and the world's seed: stable over a run.
struct PagesHabit {
  double gone = 0;          // 404
  double broken = 0;        // always 500
  double slow_gateway = 0;  // 504, one time in two
  double moved = 0;         // to another page of the site
  double moved_away = 0;    // to `away`
  std::string away;         // a host key
  double looping = 0;       // redirects to itself
  double trapped = 0;       // a chain of redirects without an end
  double unsteady = 0;      // appears only later, or vanishes
  bool validators = false;  // sends an ETag and answers 304
};

// Shares of the requests for pages that take up what everybody needs.
struct GreedHabit {
  double dripping = 0;  // a byte now and then, for `drips_for`
  Millis drips_for = Seconds{50};
  double hanging = 0;   // no byte at all, until we give up
  double flooding = 0;  // a body of `flood`
  std::uint64_t flood = 30u << 20;
};

struct Habits {
  LatencyHabit latency;
  CapacityHabit capacity;
  QuotaHabit quota;
  UpkeepHabit upkeep;
  WallHabit wall;
  OutageHabit outage;
  Recurring stale_errors;  // its CDN serves errors of earlier, unless asked past the cache
  NamingHabit naming;
  RobotsHabit robots;
  PagesHabit pages;
  GreedHabit greed;
  Millis clock_ahead{0};  // its clock is wrong by this
  bool says_date = true;
};

}  // namespace frontierd::sim
