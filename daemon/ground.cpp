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

void Ground::trouble(GroundPart part, std::string words, Instant now) {
  State& state = of(part);
  if (!state.bad) {
    state.since = now;
    spdlog::error("{}: {}", to_string(part), words);
  }
  state.bad = true;
  state.words = std::move(words);
}

void Ground::well(GroundPart part, std::string words) {
  State& state = of(part);
  if (state.bad) spdlog::info("{}: well again, {}", to_string(part), words);
  state = {false, kLongAgo, std::move(words)};
}

bool Ground::in_trouble(GroundPart part) const {
  return of(part).bad;
}

Instant Ground::since(GroundPart part) const {
  return of(part).since;
}

std::vector<ReadyCheck> Ground::ready_checks() const {
  std::vector<ReadyCheck> checks;
  for (int i = 0; i < kGroundParts; ++i) {
    const auto part = static_cast<GroundPart>(i);
    const State& state = of(part);
    const std::string since = state.bad ? "since " + to_iso(state.since) + ": " : "";
    checks.push_back({std::string(to_string(part)), !state.bad, since + state.words});
  }
  return checks;
}

std::vector<GroundNow> Ground::now() const {
  std::vector<GroundNow> out;
  for (int i = 0; i < kGroundParts; ++i) {
    const auto part = static_cast<GroundPart>(i);
    const State& state = of(part);
    if (state.bad) out.push_back({std::string(to_string(part)), state.since, state.words});
  }
  return out;
}

}  // namespace frontierd
