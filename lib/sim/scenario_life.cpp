// The lines of a scenario that set up a made-up world: what a shrinker writes.
#include <algorithm>

#include "base/text.h"
#include "sim/scenario_stage.h"

namespace frontierd::sim {
namespace {

template <class Number>
bool read(const std::string& text, Number& into) {
  const auto number = parse_int<Number>(text);
  if (number) into = *number;
  return number.has_value();
}

bool read(const std::string& text, Millis& into) {
  const auto length = parse_duration(text);
  if (length) into = *length;
  return length.has_value();
}

bool read(const std::string& text, double& into) {
  char* end = nullptr;
  into = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() && into >= 0;
}

bool read(const std::string& text, bool& into) {
  into = text == "yes";
  return into || text == "no";
}

bool set_world(WorldPlan& world, const std::string& key, const std::string& value) {
  if (key == "seed") return read(value, world.seed);
  if (key == "hosts") return read(value, world.hosts) && world.hosts > 0;
  if (key == "pages") return read(value, world.pages_per_host);
  if (key == "span") return read(value, world.span);
  return key == "vices" && read(value, world.vices);
}

bool set_fault(PlannedFault& fault, const std::string& key, const std::string& value) {
  if (key == "at") return read(value, fault.at);
  if (key == "requests") return read(value, fault.requests);
  if (key == "delay") return read(value, fault.delay);
  if (key == "lasts") return read(value, fault.lasts);
  return key == "dice" && read(value, fault.dice);
}

}  // namespace

Stage::Fault Stage::set_life(const Words& words) {
  if (sim_) return words.front() + ": before the first line that lets something happen";
  if (words.front() == "world") return set_world_plan(words);
  if (!life_) return words.front() + ": after a line world";
  if (words.front() == "only") {
    life_->sites.insert(life_->sites.end(), words.begin() + 1, words.end());
    return std::nullopt;
  }
  const auto kind = words.size() > 1 ? parse_fault_kind(words[1]) : std::nullopt;
  if (!kind) return "fault KIND at=T requests=N delay=T lasts=T dice=N";
  PlannedFault fault;
  fault.kind = *kind;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair || !set_fault(fault, pair->first, pair->second)) {
      return "\"" + words[i] + "\": a fault has at, requests, delay, lasts and dice";
    }
  }
  life_->faults.push_back(fault);
  return std::nullopt;
}

Stage::Fault Stage::set_world_plan(const Words& words) {
  life_.emplace();
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto pair = key_value(words[i]);
    if (!pair || !set_world(life_->world, pair->first, pair->second)) {
      return "\"" + words[i] + "\": a world has seed, hosts, pages, span and vices=yes or no";
    }
  }
  policy_ = make_policy(life_->world);
  return std::nullopt;
}

Stage::Fault Stage::rest() {
  if (!life_) return "rest: only in a scenario with a world";
  (void)come_to_rest(sim(), *life_);
  return std::nullopt;
}

}  // namespace frontierd::sim
