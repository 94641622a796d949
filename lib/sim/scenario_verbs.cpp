// What the lines of a scenario do.
#include <algorithm>

#include "base/text.h"
#include "rules/mirror.h"
#include "rules/url.h"
#include "sim/policy_keys.h"
#include "sim/scenario_stage.h"

namespace frontierd::sim {
namespace {

constexpr Millis kStoryLatency{10};  // of a host that names none

std::string host_part(const std::string& url) {
  return std::string(Url::parse(url)->host_key());
}

std::optional<std::string> told(const Result<void>& result) {
  if (result) return std::nullopt;
  return result.error().what;
}

}  // namespace

Stage::Fault Stage::act(const Words& words) {
  bool known = false;
  Fault fault = act_on_world(words, known);
  if (!known) fault = act_on_daemon(words, known);
  if (known) return fault;
  return "\"" + words.front() +
         "\" is no verb: policy, group, rule, mirror, egress, host, page, seed, run, expect, "
         "crash, stop, start, pause, resume, retry, drop, wish, network, resolver, disk, fail, "
         "wall, suspend, heal, world, only, fault, rest";
}

Stage::Fault Stage::act_on_world(const Words& words, bool& known) {
  const std::string& verb = words.front();
  known = true;
  if (verb == "policy") return set_policy(words);
  if (verb == "group") return add_group(words);
  if (verb == "rule") return add_rule(words);
  if (verb == "mirror") return add_mirror(words);
  if (verb == "egress") return add_egress(words);
  if (verb == "host") return set_host(words);
  if (verb == "page") return set_page(words);
  if (verb == "run") return run_for(words);
  if (verb == "world" || verb == "only" || verb == "fault") return set_life(words);
  if (verb == "rest") return rest();
  if (verb == "network" || verb == "resolver") {
    if (words.size() != 2 || (words[1] != "gone" && words[1] != "back"))
      return verb + ": gone or back";
    (verb == "network" ? sim().world().network_gone : sim().world().resolver_gone) =
        words[1] == "gone";
    return std::nullopt;
  }
  if (verb == "wall") {
    const auto by = parse_signed_duration(words.size() == 2 ? words[1] : "");
    if (!by) return by.error();
    sim().machine().step_wall(*by);
    return std::nullopt;
  }
  if (verb == "suspend") {
    const auto length = parse_signed_duration(words.size() == 2 ? words[1] : "");
    if (!length) return length.error();
    sim().suspend(*length);
    return std::nullopt;
  }
  if (verb == "heal") {
    sim().world().heal();
    return std::nullopt;
  }
  known = false;
  return std::nullopt;
}

Stage::Fault Stage::act_on_daemon(const Words& words, bool& known) {
  const std::string& verb = words.front();
  known = true;
  if (verb == "seed") return seed(words);
  if (verb == "crash") {
    sim().crash();
    return std::nullopt;
  }
  if (verb == "stop") {
    sim().stop_process();
    return std::nullopt;
  }
  if (verb == "start") {
    sim().start_process();
    return std::nullopt;
  }
  if (verb == "pause" || verb == "resume" || verb == "retry" || verb == "drop")
    return operate(words);
  if (verb == "wish") return wish(words);
  if (verb == "fail" || verb == "disk") return break_store(words);
  known = false;
  return std::nullopt;
}

Stage::Fault Stage::set_policy(const Words& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair) return "\"" + words[i] + "\" is not key=value";
    if (auto fault = set_policy_key(policy_, pair->first, pair->second)) return fault;
  }
  if (sim_) sim_->set_policy(std::make_shared<const Policy>(policy_));
  return std::nullopt;
}

Stage::Fault Stage::add_group(const Words& words) {
  if (words.size() < 3) return "group NAME hosts=PATTERN,PATTERN [flights=N] [gap=LENGTH]";
  GroupRule group;
  group.name = words[1];
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    const std::string key = pair ? pair->first : "";
    if (key == "hosts") {
      for (const auto host : split(pair->second, ',')) group.hosts.emplace_back(host);
    } else if (key == "flights" && parse_int<int>(pair->second)) {
      group.flights = *parse_int<int>(pair->second);
    } else if (key == "gap" && parse_duration(pair->second)) {
      group.gap = *parse_duration(pair->second);
    } else {
      return "\"" + words[i] + "\": a group has hosts, flights and gap";
    }
  }
  policy_.groups.push_back(std::move(group));
  return std::nullopt;
}

