// originlab: a web server whose hosts misbehave on request.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "cli/output.h"
#include "originlab/content.h"
#include "originlab/encode.h"
#include "originlab/reader.h"
#include "originlab/server.h"

namespace frontierd::originlab {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitRuntime = 1;
constexpr int kExitUsage = 2;

struct Options {
  std::string lab_file;
  std::string log_file;
  std::string ports_file;
  std::string length;
  std::optional<std::uint16_t> port;
  std::optional<std::uint64_t> seed;
  bool check = false;
};

std::optional<Lab> load(const Options& options) {
  std::ifstream in(options.lab_file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    std::fprintf(stderr,
                 "originlab: cannot read %s; name a lab file, such as labs/quickstart.toml\n",
                 options.lab_file.c_str());
    return std::nullopt;
  }
  Mistakes mistakes;
  const auto folder = std::filesystem::path(options.lab_file).parent_path();
  Lab lab = read_lab(text.str(), folder, mistakes);
  for (const Mistake& mistake : mistakes) {
    std::fprintf(stderr, "%s:%u:%u: %s\n", options.lab_file.c_str(), mistake.line, mistake.column,
                 mistake.what.c_str());
  }
  if (!mistakes.empty()) return std::nullopt;
  if (options.seed) lab.seed = *options.seed;
  if (options.port) lab.listeners.front().port = *options.port;
  return lab;
}

// Encodes what is the same for every request once, before anyone waits for it.
void bake(Answer& answer) {
  if (answer.encoding.empty() || (!answer.baked && answer.size == 0)) return;
  Source plain =
      answer.baked ? just(answer.baked) : generated(answer.fill, answer.size, answer.seed);
  answer.baked = std::make_shared<const std::string>(encode(std::move(plain), answer.encoding));
}

void bake(Lab& lab) {
  for (Host& host : lab.hosts) {
    for (Route& route : host.routes) {
      for (Answer& answer : route.answers) bake(answer);
    }
    for (Maintenance& one : host.maintenance) bake(one.answer);
    for (Stale& one : host.stale) bake(one.answer);
    for (Wall& one : host.walls) bake(one.answer);
    for (Limit& one : host.limits) bake(one.answer);
    if (host.capacity) bake(host.capacity->answer);
  }
}

// Thousands of connections need as many descriptors as the system grants.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const Options& options) {
  std::optional<Micros> length;
  if (!options.length.empty()) {
    length = parse_micros(options.length);
    if (!length) {
      std::fprintf(stderr, "originlab: --for takes a length of time such as 30s or 5m\n");
      return kExitUsage;
    }
  }
  auto lab = load(options);
  if (!lab) return kExitUsage;
  if (options.check) {
    std::printf("%s: fine (%zu hosts, %zu listeners)\n", options.lab_file.c_str(),
                lab->hosts.size(), lab->listeners.size());
    return kExitOk;
  }
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  bake(*lab);
  Server server(*lab);
  if (!options.log_file.empty()) {
    if (auto opened = server.log().open(options.log_file); !opened) {
      std::fprintf(stderr, "originlab: %s\n", opened.error().what.c_str());
      return kExitRuntime;
    }
  }
  if (auto listening = server.listen(options.ports_file); !listening) {
    std::fprintf(stderr, "originlab: %s\n", listening.error().what.c_str());
    return kExitRuntime;
  }
  server.run(length);
  return kExitOk;
}

}  // namespace
}  // namespace frontierd::originlab

int main(int argc, char** argv) {
  frontierd::originlab::Options options;
  CLI::App app{
      "A web server whose hosts misbehave on request, as a lab file describes.\n"
      "Exit codes: 0 stopped cleanly or the file is fine, 1 could not run, 2 wrong usage or a "
      "mistake in the file."};
  app.name("originlab");
  app.add_option("LAB", options.lab_file, "The lab file (TOML); README.md documents it")
      ->required();
  app.add_option("--log", options.log_file, "Append one line for each request; - is stdout");
  app.add_option("--ports-file", options.ports_file, "Write ADDRESS:PORT of each listener here");
  app.add_option("--port", options.port, "Port of the first listener; 0 takes a free one");
  app.add_option("--for", options.length, "Stop after this long, such as 30s");
  app.add_option("--seed", options.seed, "Instead of the lab file's seed");
  app.add_flag("--check", options.check, "Read the lab file, report every mistake, and end");
  frontierd::Output output("originlab");
  if (const auto code = frontierd::parse_line(app, argc, argv)) return output.end(*code);
  return frontierd::originlab::run(options);
}
