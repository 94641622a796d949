// The last word on a command line, for all programs: what is wrong with it is told in one line,
// with the nearest name for an unknown word, and ends the program with 2.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace frontierd {

// nullopt: the line is sound, go on. Otherwise the exit code: 0, and what was asked for (--help,
// --version) is on `out`; or 2, and what is wrong is on `err`, which begins with the app's name.
// Where the app has commands, one must be chosen.
std::optional<int> parse_line(CLI::App& app, std::vector<std::string> arguments, std::ostream& out,
                              std::ostream& err);
// The same for main(): to the standard streams.
std::optional<int> parse_line(CLI::App& app, int argc, char** argv);

// "url canon" for the leaf that was chosen; empty for an app without commands.
std::string chosen_command(const CLI::App& app);

}  // namespace frontierd
