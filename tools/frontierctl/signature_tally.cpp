#include "frontierctl/signature_tally.h"

#include <algorithm>
#include <boost/json.hpp>

#include "frontierctl/classify_input.h"
#include "rules/answer_facts.h"
#include "rules/classify.h"
#include "rules/page.h"
#include "rules/retry_after.h"
#include "rules/wait.h"

namespace frontierd {
namespace {

namespace json = boost::json;

Result<std::vector<std::string>> labels_of(std::string_view line) {
  const json::value parsed = json::parse(json::string_view(line.data(), line.size()));
  const json::object& response = parsed.as_object();  // report_from_json() has seen to it
  std::vector<std::string> labels;
  const json::value* label = response.if_contains("label");
  if (label != nullptr && label->is_string()) labels.emplace_back(label->get_string());
  const json::value* acceptable = response.if_contains("acceptable");
  if (acceptable != nullptr && acceptable->is_array()) {
    for (const json::value& each : acceptable->get_array()) {
      if (each.is_string()) labels.emplace_back(each.get_string());
    }
  }
  for (const std::string& each : labels) {
    if (!parse_outcome_class(each)) return fail(Errc::Usage, "label: no class \"" + each + '"');
  }
  if (labels.empty()) {
    return fail(Errc::Usage, "no label: give \"label\": \"CLASS\", or \"acceptable\": [...]");
  }
  return labels;
}

}  // namespace

RowsThatHeld rows_that_held(const FetchReport& report, const SignatureTable& table) {
  RowsThatHeld held;
  held.outcome = classify(report, table);
  Page page;
  read_page(report, page);
  page.whole = believed(report).amounts;
  held.matches = match_signatures(report, page, asked_wait(report), table);
  std::stable_sort(held.matches.begin(), held.matches.end(),
                   [](const auto& a, const auto& b) { return a.row->strength > b.row->strength; });
  for (const SignatureMatch& match : held.matches) {
    if (match.row->id == held.outcome.evidence.front().rule) held.decided = match.row;
  }
  return held;
}

Result<void> SignatureTally::add(std::string_view line) {
  std::string id;
  TRY_ASSIGN(const FetchReport report, report_from_json(line, &id));
  TRY_ASSIGN(const std::vector<std::string> labels, labels_of(line));
  const auto is_right = [&](OutcomeClass cls) {
    return std::find(labels.begin(), labels.end(), to_string(cls)) != labels.end();
  };
  const RowsThatHeld held = rows_that_held(report, table_);
  ++responses_;
  acceptable_ += is_right(held.outcome.cls);
  for (const SignatureMatch& match : held.matches) {
    const bool good = match.row->strength == Strength::Name || is_right(match.row->cls);
    const bool decided = match.row == held.decided;
    RowTally& tally = rows_[match.row->id];
    ++tally.held;
    tally.decided += decided;
    tally.right += good;
    tally.wrong += decided && !good;
    tally.sample_held = tally.sample_held || (!id.empty() && id == match.row->sample);
  }
  return {};
}

}  // namespace frontierd
