#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <sstream>

namespace frontierd {
namespace {

struct Said {
  std::optional<int> code;
  std::string out;
  std::string err;
};

Said parse(std::vector<std::string> arguments, bool commands = false) {
  CLI::App app{"Sails.", "ship"};
  int knots = 0;
  app.add_option("--knots", knots, "How fast");
  if (commands) app.require_subcommand(0, 1);
  if (commands) app.add_subcommand("anchor", "Stay")->add_subcommand("weigh", "Go");
  std::ostringstream out;
  std::ostringstream err;
  const auto code = parse_line(app, std::move(arguments), out, err);
  return {code, out.str(), err.str()};
}

TEST(CommandLine, ASoundOneSaysNothing) {
  const Said said = parse({"--knots", "12"});
  EXPECT_FALSE(said.code);
  EXPECT_EQ(said.out + said.err, "");
}

TEST(CommandLine, HelpIsAnAnswer) {
  const Said said = parse({"--help"});
  EXPECT_EQ(said.code, 0);
  EXPECT_NE(said.out.find("Sails."), std::string::npos);
  EXPECT_EQ(said.err, "");
}

TEST(CommandLine, AFaultIsOneLineWithTheNearestName) {
  EXPECT_EQ(parse({"--knot=3"}).err,
            "ship: unknown option \"--knot=3\"; did you mean --knots; see ship --help\n");
  EXPECT_EQ(parse({"--knots", "fast"}).code, 2);
  EXPECT_NE(parse({"--knots", "fast"}).err.find("--knots"), std::string::npos);
  EXPECT_EQ(parse({"north"}).err, "ship: one word too many: \"north\"; see ship --help\n");
}

TEST(CommandLine, WhereThereAreCommandsOneIsChosen) {
  EXPECT_EQ(parse({}, true).err, "ship: say which command: anchor; see ship --help\n");
  EXPECT_EQ(parse({"ancor"}, true).err,
            "ship: unknown command \"ancor\"; did you mean anchor; see ship --help\n");
  EXPECT_FALSE(parse({"anchor", "weigh"}, true).code);
}

}  // namespace
}  // namespace frontierd
