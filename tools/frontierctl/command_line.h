// The command line as CLI11 sees it: the tree of commands, and what is said about a faulty line.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "frontierctl/options.h"

namespace frontierd {

// The whole command tree. Reads FRONTIERD_SOCKET.
std::unique_ptr<CLI::App> make_app(Options& options);

// nullopt: the line is sound, go on. Otherwise the exit code: what was asked for (--help,
// --version) is on `out`, or what is wrong on `err`, with the nearest name for an unknown word.
std::optional<int> parse_line(CLI::App& app, std::vector<std::string> arguments, std::ostream& out,
                              std::ostream& err);

// "url canon" for the leaf that was chosen.
std::string chosen_command(const CLI::App& app);

}  // namespace frontierd
