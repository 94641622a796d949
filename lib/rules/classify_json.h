// An outcome for programs: one line of JSON, as `frontierctl classify` prints it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "rules/outcome.h"

namespace frontierd {

// {"id","class","scope","vendor","retry_after_seconds","evidence":[{"rule","strength","what"}],
// "runner_up":{"class","rule"}|null}, without a line end. `vendor` is "none" where unknown;
// `retry_after_seconds` is null where nothing was asked for, whole where it is whole.
std::string outcome_json(std::string_view id, const Outcome& outcome);

}  // namespace frontierd
