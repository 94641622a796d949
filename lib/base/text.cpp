#include "base/text.h"

#include <algorithm>
#include <numeric>

namespace frontierd {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && istarts_with(a, b);
}

bool istarts_with(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (ascii_lower(text[i]) != ascii_lower(prefix[i])) return false;
  }
  return true;
}

std::size_t ifind(std::string_view text, std::string_view needle) {
  if (needle.empty()) return 0;
  const char first = needle[0];
  const bool letter = first >= 'a' && first <= 'z';
  for (std::size_t at = 0; at + needle.size() <= text.size(); ++at) {
    if (letter) {
      if (ascii_lower(text[at]) != first) continue;
    } else {
      at = text.find(first, at);
      if (at == std::string_view::npos) break;
    }
    if (istarts_with(text.substr(at), needle)) return at;
  }
  return std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::string for_message(std::string_view text, std::size_t limit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(std::min(text.size(), limit));
  while (!text.empty()) {
    const auto odd =
        std::find_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; });
    const std::string_view plain = text.substr(0, static_cast<std::size_t>(odd - text.begin()));
    if (out.size() + plain.size() > limit) {
      return out.append(plain.substr(0, limit - out.size())) + "...";
    }
    out += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) break;
    if (out.size() + 4 > limit) return out + "...";
    const auto byte = static_cast<unsigned char>(text[0]);
    for (char piece : {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]}) out += piece;
    text.remove_prefix(1);
  }
  return out;
}

std::optional<std::string> nearest_name(std::string_view wanted,
                                        const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  const std::string name = to_lower(wanted);
  // Nearer than a name made of other letters altogether.
  std::size_t best_distance = std::min(std::max<std::size_t>(2, name.size() / 3) + 1, name.size());
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, to_lower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace frontierd
