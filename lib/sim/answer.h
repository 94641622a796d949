// What an origin gives back for one request, and what it meant by it. The bytes go to the daemon,
// which classifies them as it would the real web; the meaning goes to the referee alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "rules/outcome.h"
#include "rules/report.h"
#include "sim/habit.h"

namespace frontierd::sim {

// The origin's own word on its answer.
struct Meaning {
  OutcomeClass cls = OutcomeClass::Fetched;
  Scope scope = Scope::Url;
  Millis asks{0};        // leave the host alone for so long; 0: not said
  bool as_date = false;  // said as a date, fixed when the answer begins; else from its end on
  bool operator==(const Meaning&) const = default;
};

struct Answer {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  std::uint64_t more_bytes = 0;         // of the body, after those that are kept of it
  Millis takes{100};                    // from the request's start to the answer's end
  Transport transport = Transport::Ok;  // how it ended below HTTP
  Meaning meaning;
  Habit habit = Habit::None;
};

// The same answer, marked as of that habit.
inline Answer by(Habit habit, Answer answer) {
  answer.habit = habit;
  return answer;
}

// How a wait is said.
enum class Notice { None, Seconds, Date };

// What the answers need to know about who gives them.
struct Voice {
  Instant clock = kLongAgo;  // the origin's own idea of now, right or wrong
  bool says_date = true;     // sends Date
};

Answer a_page(const Voice& voice, std::string title);
Answer not_modified(const Voice& voice);
Answer not_found(const Voice& voice, int status = 404);
Answer redirect(const Voice& voice, std::string location, int status = 301);
Answer robots_file(const Voice& voice, std::string text);
// A bare server error about this one URL.
Answer broken_page(const Voice& voice, int status);
Answer overload(const Voice& voice, Millis asks, Notice notice);
Answer too_many(const Voice& voice, int status, Millis asks, Notice notice);
Answer maintenance(const Voice& voice, Millis asks, Notice notice);
Answer bad_gateway(const Voice& voice);
enum class WallKind { Cloudflare, Akamai, AwsWaf };
inline constexpr int kWallKinds = 3;
Answer wall(const Voice& voice, WallKind kind);
// An overload of earlier, served by a cache.
Answer stale_error(const Voice& voice, Seconds age);
// No HTTP answer at all.
Answer silence(Transport how, Millis takes);
// A bare status with nothing around it, meaning what its number says.
Answer bare(const Voice& voice, int status);

// "Sun, 22 Nov 2026 00:04:45 GMT".
std::string http_date(Instant at);

}  // namespace frontierd::sim
