// The signature table as it is written: every word checked and folded, nothing expanded yet. What
// the reader makes of TOML, what the build packs into the program, and what is laid over by an
// operator. Plain values. Internal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/signature_row.h"

namespace frontierd {

// Named lists of phrases; "@name" in a title, heading or text stands for each of them.
using PhraseLists = std::map<std::string, std::vector<std::string>>;

struct WrittenCondition {
  SignKey key = SignKey::Header;
  std::vector<std::vector<std::string>> any_of;  // alternatives; in each, all of them
  bool operator==(const WrittenCondition&) const = default;
};

struct WrittenRow {
  SignatureFacts facts;
  std::vector<WrittenCondition> needs;
  std::vector<WrittenCondition> unless;
  bool off = false;
  int line = 0;  // where it stands in its file; not packed
  bool operator==(const WrittenRow&) const = default;
};

struct WrittenTable {
  PhraseLists phrases;
  std::vector<WrittenRow> rows;  // in the order in which they speak
  bool operator==(const WrittenTable&) const = default;
};

}  // namespace frontierd
