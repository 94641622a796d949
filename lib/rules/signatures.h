// The table of signatures: who answers what, and how much each sign proves. Rows are data in TOML;
// the table is the folder lib/rules/signatures/ (its README explains the keys), which the build
// checks and packs into the program. An operator's file may add rows, replace built-in ones by id
// or switch them off (`off = true`), and add phrases to a named list. Immutable once loaded, so
// every thread may read it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace frontierd {

struct SignatureRow;   // one row, compiled for matching: rules/signature_row.h
class SignatureIndex;  // the rows by what must be seen for them: rules/signature_index.h

// One mistake in a signatures file: where, and what to write instead. Lines and columns count
// from 1.
struct SignatureFault {
  int line = 0;
  int column = 0;
  std::string what;
};

class SignatureTable {
 public:
  // The built-in table alone. It is unpacked once per process; the build has checked it.
  static const SignatureTable& built_in();
  // The built-in table with an operator's file laid over it: the operator's rows come first, so
  // they win among equals. All faults are reported at once, and then `out` is unchanged.
  static std::vector<SignatureFault> load(std::string_view toml, SignatureTable& out);

  SignatureTable();  // without any row: only status codes speak
  SignatureTable(const SignatureTable&);
  SignatureTable(SignatureTable&&) noexcept;
  SignatureTable& operator=(SignatureTable&&) noexcept;
  ~SignatureTable();

  const std::vector<SignatureRow>& rows() const;
  const SignatureIndex& index() const;

 private:
  struct Parts;
  explicit SignatureTable(std::shared_ptr<const Parts> parts);
  std::shared_ptr<const Parts> parts_;  // shared by copies: nothing in it changes
};

}  // namespace frontierd
