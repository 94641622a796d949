// Runs every script in tests/scenarios, one test each.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario.h"

namespace frontierd {
namespace {

std::vector<std::string> scripts() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(TESTS_DIR "/scenarios")) {
    if (entry.path().extension() == ".scn") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, HappensAsTold) {
  const std::string path = TESTS_DIR "/scenarios/" + GetParam() + ".scn";
  const auto scenario = sim::read_scenario(path, text_of(path));
  EXPECT_FALSE(scenario.story.empty()) << path << " begins without its story";
  const auto outcome = sim::run_scenario(scenario);
  for (const sim::ScenarioFault& fault : outcome.faults) {
    ADD_FAILURE() << path << ":" << fault.line << ": " << fault.what;
  }
  if (outcome.passed()) return;
  for (const std::string& line : outcome.trace) std::cout << "  " << line << '\n';
  std::cout << "run it again: frontiersim --scenario " << path << '\n';
}

INSTANTIATE_TEST_SUITE_P(All, Scenarios, testing::ValuesIn(scripts()),
                         [](const auto& script) { return script.param; });

std::vector<sim::ScenarioFault> faults_of(const std::string& text) {
  return sim::run_scenario(sim::read_scenario("test", text)).faults;
}

TEST(ScenarioLanguage, WhatDidNotHappenIsAFault) {
  const auto faults = faults_of("seed a.example/1\nrun 5s\nexpect\n  9s fetch a.example/1\n");
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0].line, 4);
}

TEST(ScenarioLanguage, ARequestThatNoLineNamesIsAFault) {
  const auto faults =
      faults_of("seed a.example/1\nrun 5s\nexpect\n  0s fetch a.example/robots.txt\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].what.find("a.example/1"), std::string::npos) << faults[0].what;
}

TEST(ScenarioLanguage, AWordItDoesNotKnowIsAFaultWithAHint) {
  const auto verb = faults_of("fetch a.example\n");
  ASSERT_EQ(verb.size(), 1u);
  EXPECT_NE(verb[0].what.find("is no verb"), std::string::npos);
  const auto key = faults_of("policy pace.gapp=1s\n");
  ASSERT_EQ(key.size(), 1u);
  EXPECT_NE(key[0].what.find("did you mean \"pace.gap\""), std::string::npos) << key[0].what;
  EXPECT_FALSE(faults_of("page a.example/1 answers 4x9\n").empty());
  EXPECT_FALSE(faults_of("host a.example colour=red\n").empty());
  EXPECT_FALSE(faults_of("seed \"a.example\n").empty());
}

}  // namespace
}  // namespace frontierd
