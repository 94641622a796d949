// From the table as it is written to rows that can be matched: lists of phrases are put in the
// place of their names, and conditions that several rows share are made once. Internal; pure.
#pragma once

#include <deque>
#include <vector>

#include "rules/signature_row.h"
#include "rules/signature_text.h"

namespace frontierd {

struct ExpandedTable {
  std::deque<SignCondition> conditions;  // of all rows; they stay where they are
  std::vector<SignatureRow> rows;
};

// The table must be free of faults (read_signatures()); rows that are off are left out.
ExpandedTable expand(WrittenTable table);

}  // namespace frontierd
