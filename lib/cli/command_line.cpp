#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr int kUsage = 2;

const CLI::App& deepest(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

// An option of another command, where that is what was meant.
std::string elsewhere(const CLI::App& app, const std::string& name) {
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    const auto near = nearest_name(name, options_of(*sub));
    if (near) return "; " + sub->get_name() + " has " + *near;
  }
  return {};
}

std::string unknown_word(const CLI::App& app, const std::string& word) {
  const CLI::App& at = deepest(app);
  const bool option = !word.empty() && word.front() == '-';
  const std::vector<std::string> known = option ? options_of(at) : commands_of(at);
  std::string what = option          ? "unknown option "
                     : known.empty() ? "one word too many: "
                                     : "unknown command ";
  what += '"' + for_message(word, 60) + '"';
  const std::string name = word.substr(0, word.find('='));
  if (const auto near = nearest_name(name, known)) return what + "; did you mean " + *near;
  if (option) what += elsewhere(app, name);
  if (!known.empty()) what += "; known here: " + join(known, ", ");
  return what;
}

std::string fault_of(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return error.what();
  const std::vector<std::string> words = app.remaining(true);
  return words.empty() ? error.what() : unknown_word(app, words.front());
}

int refuse_line(const CLI::App& app, const std::string& fault, std::ostream& err) {
  const std::string name = chosen_command(app);
  err << app.get_name() << ": " << fault << "; see " << app.get_name() << ' '
      << (name.empty() ? "" : name + " ") << "--help\n";
  return kUsage;
}

}  // namespace

std::optional<int> parse_line(CLI::App& app, std::vector<std::string> arguments, std::ostream& out,
                              std::ostream& err) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return refuse_line(app, fault_of(app, error), err);
    app.exit(error, out, err);
    return 0;
  }
  const std::vector<std::string> commands = commands_of(deepest(app));
  if (commands.empty()) return std::nullopt;
  return refuse_line(app, "say which command: " + join(commands, ", "), err);
}

std::optional<int> parse_line(CLI::App& app, int argc, char** argv) {
  return parse_line(app, {argv + std::min(argc, 1), argv + argc}, std::cout, std::cerr);
}

std::string chosen_command(const CLI::App& app) {
  std::string name;
  for (const CLI::App* at = &deepest(app); at != &app; at = at->get_parent()) {
    name = at->get_name() + (name.empty() ? "" : " ") + name;
  }
  return name;
}

}  // namespace frontierd
