#include "sim/scenario_words.h"

#include <algorithm>

#include "base/text.h"
#include "rules/url.h"

namespace frontierd::sim {

Parsed<std::vector<std::string>> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool started = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      started = true;
    } else if (!quoted && (is_space(c) || (c == '#' && !started))) {
      if (started) words.push_back(std::move(word));
      word.clear();
      started = false;
      if (c == '#') break;
    } else {
      word += c;
      started = true;
    }
  }
  if (quoted) return wrong("a quotation mark is not closed");
  if (started) words.push_back(std::move(word));
  return words;
}

std::optional<std::pair<std::string, std::string>> key_value(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return std::pair(word.substr(0, equals), word.substr(equals + 1));
}

Parsed<TimeSpan> parse_span(std::string_view word) {
  constexpr Millis kForEver = std::chrono::hours{24 * 365 * 100};
  if (word == "*") return TimeSpan{Millis{0}, kForEver};
  const std::size_t dots = word.find("..");
  const auto from = parse_duration(word.substr(0, dots));
  if (!from) return wrong("\"" + std::string(word) + "\" is no time such as 5s, 5s..9s or 5s..");
  if (dots == std::string_view::npos) return TimeSpan{*from, *from + Millis{999}};
  if (dots + 2 == word.size()) return TimeSpan{*from, kForEver};
  const auto to = parse_duration(word.substr(dots + 2));
  if (!to) return wrong("\"" + std::string(word) + "\": what is after .. is no time");
  return TimeSpan{*from, *to};
}

Parsed<CountSpan> parse_count(std::string_view word) {
  const std::size_t dots = word.find("..");
  const auto from = parse_int<long long>(word.substr(0, dots));
  if (!from) return wrong("\"" + std::string(word) + "\" is no count such as 3, 3..5 or 3..");
  if (dots == std::string_view::npos) return CountSpan{*from, *from};
  if (dots + 2 == word.size()) return CountSpan{*from, INT64_MAX};
  const auto to = parse_int<long long>(word.substr(dots + 2));
  if (!to) return wrong("\"" + std::string(word) + "\": what is after .. is no count");
  return CountSpan{*from, *to};
}

Parsed<Millis> parse_signed_duration(std::string_view word) {
  const bool less = word.starts_with('-');
  if (less || word.starts_with('+')) word.remove_prefix(1);
  const auto length = parse_duration(word);
  if (!length) return wrong("\"" + std::string(word) + "\" is no length of time such as 90s");
  return less ? -*length : *length;
}

Parsed<std::string> parse_story_url(const std::string& word) {
  const bool whole = word.starts_with("http://") || word.starts_with("https://");
  const auto url = Url::parse(whole ? word : "https://" + word);
  if (!url) return wrong("\"" + word + "\" is no URL: " + std::string(reason(url.error())));
  return url->text();
}

Parsed<std::string> parse_story_host(const std::string& word) {
  const auto url = parse_story_url(word + "/");
  if (!url) return wrong(url.error());
  return url->substr(0, url->size() - 1);
}

namespace {

std::optional<Transport> transport_of(std::string_view word) {
  if (word == "timeout") return Transport::Timeout;
  if (word == "connect-timeout") return Transport::ConnectTimeout;
  if (word == "connect-refused") return Transport::ConnectRefused;
  if (word == "reset") return Transport::Reset;
  if (word == "empty") return Transport::EmptyReply;
  if (word == "tls-failed") return Transport::TlsFailed;
  if (word == "too-large") return Transport::BodyTooLarge;
  if (word == "bad-encoding") return Transport::BadEncoding;
  return std::nullopt;
}

// The answers that have a name of their own.
std::optional<Answer> named(std::string_view word) {
  const Voice voice;
  if (word == "page") return a_page(voice, "A page");
  if (word == "overloaded") return overload(voice, Millis{0}, Notice::None);
  if (word == "maintenance") return maintenance(voice, Millis{0}, Notice::None);
  if (word == "nginx-limit") return too_many(voice, 503, Millis{0}, Notice::None);
  if (word == "stale-503") return stale_error(voice, Seconds{45});
  if (word == "cloudflare-wall") return wall(voice, WallKind::Cloudflare);
  if (word == "akamai-wall") return wall(voice, WallKind::Akamai);
  if (word == "aws-wall") return wall(voice, WallKind::AwsWaf);
  if (const auto how = transport_of(word)) {
    Answer answer = silence(*how, Millis{50});
    if (*how == Transport::BodyTooLarge || *how == Transport::BadEncoding) {
      answer.meaning = Meaning{OutcomeClass::Broken, Scope::Url};
    }
    return answer;
  }
  const auto status = parse_int<int>(word);
  if (status && *status >= 200 && *status <= 999) return bare(voice, *status);
  return std::nullopt;
}

void set_header(Answer& answer, const std::string& name, const std::string& value) {
  answer.headers.push_back({name, value});
}

// "User-agent: *; Disallow: /x" with a line for each part.
std::string robots_text(std::string_view text) {
  std::string out;
  for (const std::string_view part : split(text, ';')) out += std::string(trim(part)) + "\n";
  return out;
}

// One "key=value" behind an answer; false if it is not known or not well formed.
bool refine(ScriptedAnswer& scripted, const std::string& key, const std::string& value) {
  Answer& answer = scripted.answer;
  if (key == "retry-after") {  // seconds, as they are sent: also 0, garbage and the enormous
    set_header(answer, "Retry-After", value);
    const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
    constexpr std::int64_t kYears = 1'000'000'000;
    const std::int64_t seconds = parse_int<std::int64_t>(value).value_or(kYears);
    if (digits) answer.meaning.asks = Seconds{std::min(seconds, kYears)};
    return true;
  }
  if (key == "retry-after-date") {
    const auto length = parse_duration(value);
    if (!length) return false;
    set_header(answer, "Retry-After", "");
    answer.meaning.asks = *length;
    answer.meaning.as_date = true;
    return true;
  }
  if (key == "location") return set_header(answer, "Location", value), true;
  if (key == "robots") {
    answer = robots_file(Voice{}, robots_text(value));
    return true;
  }
  if (key == "body") return answer.body = value, true;
  if (key == "times") {
    const auto times = parse_int<int>(value);
    if (times) scripted.times = *times;
    return times && *times > 0;
  }
  if (key == "takes") {
    const auto length = parse_duration(value);
    if (length) answer.takes = *length;
    return length.has_value();
  }
  if (key == "header") {
    const std::size_t colon = value.find(':');
    if (colon == std::string::npos) return false;
    set_header(answer, value.substr(0, colon), std::string(trim(value.substr(colon + 1))));
    return true;
  }
  return false;
}

}  // namespace

