// What a scenario says must have happened, and did it?
#include <algorithm>
#include <array>

#include "base/text.h"
#include "sim/scenario_stage.h"

namespace frontierd::sim {
namespace {

std::optional<EventKind> kind_of(const std::string& word) {
  for (int i = 0; i < kEventKinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

bool is_about_host(EventKind kind) {
  return kind == EventKind::Rest || kind == EventKind::Wake || kind == EventKind::Recover ||
         kind == EventKind::GiveUp;
}

// "why=..." holds if the words are somewhere in it.
std::optional<std::string> differs(const std::string& key, const std::string& wanted,
                                   const std::string& found) {
  const bool same = key == "why" ? found.find(wanted) != std::string::npos : found == wanted;
  if (same) return std::nullopt;
  return key + " is " + (found.empty() ? "empty" : found) + ", expected " + wanted;
}

}  // namespace

std::size_t Stage::expect(std::size_t line) {
  const ScenarioLine& head = scenario_.lines[line];
  some_ = head.words.size() > 1 && head.words[1] == "some";
  (void)sim();
  next_fetch_ = told_before_;
  bool named_fetches = false;
  ++line;
  for (; line < scenario_.lines.size() && scenario_.lines[line].indented; ++line) {
    const Words& words = scenario_.lines[line].words;
    if (words.size() > 1 && words[1] == "fetch") named_fetches = true;
    if (words[0] == "nothing") named_fetches = true;
    if (const Fault fault = check(words)) fail(scenario_.lines[line].number, *fault);
  }
  if (named_fetches && !some_) {
    if (const Fault fault = check_no_more_fetches()) fail(head.number, *fault);
  }
  told_before_ = told_.size();
  return line;
}

Stage::Fault Stage::check(const Words& words) {
  const std::string& first = words[0];
  if (first == "nothing") return std::nullopt;  // its block has no fetch: none may be left over
  if (first == "url") return check_url(words);
  if (first == "host") return check_host(words);
  if (first == "count") return check_count(words);
  if (first == "tally") return check_tally(words);
  const auto when = parse_span(first);
  if (!when) return when.error();
  if (words.size() < 2) return "what happens at " + first + "?";
  if (words[1] == "fetch") return check_next_fetch(*when, words);
  return check_event(*when, words);
}

Stage::Fault Stage::check_next_fetch(const TimeSpan& when, const Words& words) {
  const bool names_way = words.size() == 5 && words[3] == "by";
  if (words.size() != 3 && !names_way) return "TIME fetch URL [by EGRESS]";
  const auto url = parse_story_url(words[2]);
  if (!url) return url.error();
  for (; next_fetch_ < told_.size(); ++next_fetch_) {
    const Told& told = told_[next_fetch_];
    if (told.kind != EventKind::Fetch) continue;
    const bool same = told.subject == *url && (!names_way || told.egress == words[4]);
    if (same && when.holds(age(told.at))) {
      ++next_fetch_;
      return std::nullopt;
    }
    if (!some_) {
      ++next_fetch_;
      const std::string way = told.egress.empty() ? "" : " by " + told.egress;
      return "the next request is " + told.subject + way + " at " + shown(told.at);
    }
  }
  return "no such request";
}

Stage::Fault Stage::check_no_more_fetches() {
  for (; next_fetch_ < told_.size(); ++next_fetch_) {
    const Told& told = told_[next_fetch_];
    if (told.kind != EventKind::Fetch) continue;
    return "there is one request more: " + told.subject + " at " + shown(told.at);
  }
  return std::nullopt;
}

// "10s rest a.example overloaded until 30s..60s"
Stage::Fault Stage::check_event(const TimeSpan& when, const Words& words) {
  const auto kind = kind_of(words[1]);
  if (!kind) return "\"" + words[1] + "\" is no event";
  const bool whole =
      *kind == EventKind::Crash || *kind == EventKind::Start || *kind == EventKind::Trouble;
  std::string subject;
  if (!whole) {
    if (words.size() < 3) return words[1] + " of what?";
    const auto parsed =
        is_about_host(*kind) ? parse_story_host(words[2]) : parse_story_url(words[2]);
    if (!parsed) return parsed.error();
    subject = *parsed;
  }
  std::string nearest = "no such event";
  for (std::size_t i = told_before_; i < told_.size(); ++i) {
    const Told& told = told_[i];
    if (told.kind != *kind || (!whole && told.subject != subject)) continue;
    if (!when.holds(age(told.at))) {
      nearest = "it happened at " + shown(told.at);
      continue;
    }
    const Fault fault = match_event(told, words);
    if (!fault) return std::nullopt;
    nearest = *fault;
  }
  return nearest;
}

Stage::Fault Stage::match_event(const Told& told, const Words& words) const {
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (words[i] == "until" && i + 1 < words.size()) {
      const auto until = parse_span(words[++i]);
      if (!until) return until.error();
      if (!until->holds(age(told.until))) return "it lasts until " + shown(told.until);
    } else if (words[i] == "burnt") {
      if (told.number != 1) return "no attempt was burnt";
    } else if (words[i] == "unburnt") {
      if (told.number != 0) return "an attempt was burnt";
    } else if (told.detail != words[i]) {
      return "it is " + told.detail + ", not " + words[i];
    }
  }
  return std::nullopt;
}

// "url a.example/1 dropped because=gone attempts=1 why=\"...\""
Stage::Fault Stage::check_url(const Words& words) {
  if (words.size() < 3) return "url URL STATE [key=value]...";
  const auto url = parse_story_url(words[1]);
  if (!url) return url.error();
  const auto record = sim_->disk().inspector().url(*url);
  if (!record) return record.error().what;
  if (!*record) return words[2] == "unknown" ? std::nullopt : Fault("it is unknown");
  const UrlRecord& row = **record;
  if (to_string(row.state) != words[2]) {
    return "it is " + std::string(to_string(row.state)) + ": " + row.why;
  }
  for (std::size_t i = 3; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair) return "\"" + words[i] + "\" is not key=value";
    std::string found;
    if (pair->first == "because" && row.dropped_because) found = to_string(*row.dropped_because);
    if (pair->first == "attempts") found = std::to_string(row.attempts);
    if (pair->first == "tries") found = std::to_string(row.tries);
    if (pair->first == "crashes") found = std::to_string(row.crashes);
    if (pair->first == "class" && row.last_class) found = to_string(*row.last_class);
    if (pair->first == "via") found = row.via;
    if (pair->first == "why") found = row.why;
    if (auto fault = differs(pair->first, pair->second, found)) return fault;
  }
  return std::nullopt;
}

// "host a.example resting incidents=1 class=overloaded until=30s..60s gap=1s..2s why=..."
Stage::Fault Stage::check_host(const Words& words) {
  if (words.size() < 3) return "host HOST CONDITION [key=value]...";
  const auto key = parse_story_host(words[1]);
  if (!key) return key.error();
  Process& process = sim_->process();
  if (!process.up()) return "the daemon is not running";
  const auto record = sim_->disk().inspector().host(*key);
  if (!record) return record.error().what;
  if (!*record) return "it is unknown";
  const HostEntry& entry = (*record)->entry;
  const HostSlot* slot = process.dispatcher().schedule().find(entry.id);
  const HostState& state = slot != nullptr ? slot->entry.state : entry.state;
  const HostMoment moment = process.dispatcher().moment(entry, process.clock().now());
  const std::string condition =
      state.exhausted ? "exhausted" : std::string(to_string(moment.condition()));
  if (words[2] != "*" && condition != words[2]) return "it is " + condition + ": " + state.why;
  for (std::size_t i = 3; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair) return "\"" + words[i] + "\" is not key=value";
    const auto& [name, wanted] = *pair;
    if (name == "until" || name == "gap") {
      const auto span = parse_span(wanted);
      if (!span) return span.error();
      const Millis found =
          name == "gap" ? process.dispatcher().pace(entry, process.clock().now()).from_start()
                        : age(state.rest_until + process.lag());
      const bool holds = name == "gap" && wanted.find("..") == std::string::npos
                             ? found == span->from
                             : span->holds(found);
      if (!holds) return name + " is " + std::to_string(found.count()) + " ms";
      continue;
    }
    std::string found;
    if (name == "incidents") found = std::to_string(state.incidents);
    if (name == "walls") found = std::to_string(state.walls);
    if (name == "breaker") found = to_string(state.breaker);
    if (name == "class") found = to_string(state.rest_cls);
    if (name == "why") found = state.why;
    if (auto fault = differs(name, wanted, found)) return fault;
  }
  return std::nullopt;
}

