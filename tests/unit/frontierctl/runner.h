// Runs frontierctl in this process, as from a command line.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "frontierctl/command_line.h"
#include "frontierctl/commands.h"

namespace frontierd {

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

inline Ran frontierctl(std::vector<std::string> arguments, const std::string& input = "") {
  Options options;
  const auto app = make_app(options);
  std::ostringstream out;
  std::ostringstream err;
  if (const auto code = parse_line(*app, std::move(arguments), out, err)) {
    return {*code, out.str(), err.str()};
  }
  std::istringstream in(input);
  const Screen screen{out, err, in, Style{}, options.quiet, options.json, false, false};
  const int code = run(*app, options, screen);
  return {code, out.str(), err.str()};
}

}  // namespace frontierd
