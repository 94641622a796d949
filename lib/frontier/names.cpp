#include "base/names.h"

#include <array>

#include "frontier/inspect.h"
#include "frontier/lease.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 3> kPurposes{"page", "robots", "probe"};
constexpr std::array<std::string_view, 4> kUrlStates{"queued", "leased", "done", "dropped"};

}  // namespace

std::string_view to_string(Purpose purpose) {
  return kPurposes[static_cast<std::size_t>(purpose)];
}
std::optional<Purpose> parse_purpose(std::string_view name) {
  return find_name<Purpose>(kPurposes, name);
}
std::string_view to_string(UrlState state) {
  return kUrlStates[static_cast<std::size_t>(state)];
}
std::optional<UrlState> parse_url_state(std::string_view name) {
  return find_name<UrlState>(kUrlStates, name);
}

}  // namespace frontierd
