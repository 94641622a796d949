// The policy by name, for scenarios: the keys of frontierd.toml with their section in front,
// "pace.gap", "rest.rate_limited.base", "retry.attempts_max". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/policy.h"

namespace frontierd::sim {

// What is wrong, in words, or nullopt once the value is set.
std::optional<std::string> set_policy_key(Policy& policy, std::string_view key,
                                          std::string_view value);
std::vector<std::string> policy_key_names();

}  // namespace frontierd::sim
