#include "rules/signatures.h"

#include <string>
#include <unordered_set>
#include <utility>

#include "packed_signatures.h"
#include "rules/signature_expand.h"
#include "rules/signature_index.h"
#include "rules/signature_pack.h"
#include "rules/signature_reader.h"
#include "rules/signature_row.h"

namespace frontierd {

struct SignatureTable::Parts {
  explicit Parts(ExpandedTable given)
      : expanded(std::move(given)), index(expanded.conditions, expanded.rows) {}
  Parts(const Parts&) = delete;  // rows point into it
  Parts& operator=(const Parts&) = delete;
  ExpandedTable expanded;
  SignatureIndex index;
};

namespace {

// The operator's rows first, then the built-in ones that they neither replace nor switch off.
std::vector<WrittenRow> overlay(std::vector<WrittenRow> own, std::vector<WrittenRow> built_in) {
  std::unordered_set<std::string> taken;
  for (const WrittenRow& row : own) taken.insert(row.facts.id);
  for (WrittenRow& row : built_in) {
    if (!taken.contains(row.facts.id)) own.push_back(std::move(row));
  }
  return own;
}

}  // namespace

SignatureTable::SignatureTable() : parts_(std::make_shared<const Parts>(ExpandedTable{})) {}
SignatureTable::SignatureTable(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
SignatureTable::SignatureTable(const SignatureTable&) = default;
SignatureTable::SignatureTable(SignatureTable&&) noexcept = default;
SignatureTable& SignatureTable::operator=(SignatureTable&&) noexcept = default;
SignatureTable::~SignatureTable() = default;

const SignatureTable& SignatureTable::built_in() {
  static const SignatureTable table(
      std::make_shared<const Parts>(expand(unpack(packed_signatures))));
  return table;
}

std::vector<SignatureFault> SignatureTable::load(std::string_view toml, SignatureTable& out) {
  WrittenTable table = unpack(packed_signatures);
  std::vector<std::string> ids;
  for (const WrittenRow& row : table.rows) ids.push_back(row.facts.id);
  SignatureFile own = read_signatures(toml, table.phrases, ids);
  if (!own.faults.empty()) return std::move(own.faults);
  table.rows = overlay(std::move(own.rows), std::move(table.rows));
  out = SignatureTable(std::make_shared<const Parts>(expand(std::move(table))));
  return {};
}

const std::vector<SignatureRow>& SignatureTable::rows() const {
  return parts_->expanded.rows;
}
const SignatureIndex& SignatureTable::index() const {
  return parts_->index;
}

}  // namespace frontierd
