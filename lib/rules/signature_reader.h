// TOML to rows: reads a signatures file and names every mistake in it, with line and column. The
// rows that `soft` and `in` stand for are made here (signature_derive.h). Internal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/signature_text.h"
#include "rules/signatures.h"

namespace frontierd {

struct SignatureFile {
  std::vector<WrittenRow> rows;
  std::vector<std::string> lists;  // the names of the lists of phrases that stand in it
  std::vector<SignatureFault> faults;
};

// `phrases` holds the lists known so far; those of this file are added, to lists of the same name
// too. `built_in`: the ids that `off = true` may name.
SignatureFile read_signatures(std::string_view toml, PhraseLists& phrases,
                              const std::vector<std::string>& built_in);

}  // namespace frontierd
