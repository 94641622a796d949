#include "originlab/glob.h"

#include <algorithm>

#include "originlab/lab.h"

namespace frontierd::originlab {

bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
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

bool glob_path(std::string_view pattern, std::string_view target) {
  if (pattern.find('?') == pattern.npos) target = target.substr(0, target.find('?'));
  return glob(pattern, target);
}

bool Paths::cover(std::string_view target) const {
  const auto matches = [&](const std::string& pattern) { return glob_path(pattern, target); };
  if (std::any_of(except.begin(), except.end(), matches)) return false;
  return only.empty() || std::any_of(only.begin(), only.end(), matches);
}

bool Window::holds(Micros at) const {
  if (at < from) return false;
  if (every.count() == 0) return at < to;
  return (at - from) % every < to - from;
}

Micros Window::left(Micros at) const {
  if (every.count() == 0) return to - at;
  return (to - from) - (at - from) % every;
}

}  // namespace frontierd::originlab
