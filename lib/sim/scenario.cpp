#include "sim/scenario.h"

#include "base/text.h"
#include "sim/scenario_stage.h"

namespace frontierd::sim {

Scenario read_scenario(std::string name, std::string_view text) {
  Scenario scenario;
  scenario.name = std::move(name);
  int number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    if (content.starts_with('#')) {
      if (scenario.lines.empty()) scenario.story += std::string(trim(content.substr(1))) + "\n";
      continue;
    }
    if (content.empty()) continue;
    ScenarioLine out;
    out.number = number;
    out.indented = is_space(line.front());
    auto words = words_of(content);
    // A line that cannot be read is kept as it is: it is refused when its turn comes.
    out.words = words ? std::move(*words) : std::vector<std::string>{std::string(content)};
    if (!out.words.empty()) scenario.lines.push_back(std::move(out));
  }
  return scenario;
}

ScenarioOutcome run_scenario(const Scenario& scenario, const ScenarioOptions& options) {
  return Stage(scenario, options).run();
}

Stage::Stage(const Scenario& scenario, const ScenarioOptions& options)
    : scenario_(scenario), options_(options) {}

Simulator& Stage::sim() {
  if (sim_) return *sim_;
  SimulatorSetup setup;
  setup.seed = life_ ? life_->world.seed : options_.seed;
  setup.policy = std::make_shared<const Policy>(policy_);
  setup.disk = options_.disk;
  sim_ = std::make_unique<Simulator>(std::move(setup));
  sim_->log().set_sink([this](const Event& event) {
    told_.push_back({event.at, event.kind, std::string(event.subject), std::string(event.detail),
                     event.until, event.number,
                     std::string(event.kind == EventKind::Fetch ? event.why : "")});
    outcome_.trace.push_back(to_line(event, sim_->start()));
  });
  if (life_) begin(*sim_, *life_);
  return *sim_;
}

ScenarioOutcome Stage::run() {
  std::size_t at = 0;
  while (at < scenario_.lines.size()) {
    const ScenarioLine& line = scenario_.lines[at];
    if (line.words.front() == "expect") {
      at = expect(at);
      continue;
    }
    ++at;
    if (line.indented) {
      fail(line.number, "an indented line belongs under expect");
    } else if (const Fault fault = act(line.words)) {
      fail(line.number, *fault);
    }
    if (!sim_) continue;
    const auto& breaches = sim_->referee().breaches();
    for (; breaches_seen_ < breaches.size(); ++breaches_seen_) {
      const Breach& breach = breaches[breaches_seen_];
      fail(line.number, "promise " + std::to_string(breach.promise) + " (" +
                            std::string(promise_in_words(breach.promise)) + ") broken at " +
                            shown(breach.at) + ": " + breach.what);
    }
  }
  return std::move(outcome_);
}

void Stage::fail(int line, std::string what) {
  outcome_.faults.push_back({line, std::move(what)});
}

std::string Stage::shown(Instant at) const {
  const std::int64_t ms = age(at).count();
  return std::to_string(ms / 1'000) + "." + std::to_string(1'000 + ms % 1'000).substr(1) + "s";
}

}  // namespace frontierd::sim
