#include "sim/report.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"

namespace frontierd::sim {
namespace {

std::string fixed(double value, int digits) {
  char out[64];
  std::snprintf(out, sizeof out, "%.*f", digits, value);
  return out;
}

double days(Millis length) {
  return static_cast<double>(length.count()) / 86'400'000.0;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : for_message(text, 400)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string class_name(int cls) {
  return std::string(to_string(static_cast<OutcomeClass>(cls)));
}

std::uint64_t refusals(const WireFigures& wire) {
  std::uint64_t out = 0;
  for (int cls = 0; cls < kOutcomeClasses; ++cls) {
    if (is_trouble(static_cast<OutcomeClass>(cls))) out += wire.by_class[cls];
  }
  return out;
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 %";
  return fixed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 2) + " %";
}

std::string lengths_text(const char* title, const Lengths (&lengths)[kOutcomeClasses]) {
  std::string out;
  for (int cls = 0; cls < kOutcomeClasses; ++cls) {
    const Lengths& of = lengths[cls];
    if (of.count == 0) continue;
    out += "  " + std::string(title) + " " + class_name(cls) + ": " + std::to_string(of.count) +
           ", mean " + to_words(of.mean()) + ", longest " + to_words(of.longest) + "\n";
  }
  return out;
}

std::string lengths_json(const Lengths (&lengths)[kOutcomeClasses]) {
  std::string out = "{";
  for (int cls = 0; cls < kOutcomeClasses; ++cls) {
    const Lengths& of = lengths[cls];
    if (of.count == 0) continue;
    if (out.size() > 1) out += ",";
    out += "\"" + class_name(cls) + "\":{\"count\":" + std::to_string(of.count) +
           ",\"mean_ms\":" + std::to_string(of.mean().count()) +
           ",\"longest_ms\":" + std::to_string(of.longest.count()) + "}";
  }
  return out + "}";
}

std::string refusals_text(const WireFigures& wire) {
  std::string out;
  for (int cls = 0; cls < kOutcomeClasses; ++cls) {
    if (!is_trouble(static_cast<OutcomeClass>(cls)) || wire.by_class[cls] == 0) continue;
    out += (out.empty() ? "" : ", ") + class_name(cls) + " " + std::to_string(wire.by_class[cls]);
  }
  return out;
}

std::string faults_text(const Figures& figures) {
  std::string out;
  for (int i = 0; i < kFaultKinds; ++i) {
    const FaultFigures& of = figures.faults[i];
    if (of.happened == 0) continue;
    out += (out.empty() ? "" : ", ") + std::string(to_string(static_cast<FaultKind>(i))) + " " +
           std::to_string(of.in_flight) + "/" + std::to_string(of.happened);
  }
  return out;
}

std::string habits_text(const WireFigures& wire) {
  std::string out;
  for (int i = 1; i < kHabits; ++i) {
    if (wire.by_habit[i] == 0) continue;
    out += (out.empty() ? "" : ", ") + std::string(to_string(static_cast<Habit>(i))) + " " +
           std::to_string(wire.by_habit[i]);
  }
  return out;
}

template <class Of>
std::string counts_json(int count, Of of) {
  std::string out = "{";
  for (int i = 0; i < count; ++i) {
    const std::pair<std::string, std::uint64_t> item = of(i);
    if (item.second == 0) continue;
    if (out.size() > 1) out += ",";
    out += "\"" + item.first + "\":" + std::to_string(item.second);
  }
  return out + "}";
}

std::string faults_json(const Figures& figures) {
  std::string out = "{";
  for (int i = 0; i < kFaultKinds; ++i) {
    const FaultFigures& of = figures.faults[i];
    if (of.happened == 0) continue;
    if (out.size() > 1) out += ",";
    out += "\"" + std::string(to_string(static_cast<FaultKind>(i))) +
           "\":{\"happened\":" + std::to_string(of.happened) +
           ",\"in_flight\":" + std::to_string(of.in_flight) + "}";
  }
  return out + "}";
}

std::string bins_json(const FairnessFigures& fairness) {
  std::string out = "[";
  for (std::size_t i = 0; i < FairnessFigures::kBins; ++i) {
    out += (i > 0 ? "," : "") + std::to_string(fairness.bins[i]);
  }
  return out + "]";
}

// The bound below which that share of the waits lies.
Seconds quantile(const FairnessFigures& fairness, double wanted) {
  std::uint64_t whole = 0;
  for (const std::uint64_t bin : fairness.bins) whole += bin;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < FairnessFigures::kBins; ++i) {
    below += fairness.bins[i];
    if (static_cast<double>(below) >= wanted * static_cast<double>(whole)) {
      return Seconds{std::int64_t{1} << i};
    }
  }
  return Seconds{0};
}

}  // namespace

std::string to_hex(std::uint64_t hash) {
  char out[20];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
  return out;
}

double days_per_minute(const TrialReport& report, double cpu_seconds) {
  return cpu_seconds <= 0 ? 0 : days(report.simulated) * 60.0 / cpu_seconds;
}

