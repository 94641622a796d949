#include "sim/picture.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace frontierd::sim {
namespace {

constexpr int kWidth = 760;
constexpr int kLeft = 20;
constexpr int kPanel = 120;  // the height of a panel's drawing
constexpr std::string_view kGood = "#4477aa";
constexpr std::string_view kBad = "#cc6677";
constexpr std::string_view kOther = "#999933";

std::string text(int x, int y, std::string_view words) {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\">" +
         std::string(words) + "</text>\n";
}

std::string bar(int x, int y, int width, int height, std::string_view colour,
                std::string_view title) {
  return "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
         std::to_string(width) + "\" height=\"" + std::to_string(height) + "\" fill=\"" +
         std::string(colour) + "\"><title>" + std::string(title) + "</title></rect>\n";
}

// What is there is seen, however small.
int scaled(std::uint64_t value, std::uint64_t most, int full) {
  if (value == 0) return 0;
  return std::max(1, static_cast<int>(static_cast<double>(value) * full /
                                      static_cast<double>(std::max<std::uint64_t>(most, 1))));
}

// Pages upwards, refusals downwards, one scale; a tick where our own process died.
std::string along(const TrialReport& report, int top) {
  const Timeline& timeline = report.figures.timeline;
  std::uint64_t most = 1;
  for (const auto& slice : timeline.slices()) most = std::max({most, slice.pages, slice.refused});
  std::string out =
      text(kLeft, top,
           "Pages (up) and refusals (down) each " + to_words(timeline.slice_length()) +
               ", at most " + std::to_string(most) + "; below, deaths of our own");
  const int middle = top + 12 + kPanel;
  constexpr int kSliceWidth = (kWidth - 2 * kLeft) / static_cast<int>(Timeline::kSlices);
  int x = kLeft;
  for (const auto& slice : timeline.slices()) {
    const int up = scaled(slice.pages, most, kPanel);
    const int down = scaled(slice.refused, most, kPanel / 2);
    out += bar(x, middle - up, kSliceWidth - 1, up, kGood, std::to_string(slice.pages));
    out += bar(x, middle, kSliceWidth - 1, down, kBad, std::to_string(slice.refused));
    if (slice.deaths > 0) {
      out += bar(x, middle + kPanel / 2 + 2, kSliceWidth - 1, 4, "#000000",
                 std::to_string(slice.deaths));
    }
    x += kSliceWidth;
  }
  return out;
}

// One row a class: the mean as a bar on a scale of powers of two, the figures beside it.
std::string by_class(std::string_view title, const Lengths (&lengths)[kOutcomeClasses],
                     std::string_view colour, int& top) {
  std::string out = text(kLeft, top, title);
  for (int cls = 0; cls < kOutcomeClasses; ++cls) {
    const Lengths& of = lengths[cls];
    if (of.count == 0) continue;
    top += 16;
    const double seconds = std::max(1.0, static_cast<double>(of.mean().count()) / 1000.0);
    const int width = 1 + static_cast<int>(std::log2(seconds) * 12);
    out += text(kLeft, top, to_string(static_cast<OutcomeClass>(cls)));
    out += bar(130, top - 9, width, 10, colour, to_words(of.mean()));
    out += text(140 + width, top,
                std::to_string(of.count) + " times, mean " + to_words(of.mean()) + ", longest " +
                    to_words(of.longest));
  }
  top += 30;
  return out;
}

std::string fairness(const FairnessFigures& figures, int top) {
  std::uint64_t most = 1;
  for (const std::uint64_t bin : figures.bins) most = std::max(most, bin);
  std::string out = text(kLeft, top, "Requests by how long their host had been ready before");
  const int floor = top + 12 + kPanel;
  constexpr int kStep = (kWidth - 2 * kLeft) / static_cast<int>(FairnessFigures::kBins);
  for (std::size_t i = 0; i < FairnessFigures::kBins; ++i) {
    const int x = kLeft + static_cast<int>(i) * kStep;
    const int height = scaled(figures.bins[i], most, kPanel);
    out += bar(x, floor - height, kStep - 6, height, kGood, std::to_string(figures.bins[i]));
    out += text(x, floor + 14, "&lt;" + to_words(Seconds{std::int64_t{1} << i}));
  }
  return out;
}

}  // namespace

std::string report_svg(const TrialReport& report) {
  int top = 20;
  std::string body =
      text(kLeft, top,
           "seed " + std::to_string(report.setup.seed) + ", " + std::to_string(report.setup.hosts) +
               " hosts: " + std::to_string(report.figures.pages) + " pages, " +
               std::to_string(report.breach_count) + " promises broken");
  top += 24;
  body += along(report, top);
  top += 12 + kPanel + kPanel / 2 + 40;
  body += by_class("Rests of hosts, by what they rested for", report.figures.rests, kOther, top);
  body += by_class("Recoveries: from the first incident to full pace", report.figures.recoveries,
                   kGood, top);
  body += fairness(report.fairness, top);
  top += kPanel + 40;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(kWidth) +
         "\" height=\"" + std::to_string(top) +
         "\" font-family=\"sans-serif\" font-size=\"11\">\n" + body + "</svg>\n";
}

}  // namespace frontierd::sim
