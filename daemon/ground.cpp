#include "daemon/ground.h"

#include <spdlog/spdlog.h>

namespace frontierd {
namespace {

constexpr std::array<std::string_view, kGroundParts> kNames{
    "disk", "database_file", "database_lock", "database_log", "clock"};

}  // namespace

std::string_view to_string(GroundPart part) {
  return kNames[static_cast<std::size_t>(part)];
}

void Ground::set(GroundPart part, Level level, std::string words, Instant now) {
  State& state = of(part);
  if (state.level == Level::Well) state.since = now;
  if (state.level != level) {
    const auto how = level == Level::Trouble ? spdlog::level::err : spdlog::level::warn;
    spdlog::log(how, "{}: {}", to_string(part), words);
  }
  state.level = level;
  state.words = std::move(words);
}

void Ground::trouble(GroundPart part, std::string words, Instant now) {
  set(part, Level::Trouble, std::move(words), now);
}

void Ground::warn(GroundPart part, std::string words, Instant now) {
  set(part, Level::Warning, std::move(words), now);
}

void Ground::well(GroundPart part, std::string words) {
  State& state = of(part);
  if (state.level != Level::Well) spdlog::info("{}: well again, {}", to_string(part), words);
  state = {Level::Well, kLongAgo, std::move(words)};
}

bool Ground::in_trouble(GroundPart part) const {
  return of(part).level == Level::Trouble;
}

std::vector<ReadyCheck> Ground::ready_checks() const {
  std::vector<ReadyCheck> checks;
  for (int i = 0; i < kGroundParts; ++i) {
    const auto part = static_cast<GroundPart>(i);
    const State& state = of(part);
    const bool well = state.level == Level::Well;
    checks.push_back({std::string(to_string(part)), state.level != Level::Trouble,
                      (well ? "" : "since " + to_iso(state.since) + ": ") + state.words});
  }
  return checks;
}

std::vector<GroundNow> Ground::now() const {
  std::vector<GroundNow> out;
  for (int i = 0; i < kGroundParts; ++i) {
    const auto part = static_cast<GroundPart>(i);
    const State& state = of(part);
    if (state.level == Level::Well) continue;
    out.push_back({std::string(to_string(part)), state.level == Level::Trouble, state.since,
                   state.words});
  }
  return out;
}

}  // namespace frontierd
