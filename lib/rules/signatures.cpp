#include "rules/signatures.h"

#include <algorithm>
#include <cstdio>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "rules/signature_index.h"
#include "rules/signature_reader.h"
#include "rules/signature_row.h"
#include "signatures_toml.h"

namespace frontierd {

struct SignatureTable::Parts {
  explicit Parts(std::vector<SignatureRow> given) : rows(std::move(given)), index(rows) {}
  std::vector<SignatureRow> rows;
  SignatureIndex index;
};

namespace {

// The operator's rows first, then the built-in ones that they neither replace nor switch off.
std::vector<SignatureRow> overlay(std::vector<SignatureRow> own,
                                  std::vector<SignatureRow> built_in) {
  std::unordered_set<std::string> taken;
  for (const SignatureRow& row : own) taken.insert(row.id);
  for (SignatureRow& row : built_in) {
    if (!taken.contains(row.id)) own.push_back(std::move(row));
  }
  std::erase_if(own, [](const SignatureRow& row) { return row.off; });
  return own;
}

SignatureFile read_built_in(PhraseLists& phrases) {
  SignatureFile file = read_signatures(signatures_toml, phrases, {});
  for (const SignatureFault& fault : file.faults) {
    std::fprintf(stderr, "signatures.toml:%d:%d: %s\n", fault.line, fault.column,
                 fault.what.c_str());
  }
  CHECK(file.faults.empty());
  return file;
}

}  // namespace

SignatureTable::SignatureTable()
    : parts_(std::make_shared<const Parts>(std::vector<SignatureRow>{})) {}
SignatureTable::SignatureTable(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
SignatureTable::SignatureTable(const SignatureTable&) = default;
SignatureTable::SignatureTable(SignatureTable&&) noexcept = default;
SignatureTable& SignatureTable::operator=(SignatureTable&&) noexcept = default;
SignatureTable::~SignatureTable() = default;

const SignatureTable& SignatureTable::built_in() {
  static const SignatureTable table = [] {
    PhraseLists phrases;
    return SignatureTable(std::make_shared<const Parts>(overlay({}, read_built_in(phrases).rows)));
  }();
  return table;
}

std::vector<SignatureFault> SignatureTable::load(std::string_view toml, SignatureTable& out) {
  PhraseLists phrases;
  std::vector<std::string> ids;
  for (const SignatureRow& row : read_built_in(phrases).rows) ids.push_back(row.id);
  SignatureFile own = read_signatures(toml, phrases, ids);
  if (!own.faults.empty()) return std::move(own.faults);
  // Read again: phrases that the operator added count for built-in rows too.
  SignatureFile built_in = read_signatures(signatures_toml, phrases, {});
  out = SignatureTable(
      std::make_shared<const Parts>(overlay(std::move(own.rows), std::move(built_in.rows))));
  return {};
}

const std::vector<SignatureRow>& SignatureTable::rows() const {
  return parts_->rows;
}
const SignatureIndex& SignatureTable::index() const {
  return parts_->index;
}

}  // namespace frontierd
