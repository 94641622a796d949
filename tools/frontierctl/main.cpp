#include <csignal>
#include <iostream>

#include "cli/command_line.h"
#include "cli/output.h"
#include "frontierctl/command_line.h"
#include "frontierctl/commands.h"

int main(int argc, char** argv) {
  using namespace frontierd;
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  Options options;
  Output output("frontierctl");
  const auto app = make_app(options);
  if (const auto code = parse_line(*app, argc, argv)) return output.end(*code);
  const bool live_out = is_terminal(1);
  const bool live_err = is_terminal(2);
  const Screen screen{
      std::cout,     std::cerr,    std::cin, Style{wants_color(options.no_color, live_out)},
      options.quiet, options.json, live_out, live_err, 0};
  try {
    return output.end(run(*app, options, screen));
  } catch (const std::exception& error) {
    return screen.complain(
        std::string("failed: ") + error.what() + "; please report this with the command line",
        kExitIo);
  }
}