std::string report_text(const TrialReport& report, double cpu_seconds) {
  const Figures& figures = report.figures;
  const WireFigures& wire = figures.wire;
  std::string out =
      "seed " + std::to_string(report.setup.seed) + ": " + fixed(days(report.simulated), 1) +
      " days simulated, " + std::to_string(report.setup.hosts) + " hosts, " +
      std::to_string(figures.seeds) + " seeds, event hash " + to_hex(report.event_hash) + "\n";
  const auto per_day = static_cast<double>(figures.pages) / std::max(days(report.simulated), 0.001);
  out += "  goodput: " + std::to_string(figures.pages) + " pages, " + fixed(per_day, 0) +
         " a day; " + std::to_string(wire.requests) + " requests, of these " +
         std::to_string(figures.errands) + " for robots.txt and probes\n";
  out += "  refused: " + std::to_string(refusals(wire)) + " (" +
         share(refusals(wire), wire.requests) + ": " + refusals_text(wire) +
         "); attempts burnt: " + std::to_string(figures.burnt) + "\n";
  out += "  at the end: " + std::to_string(report.tally.done) + " done, " +
         std::to_string(report.tally.dropped) + " dropped, " +
         std::to_string(report.tally.queued + report.tally.leased) + " not at rest; healed in " +
         to_words(report.rest_took) + "\n";
  for (int i = 0; i < kDropReasons; ++i) {
    if (figures.drops[i] == 0) continue;
    out += "  dropped as " + std::string(to_string(static_cast<DropReason>(i))) + ": " +
           std::to_string(figures.drops[i]) + "\n";
  }
  out += lengths_text("rests for", figures.rests);
  out += lengths_text("recovery from", figures.recoveries);
  out += "  our own: " + std::to_string(figures.crashes) + " deaths, " +
         std::to_string(figures.crashes_in_flight) + " with " +
         std::to_string(figures.flights_cut) + " requests on their way; down " +
         to_words(figures.outages.total) + ", paused for our own trouble " +
         std::to_string(figures.our_troubles) + " times\n";
  out += "  faults that met requests on their way: " + faults_text(figures) + "\n";
  out += "  habits met: " + habits_text(wire) + "\n";
  out += "  fairness: 99 % of ready hosts were asked within " +
         to_words(quantile(report.fairness, 0.99)) + ", the longest wait was " +
         to_words(report.fairness.longest) + " (" + report.fairness.longest_host + ")\n";
  if (cpu_seconds > 0) {
    out += "  speed: " + fixed(days_per_minute(report, cpu_seconds), 0) +
           " simulated days per CPU minute\n";
  }
  for (const Breach& breach : report.breaches) {
    out += "  BROKEN promise " + std::to_string(breach.promise) + " (" +
           std::string(promise_in_words(breach.promise)) + ") after " +
           to_words(breach.at - report.start) + ": " + breach.what + "\n";
  }
  return out;
}

std::string report_json(const TrialReport& report, double cpu_seconds) {
  const Figures& figures = report.figures;
  std::string out =
      "{\"seed\":" + std::to_string(report.setup.seed) +
      ",\"passed\":" + (report.passed() ? "true" : "false") + ",\"event_hash\":\"" +
      to_hex(report.event_hash) + "\"" + ",\"events\":" + std::to_string(report.events) +
      ",\"days\":" + fixed(days(report.simulated), 3) +
      ",\"hosts\":" + std::to_string(report.setup.hosts) +
      ",\"seeds\":" + std::to_string(figures.seeds) +
      ",\"requests\":" + std::to_string(figures.wire.requests) +
      ",\"errands\":" + std::to_string(figures.errands) +
      ",\"pages\":" + std::to_string(figures.pages) +
      ",\"refused\":" + std::to_string(refusals(figures.wire)) +
      ",\"burnt\":" + std::to_string(figures.burnt) +
      ",\"done\":" + std::to_string(report.tally.done) +
      ",\"dropped\":" + std::to_string(report.tally.dropped) +
      ",\"crashes\":" + std::to_string(figures.crashes) +
      ",\"crashes_in_flight\":" + std::to_string(figures.crashes_in_flight) +
      ",\"flights_cut\":" + std::to_string(figures.flights_cut) +
      ",\"down_ms\":" + std::to_string(figures.outages.total.count()) +
      ",\"our_troubles\":" + std::to_string(figures.our_troubles) +
      ",\"faults\":" + faults_json(figures) + ",\"habits\":" +
      counts_json(kHabits,
                  [&](int i) {
                    return std::pair(std::string(to_string(static_cast<Habit>(i))),
                                     i == 0 ? 0 : figures.wire.by_habit[i]);
                  }) +
      ",\"refusals\":" +
      counts_json(kOutcomeClasses,
                  [&](int i) {
                    const bool trouble = is_trouble(static_cast<OutcomeClass>(i));
                    return std::pair(class_name(i), trouble ? figures.wire.by_class[i] : 0);
                  }) +
      ",\"drops\":" +
      counts_json(kDropReasons,
                  [&](int i) {
                    return std::pair(std::string(to_string(static_cast<DropReason>(i))),
                                     figures.drops[i]);
                  }) +
      ",\"rest_took_ms\":" + std::to_string(report.rest_took.count()) +
      ",\"rests\":" + lengths_json(figures.rests) +
      ",\"recoveries\":" + lengths_json(figures.recoveries) +
      ",\"longest_wait_ms\":" + std::to_string(report.fairness.longest.count()) +
      ",\"waits_below_2_to_the_n_seconds\":" + bins_json(report.fairness);
  if (cpu_seconds > 0) {
    out += ",\"days_per_cpu_minute\":" + fixed(days_per_minute(report, cpu_seconds), 1);
  }
  out += ",\"command\":" + json_text(command_of(report.setup)) + ",\"broken\":[";
  for (std::size_t i = 0; i < report.breaches.size(); ++i) {
    const Breach& breach = report.breaches[i];
    if (i > 0) out += ",";
    out += "{\"promise\":" + std::to_string(breach.promise) + ",\"at\":\"" + to_iso(breach.at) +
           "\",\"what\":" + json_text(breach.what) + "}";
  }
  return out + "]}";
}

}  // namespace frontierd::sim
