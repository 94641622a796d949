#include <boost/json.hpp>
#include <istream>
#include <iterator>
#include <ostream>

#include "api/json_text.h"
#include "base/text.h"
#include "frontierctl/classify_input.h"
#include "frontierctl/commands.h"
#include "frontierctl/local_input.h"
#include "rules/classify.h"
#include "rules/classify_json.h"
#include "rules/robots.h"
#include "rules/robots_policy.h"
#include "rules/signatures.h"
#include "rules/url.h"
#include "rules/url_canon.h"

namespace frontierd {
namespace {

namespace json = boost::json;

std::string read_all(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string wait_text(const Outcome& outcome) {
  if (!outcome.wait) return "none asked for";
  return to_words(outcome.wait->length) + " (" + outcome.wait->source + ")";
}

std::string in_words(const Outcome& outcome, const Style& style) {
  const std::string vendor = outcome.vendor.empty() ? "unknown" : outcome.vendor;
  std::string out = "class      " + style.bold(to_string(outcome.cls)) + "\n";
  out += "scope      " + std::string(to_string(outcome.scope)) + "\n";
  out += "vendor     " + safe_cell(vendor, 80) + "\n";
  out += "wait       " + safe_cell(wait_text(outcome), 200) + "\n";
  for (const Evidence& sign : outcome.evidence) {
    out += "evidence   " + std::string(to_string(sign.strength)) + "  " + sign.rule + ": " +
           safe_cell(sign.what, kEvidenceTextMax) + "\n";
  }
  if (outcome.runner_up) {
    out += "runner-up  " + std::string(to_string(outcome.runner_up->cls)) + " (" +
           outcome.runner_up->rule + ")\n";
  }
  return out;
}

int classify_lines(const Screen& screen, const SignatureTable& signatures) {
  std::uint64_t number = 0;
  std::uint64_t bad = 0;
  for (std::string line; std::getline(screen.in, line);) {
    ++number;
    if (trim(line).empty()) continue;
    std::string id;
    const auto report = report_from_json(line, &id);
    if (!report) {
      ++bad;
      screen.complain("line " + std::to_string(number) + ": " + report.error().what, kExitPartly);
      continue;
    }
    screen.out << outcome_json(id, classify(*report, signatures)) << "\n";
  }
  return bad > 0 ? kExitPartly : kExitDone;
}

}  // namespace

int run_classify(const Options& options, const Screen& screen) {
  const auto signatures = signatures_of(options.signatures, screen);
  if (!signatures) return complain(screen, signatures.error());
  if (options.jsonl) return classify_lines(screen, *signatures);
  const auto report = report_of(options, read_all(screen.in));
  if (!report) return complain(screen, report.error());
  const Outcome outcome = classify(*report, *signatures);
  screen.out << (screen.json ? outcome_json("", outcome) + "\n" : in_words(outcome, screen.style));
  return kExitDone;
}

int run_url_canon(const Options& /*options*/, const Screen& screen) {
  bool all_good = true;
  for (std::string line; std::getline(screen.in, line);) {
    const std::string canon = canon_line(line);
    const bool bad = canon.starts_with('!');
    all_good = all_good && !bad;
    if (!screen.json) {
      screen.out << canon << "\n";
      continue;
    }
    const std::size_t tab = canon.find('\t');
    const std::string second = tab == std::string::npos ? "" : canon.substr(tab + 1);
    json::object row;
    row[bad ? "fault" : "url"] = canon.substr(bad ? 1 : 0, tab - (bad ? 1 : 0));
    row[bad ? "reason" : "host"] = second;
    screen.out << json_text(row) << "\n";
  }
  return all_good ? kExitDone : kExitNo;
}

// What the daemon would do with this file: it is classified and judged as there.
int run_robots_check(const Options& options, const Screen& screen) {
  const auto url = Url::parse(options.url);
  if (!url) return screen.complain("--url: " + std::string(reason(url.error())), kExitUsage);
  const std::string body = read_all(screen.in);
  FetchReport report;
  report.url = url->robots().text();
  report.status = 200;
  report.headers = {{"Content-Type", trim(body).starts_with('<') ? "text/html" : "text/plain"}};
  report.body_head = body.substr(0, kBodyHeadMax);
  report.body_bytes = body.size();
  const RobotsRecord record =
      robots_file(RobotsRules{}, classify(report, SignatureTable::built_in()), body);
  const Robots robots = robots_of(record, options.agent);
  const RobotsAnswer answer = robots.allowed(options.agent, url->path_and_query());
  const auto delay = robots.crawl_delay(options.agent);
  const std::string_view verdict = answer.allowed ? "allowed" : "disallowed";
  if (screen.json) {
    json::object row{{"allowed", answer.allowed}, {"line", answer.line}, {"rule", answer.rule}};
    row["crawl_delay_seconds"] =
        delay ? json::value(static_cast<double>(delay->count()) / 1000.0) : json::value(nullptr);
    row["why"] = record.why;
    screen.out << json_text(row) << "\n";
  } else if (record.state != RobotsState::Rules) {
    screen.out << verdict << ": " << safe_cell(record.why, 400) << "\n";
  } else if (answer.line == 0) {
    screen.out << verdict << ": no rule matches\n";
  } else {
    screen.out << verdict << " by line " << answer.line << ": " << safe_cell(answer.rule, 400)
               << "\n";
  }
  return answer.allowed ? kExitDone : kExitNo;
}

}  // namespace frontierd
