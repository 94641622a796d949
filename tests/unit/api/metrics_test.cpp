#include "api/metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "unit/api/fake_control.h"

namespace frontierd {
namespace {

Settlement landed(OutcomeClass cls, Scope scope, Purpose purpose = Purpose::Page) {
  Settlement settlement;
  settlement.lease.purpose = purpose;
  settlement.outcome.cls = cls;
  settlement.outcome.scope = scope;
  settlement.facts.elapsed = Millis{300};
  settlement.facts.body_bytes = 1'000;
  settlement.verdict = Done{};
  return settlement;
}

std::string text_of(const MetricsJournal& metrics) {
  return metrics.text(FakeControl().status());
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, AWayOutCountsItsFlightsWallsAndFailures) {
  MetricsJournal metrics;
  for (OutcomeClass cls : {OutcomeClass::Fetched, OutcomeClass::BotWalled}) {
    Settlement settlement = landed(cls, Scope::Egress);
    settlement.lease.egress = "office";
    metrics.settled(settlement, kFakeNow);
  }
  Settlement failed = landed(OutcomeClass::Unreachable, Scope::Egress);
  failed.lease.egress = "office";
  failed.facts.transport = Transport::EgressFailed;
  metrics.settled(failed, kFakeNow);
  EgressRule rule;
  rule.name = "office";
  const EgressNow now = metrics.egress(rule);
  EXPECT_EQ(now.flights, 3u);
  EXPECT_EQ(now.refusals, 1u);
  EXPECT_EQ(now.failures, 1u);
}

TEST(Metrics, OutcomesAreCountedByClassAndScope) {
  MetricsJournal metrics;
  metrics.settled(landed(OutcomeClass::RateLimited, Scope::Host), kFakeNow);
  metrics.settled(landed(OutcomeClass::RateLimited, Scope::Host), kFakeNow);
  const std::string text = text_of(metrics);
  EXPECT_TRUE(has_line(text, "frontierd_outcomes_total{class=\"rate_limited\",scope=\"host\"} 2"));
  EXPECT_TRUE(has_line(text, "frontierd_fetch_duration_seconds_bucket{le=\"0.25\"} 0"));
  EXPECT_TRUE(has_line(text, "frontierd_fetch_duration_seconds_bucket{le=\"0.5\"} 2"));
  EXPECT_TRUE(has_line(text, "frontierd_body_bytes_total 2000"));
}

TEST(Metrics, TheAgeOfTheOldestDueUrlIsToldByWhatItWaitsFor) {
  StatusSnapshot status;
  WaitFigures::OfReason& robots = status.waits.of(WaitReason::Robots);
  robots.hosts = 5;
  robots.due = {1, 0, 2, 0, 1, 0, 0};
  robots.oldest = Seconds{3'000};
  const std::string text = MetricsJournal().text(status);
  EXPECT_TRUE(has_line(text, "frontierd_oldest_due_seconds{reason=\"robots\"} 3000"));
  EXPECT_TRUE(has_line(text, "frontierd_oldest_due_seconds{reason=\"turn\"} 0"));
  EXPECT_TRUE(has_line(text, "frontierd_waiting_hosts{reason=\"robots\"} 5"));
  EXPECT_TRUE(has_line(text, "frontierd_due_hosts{reason=\"robots\",le=\"60\"} 3"));
  EXPECT_TRUE(has_line(text, "frontierd_due_hosts{reason=\"robots\",le=\"+Inf\"} 4"));
}

TEST(Metrics, WhatFillsUpIsShownBesideItsBound) {
  const std::string text = text_of(MetricsJournal());
  EXPECT_TRUE(has_line(text, "frontierd_queue_length{queue=\"flights\"} 3"));
  EXPECT_TRUE(has_line(text, "frontierd_queue_length_max{queue=\"flights\"} 256"));
  EXPECT_TRUE(has_line(text, "frontierd_queue_length_max{queue=\"dns_waiting\"} 50000"));
  EXPECT_TRUE(has_line(text, "frontierd_queue_bytes{queue=\"bodies_spooled\"} 1000"));
  EXPECT_TRUE(has_line(text, "frontierd_queue_bytes_max{queue=\"bodies_spooled\"} 2000"));
}

TEST(Metrics, TheProcessTellsMemoryDescriptorsAndThreads) {
  const std::string text = text_of(MetricsJournal());
  for (const char* name : {"process_resident_memory_bytes", "process_memory_max_bytes",
                           "process_open_fds", "process_max_fds", "process_threads"}) {
    std::smatch found;
    const std::regex line("\n" + std::string(name) + " (\\+Inf|[0-9.e+]+)\n");
    ASSERT_TRUE(std::regex_search(text, found, line)) << name;
    EXPECT_NE(found[1], "0") << name;
  }
}

TEST(Metrics, AFlightGivenBackInADrainIsNoOutcome) {
  MetricsJournal metrics;
  Settlement settlement = landed(OutcomeClass::Unreachable, Scope::Url);
  settlement.record_attempt = false;
  metrics.settled(settlement, kFakeNow);
  EXPECT_TRUE(has_line(text_of(metrics),
                       "frontierd_outcomes_total{class=\"unreachable\",scope=\"url\"} 0"));
}

TEST(Metrics, RestsAreSummedInSecondsByReason) {
  MetricsJournal metrics;
  Incident incident;
  incident.cls = OutcomeClass::Maintenance;
  incident.at = kFakeNow;
  incident.rest_until = kFakeNow + Seconds{90};
  metrics.rested("https://a.org", incident);
  const std::string text = text_of(metrics);
  EXPECT_TRUE(has_line(text, "frontierd_incidents_total{class=\"maintenance\"} 1"));
  EXPECT_TRUE(has_line(text, "frontierd_rest_seconds_total{class=\"maintenance\"} 90"));
  EXPECT_EQ(text.find("a.org"), std::string::npos) << "no host may be a label";
}

TEST(Metrics, ProbesCountAsGoodWhenTheHostAnswersProperly) {
  MetricsJournal metrics;
  metrics.settled(landed(OutcomeClass::Fetched, Scope::Url, Purpose::Probe), kFakeNow);
  metrics.settled(landed(OutcomeClass::Overloaded, Scope::Host, Purpose::Probe), kFakeNow);
  metrics.recovered("https://a.org", OutcomeClass::Overloaded, Seconds{30}, kFakeNow);
  const std::string text = text_of(metrics);
  EXPECT_TRUE(has_line(text, "frontierd_probes_total{result=\"good\"} 1"));
  EXPECT_TRUE(has_line(text, "frontierd_probes_total{result=\"failed\"} 1"));
  EXPECT_TRUE(has_line(text, "frontierd_recovery_duration_seconds_sum{class=\"overloaded\"} 30"));
}

TEST(Metrics, PagesPerSecondLooksAtTheLastMinuteOnly) {
  MetricsJournal metrics;
  for (int i = 0; i < 590; ++i) {
    metrics.settled(landed(OutcomeClass::Fetched, Scope::Url), kFakeNow + Millis{i * 100});
  }
  EXPECT_NEAR(metrics.pages_per_second(kFakeNow + Seconds{59}), 10.0, 0.2);
  EXPECT_EQ(metrics.pages_per_second(kFakeNow + Seconds{200}), 0.0);
}

// The text format, line by line: every sample belongs to the family announced last, every family is
// announced once, no series comes twice, and names follow the conventions.
TEST(Metrics, TheTextFollowsTheExpositionFormat) {
  const std::regex sample(
      R"(^([a-z_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?([0-9.e+]+|\+Inf)$)");
  std::istringstream lines(text_of(MetricsJournal{}));
  std::set<std::string> families;
  std::set<std::string> series;
  std::string family;
  std::string type;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# HELP ", 0) == 0) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(families.insert(family).second) << family << " is announced twice";
    } else if (line.rfind("# TYPE ", 0) == 0) {
      EXPECT_EQ(line.substr(7, family.size()), family);
      type = line.substr(8 + family.size());
      EXPECT_EQ(type == "counter",
                family.size() > 6 && family.substr(family.size() - 6) == "_total")
          << family;
    } else {
      std::smatch match;
      ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
      EXPECT_EQ(match[1].str().rfind(family, 0), 0u) << line << " is not of " << family;
      EXPECT_TRUE(family.rfind("frontierd_", 0) == 0 || family.rfind("process_", 0) == 0);
      EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
  }
  EXPECT_GT(families.size(), 30u);
  EXPECT_TRUE(families.count("frontierd_config_last_reload_successful"));
  EXPECT_TRUE(series.count("frontierd_build_info{version=\"1.2.3\"}"));
}

TEST(Metrics, TheProcessIsMeasured) {
  std::istringstream lines(text_of(MetricsJournal{}));
  std::map<std::string, double> values;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (line[0] != '#') values[line.substr(0, space)] = std::stod(line.substr(space));
  }
  EXPECT_GT(values["process_resident_memory_bytes"], 1e6);
  EXPECT_GE(values["process_threads"], 1);
  EXPECT_GE(values["process_open_fds"], 3);
  EXPECT_GT(values["process_start_time_seconds"], 1.5e9);
}

}  // namespace
}  // namespace frontierd
