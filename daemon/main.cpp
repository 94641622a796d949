// frontierd: flags, configuration, exit codes. 0 stopped as asked, 1 a failure while running,
// 2 wrong usage or configuration, 3 cannot start.
#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "cli/command_line.h"
#include "cli/output.h"
#include "daemon/early_signals.h"
#include "daemon/log.h"
#include "daemon/service.h"
#include "daemon/set_clock.h"
#include "daemon/version.h"

namespace {

constexpr const char* kDefaultConfig = "/etc/frontierd/frontierd.toml";
constexpr int kUsage = 2;
constexpr int kCannotStart = 3;

struct Flags {
  frontierd::ConfigSource source;
  bool check = false;
  bool print = false;
  bool manual = false;
  bool set_clock = false;
};

// Called before the constructors of every library, let alone main().
void first_of_all(int /*argc*/, char** /*argv*/, char** /*environment*/) {
  frontierd::hold_signals_back();
}
[[gnu::section(".preinit_array"), gnu::used]] void (*const kFirst)(int, char**,
                                                                   char**) = first_of_all;

std::optional<int> parse_flags(int argc, char** argv, Flags& flags) {
  CLI::App app{"frontierd: a polite, durable crawl scheduler", "frontierd"};
  const auto named = [](const std::string& text) {
    return text.empty() ? std::string("must not be empty") : std::string();
  };
  app.add_option("--config", flags.source.path,
                 std::string("configuration file; default ") + kDefaultConfig + " if it exists")
      ->check(named);
  app.add_option("--state", flags.source.state, "state directory, instead of the configured one")
      ->check(named);
  app.add_option("--socket", flags.source.socket, "admin socket, instead of the configured one")
      ->check(named);
  app.add_flag("--check-config", flags.check, "check the configuration and exit");
  app.add_flag("--print-config", flags.print, "print the effective configuration and exit");
  app.add_flag("--set-clock", flags.set_clock,
               "set the frontier's time by this machine's clock, moving all that waits with it; the "
               "daemon must be stopped");
  app.add_flag("--print-manual", flags.manual, "print the keys as mdoc for frontierd.toml(5)")
      ->group("");
  app.set_version_flag("--version", "frontierd " + std::string(frontierd::kVersion));
  return frontierd::parse_line(app, argc, argv);
}

// The file that is there without being named, readable or not.
void find_config(frontierd::ConfigSource& source) {
  std::error_code error;
  const auto status = std::filesystem::status(kDefaultConfig, error);
  if (source.path.empty() && status.type() != std::filesystem::file_type::not_found) {
    source.path = kDefaultConfig;
  }
}

int told(const frontierd::Error& error) {
  std::cerr << error.what << "\n";
  return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader gone is an error of a write, not a death
  umask(0027);  // whatever it was: files of ours are for us and our group
  Flags flags;
  frontierd::Output output("frontierd");
  if (const auto code = parse_flags(argc, argv, flags)) return output.end(*code);
  if (flags.manual || flags.print || flags.check) frontierd::let_signals_in();
  if (flags.manual) {
    std::cout << frontierd::manual_of_keys();
    return output.end(0);
  }
  find_config(flags.source);
  auto config = frontierd::load_config(flags.source);
  if (!config) return told(config.error());
  if (flags.print) {
    std::cout << frontierd::print_config(*config);
    return output.end(0);
  }
  auto values = frontierd::make_start_values(*config);
  if (!values) return told(values.error());
  if (flags.check) {
    std::cerr << "the configuration is good\n";
    return 0;
  }
  if (flags.set_clock) {
    const auto done = frontierd::set_clock_of(*config);
    (done ? std::cout : std::cerr) << (done ? *done : done.error().what) << "\n";
    return output.end(done ? 0 : kCannotStart);
  }
  std::signal(SIGXFSZ, SIG_IGN);  // so is a full quota
  frontierd::start_log(config->log_level, config->log_format);
  frontierd::Service service(std::move(*config), std::move(*values), std::move(flags.source));
  bool started = false;
  if (auto stopped = service.run(started); !stopped) {
    std::cerr << "frontierd: " << stopped.error().what << "\n";
    return started ? 1 : kCannotStart;
  }
  return 0;
}