Stage::Fault Stage::add_rule(const Words& words) {
  if (words.size() < 3) return "rule PATTERN [gap=LENGTH] [flights=N] [health=PATH] [separate=yes]";
  HostRule rule;
  rule.pattern = words[1];
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    const std::string key = pair ? pair->first : "";
    if (key == "gap" && parse_duration(pair->second)) {
      rule.gap = parse_duration(pair->second);
    } else if (key == "flights" && parse_int<int>(pair->second)) {
      rule.flights = parse_int<int>(pair->second);
    } else if (key == "health") {
      rule.health_path = pair->second;
    } else if (key == "separate") {
      rule.separate = pair->second == "yes";
    } else {
      return "\"" + words[i] + "\": a rule has gap, flights, health and separate";
    }
  }
  policy_.hosts.push_back(std::move(rule));
  return std::nullopt;
}

// "mirror a.example b.example"
Stage::Fault Stage::add_mirror(const Words& words) {
  if (words.size() != 3) return "mirror HOST OTHER: what stands in for it while it rests";
  const auto from = parse_story_host(words[1]);
  const auto to = parse_story_host(words[2]);
  if (!from || !to) return !from ? from.error() : to.error();
  MirrorRule rule{*from, *to};
  if (const auto bad = complaint(policy_.mirrors, rule)) return *bad;
  policy_.mirrors.push_back(std::move(rule));
  return std::nullopt;
}

// "egress office hosts=*.example for=bot_walled", "egress office gone"
Stage::Fault Stage::add_egress(const Words& words) {
  constexpr auto kForm = "egress NAME [hosts=PATTERN,...] [for=first,bot_walled], or gone, or back";
  if (words.size() < 2) return kForm;
  if (words.size() == 3 && (words[2] == "gone" || words[2] == "back")) {
    auto& gone = sim().world().egresses_gone;
    words[2] == "gone" ? void(gone.insert(words[1])) : void(gone.erase(words[1]));
    return std::nullopt;
  }
  EgressRule rule;
  rule.name = words[1];
  rule.kind = rule.name == kDirectEgress ? EgressKind::Direct : EgressKind::Http;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair || (pair->first != "hosts" && pair->first != "for")) return kForm;
    const auto parts = split(pair->second, ',');
    if (pair->first == "hosts") {
      rule.hosts.assign(parts.begin(), parts.end());
    } else {
      rule.first = std::find(parts.begin(), parts.end(), "first") != parts.end();
      rule.when_walled = std::find(parts.begin(), parts.end(), "bot_walled") != parts.end();
    }
  }
  policy_.egress.pool.push_back(std::move(rule));
  return std::nullopt;
}

Stage::Fault Stage::set_host(const Words& words) {
  if (words.size() < 2) return "host NAME [habit=value]...";
  const auto key = parse_story_host(words[1]);
  if (!key) return key.error();
  Habits habits;
  habits.latency.base = kStoryLatency;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair) return "\"" + words[i] + "\" is not habit=value";
    if (auto fault = set_habit(habits, pair->first, pair->second)) return fault;
  }
  const bool known = sim().world().origins().contains(*key);
  if (known) {
    sim().world().origin(*key).habits() = std::move(habits);
  } else {
    sim().world().add(*key, std::move(habits));
  }
  return std::nullopt;
}

Stage::Fault Stage::set_page(const Words& words) {
  if (words.size() < 4 || words[2] != "answers") return "page URL answers ANSWER [then ANSWER]...";
  const auto url = parse_story_url(words[1]);
  if (!url) return url.error();
  auto answers = parse_answers(words, 3);
  if (!answers) return answers.error();
  const std::string key = host_part(*url);
  if (!sim().world().origins().contains(key)) {
    if (auto fault = set_host({"host", key})) return fault;
  }
  const std::string path = url->substr(key.size());
  sim().world().origin(key).script(path == "/*" ? "*" : path, std::move(*answers));
  return std::nullopt;
}

