#include "rules/glob.h"

#include "base/text.h"

namespace frontierd {

namespace {

// Where `part` stands in `text`, whatever the case; npos if nowhere.
std::size_t find_part(std::string_view text, std::string_view part) {
  const char first = ascii_lower(part[0]);
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (ascii_lower(text[at]) == first && istarts_with(text.substr(at), part)) return at;
  }
  return std::string_view::npos;
}

}  // namespace

// The part before the first star stands at the beginning, the one after the last at the end, and
// those between come in their order, each as early as it can.
bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return iequals(pattern, text);
  if (!istarts_with(text, pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  while (true) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    if (star == std::string_view::npos) break;
    if (star == 0) continue;
    const std::size_t at = find_part(text, pattern.substr(0, star));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + star);
  }
  return text.size() >= pattern.size() &&
         istarts_with(text.substr(text.size() - pattern.size()), pattern);
}

std::string_view longest_literal(std::string_view pattern) {
  if (pattern.find('*') == std::string_view::npos) return pattern;
  std::string_view best;
  for (std::string_view part : split(pattern, '*')) {
    if (part.size() > best.size()) best = part;
  }
  return best;
}

}  // namespace frontierd
