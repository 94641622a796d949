// Any bytes as a raw response, or as the body of one with a status of the fuzzer's choice:
// classify() is total, and what it gives keeps its limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "rules/classify.h"
#include "rules/classify_json.h"
#include "rules/raw_response.h"
#include "rules/signatures.h"

using namespace frontierd;

namespace {

void check(const FetchReport& report) {
  const Outcome outcome = classify(report, SignatureTable::built_in());
  CHECK(!outcome.evidence.empty() && outcome.evidence.size() <= kEvidenceMax);
  for (const Evidence& item : outcome.evidence) {
    CHECK(item.what.size() <= kEvidenceTextMax);
    for (char c : item.what) CHECK(c >= ' ' && c < 127);
  }
  for (std::size_t i = 1; i < outcome.evidence.size(); ++i) {
    CHECK(outcome.evidence[i].strength <= outcome.evidence[i - 1].strength);
  }
  CHECK(!outcome_json("id", outcome).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto report = parse_raw_response(text)) check(*report);
  if (size < 2) return 0;
  FetchReport report;
  report.url = "https://www.example.ru/";
  report.status = (data[0] << 8 | data[1]) % 1'000;
  report.body_head = text.substr(2);
  check(report);
  return 0;
}
