// Finds the rows worth looking at. Every row is filed under one thing that must be seen before it
// can hold (a literal in the body, a phrase, a machine code, a header); rows without such a thing
// are filed under "always". Built once per table, then const. Internal to the classifier.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/literal_scan.h"
#include "rules/signature_row.h"

namespace frontierd {

class SignatureIndex {
 public:
  // Gives the signs of the conditions their ids, and files the rows.
  SignatureIndex(std::deque<SignCondition>& conditions, const std::vector<SignatureRow>& rows);

  using RowNumbers = std::vector<std::uint16_t>;

  const LiteralScan& page_literals() const { return page_literals_; }    // Markup, Body
  const LiteralScan& prose_literals() const { return prose_literals_; }  // Title, Heading, Text
  const LiteralScan& field_literals() const { return field_literals_; }  // Code, Field
  int header_names() const { return static_cast<int>(header_ids_.size()); }
  int header_id(std::string_view name) const;  // whatever the case; -1: no row asks for it

  // Whether any row looks into the body of a long page with a status of 2xx: most pages are such,
  // and the built-in rows for 2xx are all about short ones.
  bool reads_long_pages() const { return reads_long_pages_; }

  const RowNumbers& by_page_literal(int id) const { return at(by_page_literal_, id); }
  const RowNumbers& by_prose_literal(int id) const { return at(by_prose_literal_, id); }
  const RowNumbers& by_header(int id) const { return at(by_header_, id); }
  const RowNumbers& with_fields() const { return with_fields_; }  // look at these where fields are
  const RowNumbers& always() const { return always_; }

 private:
  static const RowNumbers& at(const std::vector<RowNumbers>& lists, int id) {
    return lists[static_cast<std::size_t>(id)];
  }
  void number_signs(SignCondition& condition);
  static void list_literals(SignCondition& condition);
  int field_literal(std::string_view literal);
  void file_row(const SignatureRow& row, std::uint16_t number);

  LiteralScan page_literals_;
  LiteralScan prose_literals_;
  LiteralScan field_literals_;
  std::unordered_map<std::uint64_t, int> header_ids_;  // by hash of the lower-case name
  std::vector<RowNumbers> by_page_literal_;
  std::vector<RowNumbers> by_prose_literal_;
  std::vector<RowNumbers> by_header_;
  bool reads_long_pages_ = false;
  RowNumbers with_fields_;
  RowNumbers always_;
};

}  // namespace frontierd
