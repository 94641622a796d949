// How well each row of a signature table does over labelled responses, and what holds for one.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "rules/outcome.h"
#include "rules/report.h"
#include "rules/signature_match.h"
#include "rules/signature_row.h"
#include "rules/signatures.h"

namespace frontierd {

// Every row that holds, the strongest first, those that only name a vendor last; beside it the
// outcome.
struct RowsThatHeld {
  Outcome outcome;
  std::vector<SignatureMatch> matches;  // of `table`
  // The row that decided; null where the status, a cache or the transport did.
  const SignatureRow* decided = nullptr;
};
RowsThatHeld rows_that_held(const FetchReport& report, const SignatureTable& table);

struct RowTally {
  int held = 0;
  int decided = 0;
  int right = 0;             // held, and its class was acceptable
  int wrong = 0;             // decided, and its class was not
  bool sample_held = false;  // it held for the response that it names as its sample
};

class SignatureTally {
 public:
  // The table must outlive the tally.
  explicit SignatureTally(const SignatureTable& table) : table_(table) {}

  // One line of the form of tests/golden/responses.jsonl: a response (classify_input.h) with its
  // "label" and, where more than one class is right, with "acceptable".
  Result<void> add(std::string_view line);

  const RowTally& of(const SignatureRow& row) { return rows_[row.id]; }
  int responses() const { return responses_; }
  int acceptable() const { return acceptable_; }

 private:
  const SignatureTable& table_;
  std::unordered_map<std::string, RowTally> rows_;
  int responses_ = 0;
  int acceptable_ = 0;  // responses whose outcome is acceptable
};

}  // namespace frontierd
