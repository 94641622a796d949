// The words of the scenario language: lines cut into words, and words into values. Faults are told
// in one sentence; the reader adds the line. Pure. The language: tests/README.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "sim/origin.h"

namespace frontierd::sim {

template <class T>
using Parsed = tl::expected<T, std::string>;
inline tl::unexpected<std::string> wrong(std::string what) {
  return tl::unexpected<std::string>(std::move(what));
}

// Words between white space; "..." keeps what is in it together, and # begins a comment.
Parsed<std::vector<std::string>> words_of(std::string_view line);

// "key=value", or nullopt.
std::optional<std::pair<std::string, std::string>> key_value(const std::string& word);

// A span of time in a story: "5s" (that second), "5s..9s", "5s.." or "*".
struct TimeSpan {
  Millis from{0};
  Millis to{0};
  bool holds(Millis at) const { return at >= from && at <= to; }
};
Parsed<TimeSpan> parse_span(std::string_view word);
// "3", "3..5", "3..".
struct CountSpan {
  long long from = 0;
  long long to = 0;
};
Parsed<CountSpan> parse_count(std::string_view word);
Parsed<Millis> parse_signed_duration(std::string_view word);  // "+1h", "-1d", "90s"

// "a.example/x" is "https://a.example/x"; what has a scheme keeps it. Canonical.
Parsed<std::string> parse_story_url(const std::string& word);
// "a.example" is "https://a.example".
Parsed<std::string> parse_story_host(const std::string& word);

// "429 retry-after=120 times=2 then 200".
Parsed<std::vector<ScriptedAnswer>> parse_answers(const std::vector<std::string>& words,
                                                  std::size_t first);
// "latency=300ms robots=\"User-agent: *; Disallow: /x\"" onto habits.
std::optional<std::string> set_habit(Habits& habits, const std::string& key,
                                     const std::string& value);

}  // namespace frontierd::sim
