// frontiersim: years of crawl in minutes. The production dispatcher and rules in a simulated world,
// watched by a referee; see tests/README.md. Exit code 0: every promise was kept. 1: one was
// broken, and the command that shows it again is printed. 2: the request made no sense.
#include <CLI/CLI.hpp>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/text.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "frontiersim/failing_disk.h"
#include "frontiersim/sqlite_disk.h"
#include "sim/picture.h"
#include "sim/report.h"
#include "sim/scenario.h"
#include "sim/shrink.h"

namespace frontierd {
namespace {

struct Options {
  std::uint64_t seed = 1;
  double days = 7;
  int hosts = 200;
  double pages = 20;
  std::string faults = "all";
  std::string store = "memory";
  std::vector<std::string> scenarios;
  std::string trace;
  std::string picture;
  bool json = false;
  int runs = 1;
  int shrink = 0;
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::optional<std::vector<sim::FaultKind>> parse_faults(const std::string& text) {
  if (text == "all") return sim::all_faults();
  std::vector<sim::FaultKind> out;
  if (text == "none") return out;
  for (const auto name : split(text, ',')) {
    const auto kind = sim::parse_fault_kind(trim(name));
    if (!kind) return std::nullopt;
    out.push_back(*kind);
  }
  return out;
}

std::string fault_names() {
  std::string out = "all, none, or a list of";
  for (const sim::FaultKind kind : sim::all_faults()) out += " " + std::string(to_string(kind));
  return out;
}

std::function<std::unique_ptr<sim::Disk>()> disk_of(const std::string& store, std::uint64_t seed) {
  if (store == "sqlite") return sqlite_disk;
  if (store == "failing") return [seed] { return failing_disk({seed}); };
  return {};
}

int run_scenarios(const Options& options) {
  int broken = 0;
  std::ofstream trace(options.trace);
  for (const std::string& path : options.scenarios) {
    std::ifstream file(path);
    if (!file) {
      std::cerr << "frontiersim: " << path << " cannot be read\n";
      return 2;
    }
    std::stringstream text;
    text << file.rdbuf();
    sim::ScenarioOptions how;
    how.seed = options.seed;
    how.disk = disk_of(options.store, options.seed);
    const auto outcome = sim::run_scenario(sim::read_scenario(path, text.str()), how);
    if (!options.trace.empty()) {
      for (const std::string& line : outcome.trace) trace << line << '\n';
    }
    for (const sim::ScenarioFault& fault : outcome.faults) {
      std::cout << path << ":" << fault.line << ": " << fault.what << '\n';
    }
    if (outcome.passed()) continue;
    ++broken;
    std::cout << "what happened in " << path << ":\n";
    for (const std::string& line : outcome.trace) std::cout << "  " << line << '\n';
    std::cout << "run it again: frontiersim --scenario " << path << '\n';
  }
  std::cout << options.scenarios.size() - static_cast<std::size_t>(broken) << " of "
            << options.scenarios.size() << " scenarios passed\n";
  return broken == 0 ? 0 : 1;
}

sim::TrialSetup setup_of(const Options& options, std::vector<sim::FaultKind> faults,
                         std::uint64_t seed) {
  sim::TrialSetup setup;
  setup.seed = seed;
  setup.days = options.days;
  setup.hosts = options.hosts;
  setup.pages_per_host = options.pages;
  setup.faults = std::move(faults);
  setup.disk = disk_of(options.store, seed);
  return setup;
}

void tell_failure(const Options& options, const sim::TrialReport& report) {
  const std::string store = options.store == "memory" ? "" : " --store " + options.store;
  std::ostream& out = options.json ? std::cerr : std::cout;
  out << "run it again: " << sim::command_of(report.setup) << store << '\n';
  if (options.shrink <= 0) return;
  const sim::Shrunk small = sim::shrink(report, options.shrink);
  const std::string path = "seed-" + std::to_string(report.setup.seed) + ".scn";
  const std::string story = "promise " + std::to_string(small.breach.promise) + " (" +
                            std::string(sim::promise_in_words(small.breach.promise)) +
                            ") breaks: " + small.breach.what;
  if (!(std::ofstream(path) << sim::to_scenario(small.life, story))) {
    std::cerr << "frontiersim: " << path << " cannot be written here: go to another folder\n";
    return;
  }
  out << "cut to " << small.life.sites.size() << " sites and " << small.life.faults.size()
      << " faults in " << small.runs << " runs: frontiersim --scenario " << path << store << '\n';
}

int run_trials(const Options& options, const std::vector<sim::FaultKind>& faults) {
  int broken = 0;
  std::ofstream trace;
  if (!options.trace.empty()) trace.open(options.trace);
  for (int run = 0; run < options.runs; ++run) {
    sim::TrialSetup setup =
        setup_of(options, faults, options.seed + static_cast<std::uint64_t>(run));
    if (trace.is_open()) setup.trace = [&trace](const std::string& line) { trace << line << '\n'; };
    const double before = cpu_seconds();
    const sim::TrialReport report = sim::run_trial(setup);
    const double spent = cpu_seconds() - before;
    std::cout << (options.json ? sim::report_json(report, spent) + "\n"
                               : sim::report_text(report, spent))
              << std::flush;
    if (!options.picture.empty()) std::ofstream(options.picture) << sim::report_svg(report);
    if (report.passed()) continue;
    ++broken;
    tell_failure(options, report);
  }
  if (options.runs > 1 && !options.json) {
    std::cout << options.runs - broken << " of " << options.runs << " runs kept every promise\n";
  }
  return broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace frontierd

int main(int argc, char** argv) {
  using namespace frontierd;
  Options options;
  CLI::App app{
      "Lives through years of crawl in minutes: the production dispatcher and rules in a "
      "simulated world with faults, watched by a referee",
      "frontiersim"};
  app.add_option("--seed", options.seed, "Of the world, the faults and the dice")
      ->capture_default_str();
  app.add_option("--days", options.days, "Simulated days before everything heals")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 3'650.0));
  app.add_option("--hosts", options.hosts, "Sites in the world")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--pages", options.pages, "Pages of a site, on average")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100'000.0));
  app.add_option("--faults", options.faults, fault_names())->capture_default_str();
  app.add_option("--store", options.store,
                 "memory, sqlite, or failing: sqlite on a disk that loses power and refuses writes")
      ->capture_default_str()
      ->check(CLI::IsMember({"memory", "sqlite", "failing"}));
  app.add_option("--scenario", options.scenarios, "Run these scripts instead of a made-up world");
  app.add_option("--trace", options.trace, "Write every event to this file");
  app.add_option("--picture", options.picture,
                 "Draw goodput, refusals, rests, recoveries and fairness as SVG");
  app.add_flag("--json", options.json, "One JSON object a run");
  app.add_option("--runs", options.runs, "So many seeds, from --seed on")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--shrink", options.shrink,
                 "After a failure, cut it to a scenario script in at most so many runs");
  Output output("frontiersim");
  if (const auto code = parse_line(app, argc, argv)) return output.end(*code);
  if (!options.scenarios.empty()) return output.end(run_scenarios(options));
  const auto faults = parse_faults(options.faults);
  if (!faults) {
    std::cerr << "frontiersim: --faults " << options.faults << ": use " << fault_names() << '\n';
    return 2;
  }
  return output.end(run_trials(options, *faults));
}
