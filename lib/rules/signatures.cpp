#include "rules/signatures.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "rules/signature_index.h"
#include "rules/signature_reader.h"
#include "rules/signature_row.h"
#include "signature_files.h"

namespace frontierd {

struct SignatureTable::Parts {
  explicit Parts(std::vector<SignatureRow> given) : rows(std::move(given)), index(rows) {}
  std::vector<SignatureRow> rows;
  SignatureIndex index;
};

namespace {

constexpr std::string_view kOrder = "order.txt";

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

void report_faults(const EmbeddedFile& file, const std::vector<SignatureFault>& faults) {
  for (const SignatureFault& fault : faults) {
    std::fprintf(stderr, "signatures/%s:%d:%d: %s\n", std::string(file.name).c_str(), fault.line,
                 fault.column, fault.what.c_str());
  }
  CHECK(faults.empty());
}

// The place of each row among its equals: that of its id in order.txt.
std::unordered_map<std::string_view, std::size_t> places(std::string_view order) {
  std::unordered_map<std::string_view, std::size_t> out;
  for (const std::string_view line : split(order, '\n')) {
    if (!line.empty() && line.front() != '#') CHECK(out.emplace(line, out.size()).second);
  }
  return out;
}

void put_in_order(std::vector<SignatureRow>& rows, std::string_view order) {
  const auto place = places(order);
  const auto is_placed = [&](const SignatureRow& row) { return place.contains(row.id); };
  // Each row has its own id, so equal counts mean that no line names a row that is not there.
  CHECK(std::count_if(rows.begin(), rows.end(), is_placed) == std::ssize(place));
  const auto place_of = [&](const SignatureRow& row) {
    const auto known = place.find(row.id);
    return known != place.end() ? known->second : place.size();
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
}

// A file of vendors/ holds the rows of the vendor that it is named for.
bool of_its_vendor(std::string_view name, const SignatureRow& row) {
  return !name.starts_with("vendors/") || name == "vendors/" + row.vendor + ".toml";
}

// The files in the order of their names, the lists of phrases before the rows that name them.
std::vector<SignatureRow> read_built_in(PhraseLists& phrases) {
  std::vector<SignatureRow> rows;
  std::string_view order;
  std::unordered_set<std::string> ids;
  for (const bool lists : {true, false}) {
    for (const EmbeddedFile& file : signature_files) {
      if (file.name.starts_with("phrases/") != lists) continue;
      if (file.name == kOrder) {
        order = file.text;
        continue;
      }
      SignatureFile read = read_signatures(file.text, phrases, {});
      report_faults(file, read.faults);
      for (SignatureRow& row : read.rows) {
        CHECK(ids.insert(row.id).second);  // one id, one row, over all files
        CHECK(of_its_vendor(file.name, row));
        rows.push_back(std::move(row));
      }
    }
  }
  put_in_order(rows, order);
  return rows;
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
    return SignatureTable(std::make_shared<const Parts>(overlay({}, read_built_in(phrases))));
  }();
  return table;
}

std::vector<SignatureFault> SignatureTable::load(std::string_view toml, SignatureTable& out) {
  PhraseLists phrases;
  std::vector<std::string> ids;
  for (const SignatureRow& row : built_in().rows()) ids.push_back(row.id);
  (void)read_built_in(phrases);
  SignatureFile own = read_signatures(toml, phrases, ids);
  if (!own.faults.empty()) return std::move(own.faults);
  // Read again: phrases that the operator added count for built-in rows too.
  out = SignatureTable(
      std::make_shared<const Parts>(overlay(std::move(own.rows), read_built_in(phrases))));
  return {};
}

const std::vector<SignatureRow>& SignatureTable::rows() const {
  return parts_->rows;
}
const SignatureIndex& SignatureTable::index() const {
  return parts_->index;
}

}  // namespace frontierd
