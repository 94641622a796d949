// TOML to rows: reads a signatures file and names every mistake in it, with line and column.
// Internal.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/signature_row.h"
#include "rules/signatures.h"

namespace frontierd {

// Named lists of phrases; "@name" in a title, heading or text stands for each of them.
using PhraseLists = std::unordered_map<std::string, std::vector<std::string>>;

struct SignatureFile {
  std::vector<SignatureRow> rows;
  std::vector<SignatureFault> faults;
};

// `phrases` holds the lists known so far; those of this file are added, to lists of the same name
// too. `built_in`: the ids that `off = true` may name.
SignatureFile read_signatures(std::string_view toml, PhraseLists& phrases,
                              const std::vector<std::string>& built_in);

}  // namespace frontierd
