#include "rules/glob.h"

#include "base/text.h"

namespace frontierd {

bool glob_match(std::string_view pattern, std::string_view text) {
  // Most patterns fail at an end, and the loop below looks at the first byte first.
  if (!pattern.empty() && pattern.back() != '*' &&
      (text.empty() || ascii_lower(pattern.back()) != ascii_lower(text.back()))) {
    return false;
  }
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && ascii_lower(pattern[p]) == ascii_lower(text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view longest_literal(std::string_view pattern) {
  std::string_view best;
  for (std::string_view part : split(pattern, '*')) {
    if (part.size() > best.size()) best = part;
  }
  return best;
}

}  // namespace frontierd
