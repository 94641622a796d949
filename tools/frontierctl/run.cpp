#include <array>
#include <iostream>

#include "cli/command_line.h"
#include "frontierctl/command_line.h"
#include "frontierctl/commands.h"
#include "frontierctl/completion/completion.h"

namespace frontierd {
namespace {

template <std::size_t N>
bool is_one_of(const std::string& name, const std::array<std::string_view, N>& names) {
  for (std::string_view each : names) {
    if (each == name) return true;
  }
  return false;
}

constexpr std::array<std::string_view, 5> kViews{"status", "hosts", "host", "egress", "explain"};

}  // namespace

int complain(const Screen& screen, const Error& error) {
  int code = kExitIo;
  if (error.code == Errc::Unavailable) code = kExitUnreachable;
  if (error.code == Errc::Usage) code = kExitUsage;
  if (error.code == Errc::Limit) code = kExitNotNow;
  return screen.complain(error.what, code);
}

int complain(const Screen& screen, const Reply& reply) {
  const bool no = reply.status >= 400 && reply.status < 500 && reply.status != 429;
  return screen.complain(problem_detail(reply), no ? kExitNo : kExitNotNow);
}

int run(const CLI::App& app, const Options& options, const Screen& screen) {
  const std::string name = chosen_command(app);
  if (name == "classify") return run_classify(options, screen);
  if (name == "signatures") return run_signatures(options, screen);
  if (name == "url canon") return run_url_canon(options, screen);
  if (name == "robots check") return run_robots_check(options, screen);
  if (name == "completion") {
    screen.out << completion_script(app, options.shell);
    return kExitDone;
  }
  Client client(options.socket, [&screen](Millis wait) {
    screen.hint("frontierctl: the daemon says not now; asking again in " + to_words(wait));
  }, Millis{static_cast<std::int64_t>(options.timeout * 1000)});
  if (name == "seed") return run_seed(options, screen, client);
  if (name == "export") return run_export(options, screen, client);
  if (name == "watch") return run_watch(options, screen, client);
  if (name == "summary") return run_summary(screen, client);
  if (name == "top") return run_top(options, screen, client);
  if (is_one_of(name, kViews)) return run_view(name, options, screen, client);
  return run_change(name, options, screen, client);
}

}  // namespace frontierd
