// The rows that a short word stands for, so that nobody writes them twice. Internal; pure.
//
//   soft = true             a second row, ID-soft: the same signs under a status of 2xx, where the
//   page is
//                           bare, its title is one of @wall_titles and none of @about_it is in its
//                           text
//   words = [...]           the same words in each place: ID for the first, ID-PLACE for the others
//   in = ["title", ...]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/signature_text.h"

namespace frontierd {

// What keeps the row from having a soft variant, and what to write instead.
std::optional<std::string> no_soft_variant(const WrittenRow& row);
WrittenRow soft_variant(const WrittenRow& row);

// One row for each place, in their order. `words` are folded; in a text "*words*" is the phrase.
std::vector<WrittenRow> in_each_place(const WrittenRow& row, const std::vector<std::string>& words,
                                      const std::vector<SignKey>& places);

}  // namespace frontierd
