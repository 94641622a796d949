// Classifies one response a line, as `frontierctl classify --jsonl` does, for measurements without
// it:
//   classify_jsonl < responses.jsonl > outcomes.jsonl
#include <iostream>
#include <string>

#include "frontierctl/classify_input.h"
#include "rules/classify.h"
#include "rules/classify_json.h"
#include "rules/signatures.h"

int main() {
  using namespace frontierd;
  std::ios::sync_with_stdio(false);
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    if (line.empty()) continue;
    std::string id;
    const Result<FetchReport> report = report_from_json(line, &id);
    if (!report) {
      std::cerr << "line " << number << ": " << report.error().what << '\n';
      return 1;
    }
    std::cout << outcome_json(id, classify(*report, SignatureTable::built_in())) << '\n';
  }
}