// "count a.example 3..5": requests since the last expect, to a host or for a URL.
Stage::Fault Stage::check_count(const Words& words) {
  if (words.size() != 3) return "count HOST|URL N, N..M or N..";
  const bool is_host = words[1].find('/') == std::string::npos;
  const auto subject = is_host ? parse_story_host(words[1]) : parse_story_url(words[1]);
  const auto span = parse_count(words[2]);
  if (!subject) return subject.error();
  if (!span) return span.error();
  const auto counted = std::count_if(told_.begin() + static_cast<std::ptrdiff_t>(told_before_),
                                     told_.end(), [&](const Told& told) {
                                       if (told.kind != EventKind::Fetch) return false;
                                       return is_host ? told.subject.starts_with(*subject + "/")
                                                      : told.subject == *subject;
                                     });
  if (counted >= span->from && counted <= span->to) return std::nullopt;
  return std::to_string(counted) + " requests";
}

Stage::Fault Stage::check_tally(const Words& words) {
  const auto tally = sim_->disk().store().tally();
  if (!tally) return tally.error().what;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair) return "\"" + words[i] + "\" is not key=value";
    std::uint64_t found = 0;
    if (pair->first == "queued") found = tally->queued;
    if (pair->first == "leased") found = tally->leased;
    if (pair->first == "done") found = tally->done;
    if (pair->first == "dropped") found = tally->dropped;
    if (pair->second != std::to_string(found)) {
      return pair->first + " is " + std::to_string(found) + ", expected " + pair->second;
    }
  }
  return std::nullopt;
}

}  // namespace frontierd::sim