Stage::Fault Stage::seed(const Words& words) {
  int priority = kPriorityDefault;
  std::vector<std::string> urls;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (const auto pair = key_value(words[i]); pair && pair->first == "priority") {
      priority = parse_int<int>(pair->second).value_or(kPriorityDefault);
      continue;
    }
    // a.example/1..5 is five pages
    const std::size_t dots = words[i].find("..");
    const std::size_t slash = words[i].rfind('/', dots);
    const auto from = dots == std::string::npos || slash == std::string::npos
                          ? std::nullopt
                          : parse_int<int>(words[i].substr(slash + 1, dots - slash - 1));
    const auto to = from ? parse_int<int>(words[i].substr(dots + 2)) : std::nullopt;
    for (int n = from.value_or(0); n <= (to ? *to : from.value_or(0)); ++n) {
      const std::string text = to ? words[i].substr(0, slash + 1) + std::to_string(n) : words[i];
      const auto url = parse_story_url(text);
      if (!url) return url.error();
      urls.push_back(*url);
    }
  }
  for (const std::string& url : urls) {
    const std::string key = host_part(url);
    if (sim().world().origins().contains(key)) continue;
    if (auto fault = set_host({"host", key})) return fault;
  }
  sim().seed(std::move(urls), priority);
  return std::nullopt;
}

Stage::Fault Stage::run_for(const Words& words) {
  const auto length = words.size() == 2 ? parse_duration(words[1]) : std::nullopt;
  if (!length) return "run LENGTH, such as: run 5m";
  sim().run_until(sim().now() + *length);
  return std::nullopt;
}

Stage::Fault Stage::operate(const Words& words) {
  const std::string& verb = words[0];
  Process& process = sim().process();
  if (!process.up()) return verb + ": the daemon is not running";
  if (words.size() == 1 && (verb == "pause" || verb == "resume")) {
    process.dispatcher().pause(verb == "pause");
    process.poke();
    return std::nullopt;
  }
  if (words.size() != 2) return verb + " HOST or URL";
  const bool is_host = words[1].find('/') == std::string::npos || words[1].ends_with("://");
  const auto subject = is_host ? parse_story_host(words[1]) : parse_story_url(words[1]);
  if (!subject) return subject.error();
  if (verb == "pause" || verb == "resume") {
    HostWishes wishes;
    wishes.paused = verb == "pause";
    return told(process.set_wishes(*subject, wishes));
  }
  UrlSelection which;
  (is_host ? which.host_key : which.url) = *subject;
  const auto changed = verb == "retry" ? process.retry(which) : process.drop(which);
  if (!changed) return changed.error().what;
  return std::nullopt;
}

Stage::Fault Stage::wish(const Words& words) {
  if (words.size() < 2) return "wish HOST [gap=LENGTH] [flights=N]";
  const auto host = parse_story_host(words[1]);
  if (!host) return host.error();
  HostWishes wishes;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    const std::string key = pair ? pair->first : "";
    if (key == "gap") wishes.gap = parse_duration(pair->second);
    if (key == "flights") wishes.flights = parse_int<int>(pair->second);
  }
  return told(sim().process().set_wishes(*host, wishes));
}

Stage::Fault Stage::break_store(const Words& words) {
  if (words[0] == "disk") {
    if (words.size() != 2 || (words[1] != "full" && words[1] != "free")) return "disk full or free";
    sim().process().store().fill(words[1] == "full");
    return std::nullopt;
  }
  const auto calls = words.size() >= 2 ? parse_int<std::uint64_t>(words[1]) : std::nullopt;
  if (!calls) return "fail N [after]: the N-th store call from now on fails";
  StoreFault fault;
  fault.calls = *calls == 0 ? 0 : *calls - 1;
  fault.after = words.size() == 3 && words[2] == "after";
  sim().process().store().arm(fault);
  return std::nullopt;
}

}  // namespace frontierd::sim
