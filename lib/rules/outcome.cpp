#include "rules/outcome.h"

#include <array>

#include "base/names.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, kOutcomeClasses> kClassNames{
    "fetched",    "unchanged",   "moved",           "gone",       "refused",    "rate_limited",
    "overloaded", "maintenance", "upstream_failed", "bot_walled", "stale_copy", "unreachable",
    "barred",     "broken"};
constexpr std::array<std::string_view, 3> kScopeNames{"url", "host", "egress"};
constexpr std::array<std::string_view, 6> kStrengthNames{"name",      "status", "weak",
                                                         "structure", "strong", "certain"};

}  // namespace

std::string_view to_string(OutcomeClass cls) {
  return kClassNames[static_cast<std::size_t>(cls)];
}
std::string_view to_string(Scope scope) {
  return kScopeNames[static_cast<std::size_t>(scope)];
}
std::string_view to_string(Strength strength) {
  return kStrengthNames[static_cast<std::size_t>(strength)];
}
std::optional<OutcomeClass> parse_outcome_class(std::string_view name) {
  return find_name<OutcomeClass>(kClassNames, name);
}
std::optional<Scope> parse_scope(std::string_view name) {
  return find_name<Scope>(kScopeNames, name);
}
std::optional<Strength> parse_strength(std::string_view name) {
  return find_name<Strength>(kStrengthNames, name);
}

}  // namespace frontierd
