#include "frontierctl/completion/completion.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "frontierctl/command_line.h"

namespace frontierd {
namespace {

// Every command of the tree, "url canon" for nested ones.
void collect(const CLI::App& app, const std::string& path, std::vector<std::string>& out) {
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string name = path.empty() ? sub->get_name() : path + " " + sub->get_name();
    out.push_back(name);
    collect(*sub, name, out);
  }
}

class CompletionTest : public ::testing::Test {
 protected:
  CompletionTest() : app(make_app(options)) { collect(*app, "", commands); }

  Options options;
  std::unique_ptr<CLI::App> app;
  std::vector<std::string> commands;
};

TEST_F(CompletionTest, EveryCommandAndLongOptionIsInEveryShellsScript) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(*app, shell);
    for (const std::string& command : commands) {
      EXPECT_NE(script.find("'" + command + "'"), std::string::npos) << shell << " " << command;
      const CLI::App* sub = app.get();
      std::istringstream words(command);
      for (std::string word; words >> word;) sub = sub->get_subcommand(word);
      for (const CLI::Option* option : sub->get_options()) {
        for (const std::string& name : option->get_lnames()) {
          EXPECT_NE(script.find("--" + name), std::string::npos) << shell << " --" << name;
        }
      }
    }
  }
}

TEST_F(CompletionTest, BashCompletesCommandsOptionsAndNestedCommands) {
  const std::string path = ::testing::TempDir() + "/frontierctl-completion.bash";
  std::ofstream(path) << completion_script(*app, "bash");
  const auto complete = [&](const std::string& words, int current) {
    const std::string command = "bash -c 'source " + path + "; COMP_WORDS=(" + words +
                                "); COMP_CWORD=" + std::to_string(current) +
                                "; _frontierctl; echo ${COMPREPLY[@]}'";
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "r");
    for (int c; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0);
    return out;
  };
  EXPECT_EQ(complete("frontierctl ex", 1), "explain export\n");
  EXPECT_EQ(complete("frontierctl hosts --wa", 2), "--walled\n");
  EXPECT_EQ(complete("frontierctl url c", 2), "canon\n");
  EXPECT_EQ(complete("frontierctl completion f", 2), "fish\n");
}

TEST_F(CompletionTest, TheManualPageTellsOfEveryCommandAndOption) {
  std::ifstream file(MAN_PAGE);
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  for (const std::string& command : commands) {
    if (command == "url" || command == "robots") continue;
    EXPECT_NE(page.find(".It Cm " + command), std::string::npos) << command;
    const CLI::App* sub = app.get();
    std::istringstream words(command);
    for (std::string word; words >> word;) sub = sub->get_subcommand(word);
    for (const CLI::Option* option : sub->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        EXPECT_NE(page.find("-" + name), std::string::npos) << command << " --" << name;
      }
    }
  }
}

}  // namespace
}  // namespace frontierd
