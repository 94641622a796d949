#include "rules/robots_lines.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

struct KeyName {
  std::string_view name;
  RobotsKey key;
};
constexpr std::array<KeyName, 14> kKeys{{{"user-agent", RobotsKey::UserAgent},
                                         {"useragent", RobotsKey::UserAgent},
                                         {"user agent", RobotsKey::UserAgent},
                                         {"allow", RobotsKey::Allow},
                                         {"disallow", RobotsKey::Disallow},
                                         {"dissallow", RobotsKey::Disallow},
                                         {"dissalow", RobotsKey::Disallow},
                                         {"disalow", RobotsKey::Disallow},
                                         {"diasllow", RobotsKey::Disallow},
                                         {"disallaw", RobotsKey::Disallow},
                                         {"crawl-delay", RobotsKey::CrawlDelay},
                                         {"crawldelay", RobotsKey::CrawlDelay},
                                         {"sitemap", RobotsKey::Sitemap},
                                         {"site-map", RobotsKey::Sitemap}}};

RobotsKey key_named(std::string_view name) {
  for (const KeyName& known : kKeys) {
    if (iequals(name, known.name)) return known.key;
  }
  return RobotsKey::Unknown;
}

// "disallow /private": one key and one value, with nothing but white space between.
void read_without_colon(std::string_view line, RobotsLine& out) {
  const std::size_t gap = line.find_first_of(" \t");
  if (gap == std::string_view::npos) return;
  const std::string_view value = trim(line.substr(gap));
  if (value.find_first_of(" \t") != std::string_view::npos) return;
  out.key = key_named(line.substr(0, gap));
  out.value = value;
}

constexpr bool is_unreserved(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}
constexpr bool is_reserved(char c) {
  return std::string_view(":/?#[]@!&'()+,;=").find(c) != std::string_view::npos;
}

void append_encoded(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

std::optional<char> decoded(std::string_view text) {
  const auto digit = [](char c) {
    if (is_digit(c)) return c - '0';
    const char low = ascii_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
  };
  if (text.size() < 3 || text[0] != '%' || digit(text[1]) < 0 || digit(text[2]) < 0) {
    return std::nullopt;
  }
  return static_cast<char>(digit(text[1]) * 16 + digit(text[2]));
}

std::string normalised(std::string_view path, bool star_is_special) {
  std::string out;
  out.reserve(path.size() + 8);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '*' && star_is_special) {
      if (out.empty() || out.back() != '*') out += '*';
    } else if (const auto octet = decoded(path.substr(i, 3))) {
      if (is_unreserved(*octet)) {
        out += *octet;
      } else {
        append_encoded(out, *octet);
      }
      i += 2;
    } else if (is_unreserved(c) || is_reserved(c)) {
      out += c;
    } else {
      append_encoded(out, c);
    }
  }
  return out;
}

}  // namespace

RobotsLines::RobotsLines(std::string_view text) : rest_(text) {
  for (char c : kByteOrderMark) {
    if (rest_.empty() || rest_.front() != c) break;
    rest_.remove_prefix(1);
  }
}

bool RobotsLines::next(RobotsLine& out) {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find_first_of("\r\n");
  std::string_view line = rest_.substr(0, end);
  const bool is_crlf = end != std::string_view::npos && rest_.substr(end, 2) == "\r\n";
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + (is_crlf ? 2 : 1));

  out = {++number_, RobotsKey::Unknown, {}};
  line = trim(line.substr(0, line.find('#')));
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    read_without_colon(line, out);
  } else {
    out.key = key_named(trim(line.substr(0, colon)));
    out.value = trim(line.substr(colon + 1));
    if (out.key == RobotsKey::Unknown) read_without_colon(line, out);
  }
  return true;
}

std::string robots_token(std::string_view agent) {
  agent = trim(agent);
  if (!agent.empty() && agent[0] == '*' && (agent.size() == 1 || is_space(agent[1]))) return "*";
  std::size_t length = 0;
  while (length < agent.size() && is_unreserved(agent[length]) && agent[length] != '~') ++length;
  return to_lower(agent.substr(0, length));
}

std::string robots_path(std::string_view path_and_query) {
  return normalised(path_and_query, false);
}

std::string robots_pattern(std::string_view path, bool& anchored) {
  anchored = path.ends_with('$');
  if (anchored) path.remove_suffix(1);
  return normalised(path, true);
}

}  // namespace frontierd