Parsed<std::vector<ScriptedAnswer>> parse_answers(const std::vector<std::string>& words,
                                                  std::size_t first) {
  std::vector<ScriptedAnswer> answers;
  bool wants_answer = true;
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (wants_answer) {
      auto answer = named(word);
      if (!answer) return wrong("\"" + word + "\" is no answer: a status, or a name such as reset");
      answers.push_back({std::move(*answer), 1});
      answers.back().answer.takes = std::min(answers.back().answer.takes, Millis{10});
      wants_answer = false;
    } else if (word == "then") {
      wants_answer = true;
    } else {
      const auto pair = key_value(word);
      if (!pair || !refine(answers.back(), pair->first, pair->second)) {
        return wrong("\"" + word +
                     "\" says nothing about an answer: then, or key=value with "
                     "retry-after, retry-after-date, location, robots, header, body, takes, times");
      }
    }
  }
  if (answers.empty() || wants_answer) return wrong("an answer is missing");
  return answers;
}

namespace {

std::optional<double> parse_real(const std::string& text) {
  const std::size_t point = text.find('.');
  const auto whole = parse_int<int>(std::string_view(text).substr(0, point));
  if (!whole) return std::nullopt;
  if (point == std::string::npos) return *whole;
  const std::string digits = text.substr(point + 1);
  const auto part = parse_int<unsigned>(digits);
  if (!part) return std::nullopt;
  double scale = 1;
  for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
  return *whole + *part / scale;
}

std::optional<Publishes> parse_publishes(const std::string& text) {
  if (text == "nothing") return Publishes::Nothing;
  if (text == "retry-after") return Publishes::RetryAfter;
  if (text == "ratelimit") return Publishes::RateLimitFields;
  if (text == "x-ratelimit") return Publishes::XRateLimit;
  return std::nullopt;
}

template <class Value, class Place>
bool put(const std::optional<Value>& value, Place& place) {
  if (value) place = *value;
  return value.has_value();
}

bool put_habit(Habits& habits, const std::string& key, const std::string& value) {
  if (key == "latency") return put(parse_duration(value), habits.latency.base);
  if (key == "address") return habits.naming.addresses = {value}, true;
  if (key == "ttl") return put(parse_duration(value), habits.naming.ttl);
  if (key == "dead") return habits.naming.dead = value == "yes", true;
  if (key == "date") return habits.says_date = value == "yes", true;
  if (key == "robots") return habits.robots.texts = {robots_text(value)}, true;
  if (key == "capacity") return put(parse_real(value), habits.capacity.per_second);
  if (key == "burst") return put(parse_real(value), habits.capacity.burst);
  if (key == "collapse") return put(parse_duration(value), habits.capacity.collapse);
  if (key == "quota") return put(parse_int<int>(value), habits.quota.limit);
  if (key == "window") return put(parse_duration(value), habits.quota.window);
  if (key == "quota-status") return put(parse_int<int>(value), habits.quota.status);
  if (key == "publishes") return put(parse_publishes(value), habits.quota.publishes);
  if (key == "wall-after") return put(parse_int<int>(value), habits.wall.after);
  if (key == "wall-against") {
    for (const auto egress : split(value, ',')) habits.wall.against.emplace_back(egress);
    return true;
  }
  if (key == "wall-memory") return put(parse_duration(value), habits.wall.memory);
  if (key == "clock") {
    const auto ahead = parse_signed_duration(value);
    if (ahead) habits.clock_ahead = *ahead;
    return ahead.has_value();
  }
  return false;
}

}  // namespace

std::optional<std::string> set_habit(Habits& habits, const std::string& key,
                                     const std::string& value) {
  if (put_habit(habits, key, value)) return std::nullopt;
  return key + "=" + value +
         ": hosts have latency, address, ttl, dead, date, clock, robots, capacity, burst, "
         "collapse, quota, window, quota-status, publishes, wall-after, wall-against, "
         "wall-memory";
}

}  // namespace frontierd::sim
