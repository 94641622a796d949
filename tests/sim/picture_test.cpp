#include "sim/picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "sim/timeline.h"

namespace frontierd::sim {
namespace {

const Instant kStart = from_unix_ms(1'790'000'000'000);

std::size_t count(const std::string& text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++found;
  }
  return found;
}

TEST(Timeline, KeepsEveryCountWhenItFolds) {
  Timeline timeline;
  for (int minute = 0; minute < 100'000; ++minute) {
    Timeline::Slice& slice = timeline.at(kStart + std::chrono::minutes{minute});
    ++slice.pages;
    if (minute % 10 == 0) ++slice.refused;
    if (minute % 1'000 == 0) ++slice.deaths;
  }
  EXPECT_LE(timeline.slices().size(), Timeline::kSlices);
  Timeline::Slice sum;
  for (const auto& slice : timeline.slices()) {
    sum.pages += slice.pages;
    sum.refused += slice.refused;
    sum.deaths += slice.deaths;
  }
  EXPECT_EQ(sum.pages, 100'000u);
  EXPECT_EQ(sum.refused, 10'000u);
  EXPECT_EQ(sum.deaths, 100u);
  EXPECT_GE(timeline.slice_length() * static_cast<std::int64_t>(Timeline::kSlices),
            std::chrono::minutes{100'000});
}

TEST(Timeline, PutsAMomentIntoTheSliceOfItsTime) {
  Timeline timeline;
  timeline.at(kStart).pages = 1;
  timeline.at(kStart + std::chrono::hours{2} - Millis{1}).pages = 2;
  ASSERT_EQ(timeline.slices().size(), 120u);
  timeline.at(kStart + std::chrono::hours{2}).pages = 4;
  ASSERT_EQ(timeline.slices().size(), 61u);
  EXPECT_EQ(timeline.slices()[0].pages, 1u);
  EXPECT_EQ(timeline.slices()[59].pages, 2u);
  EXPECT_EQ(timeline.slices()[60].pages, 4u);
}

TEST(Picture, DrawsEachPartOfTheReport) {
  TrialReport report;
  report.figures.timeline.at(kStart).pages = 7;
  report.figures.timeline.at(kStart + std::chrono::hours{1}).refused = 3;
  report.figures.rests[static_cast<std::size_t>(OutcomeClass::Overloaded)].add(Seconds{90});
  report.figures.recoveries[static_cast<std::size_t>(OutcomeClass::BotWalled)].add(Seconds{60});
  report.fairness.bins[2] = 5;
  const std::string svg = report_svg(report);
  EXPECT_EQ(count(svg, "<svg "), 1u);
  EXPECT_EQ(count(svg, "</svg>"), 1u);
  EXPECT_NE(svg.find("<title>7</title>"), std::string::npos) << svg;
  EXPECT_NE(svg.find("<title>3</title>"), std::string::npos) << svg;
  EXPECT_NE(svg.find("overloaded"), std::string::npos);
  EXPECT_NE(svg.find("bot_walled"), std::string::npos);
  EXPECT_NE(svg.find("<title>5</title>"), std::string::npos);
  EXPECT_EQ(svg.find("maintenance"), std::string::npos) << "what did not happen is not drawn";
}

}  // namespace
}  // namespace frontierd::sim
