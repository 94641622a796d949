#include "rules/robots_lines.h"

#include <algorithm>
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

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}
constexpr bool is_plain(char c) {
  return c == '\t' || (c >= 0x20 && c < 0x7f);
}
bool all_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_plain);
}

// What stands for an ASCII character in text that went through an editor.
struct Lookalike {
  std::string_view octets;
  char ascii;
};
constexpr std::array<Lookalike, 21> kLookalikes{{
    {"\xc2\xa0", ' '},      {"\xe2\x80\xaf", ' '}, {"\xe3\x80\x80", ' '}, {"\xa0", ' '},
    {"\xc2\xad", '-'},      {"\xe2\x80\x90", '-'}, {"\xe2\x80\x91", '-'}, {"\xe2\x80\x92", '-'},
    {"\xe2\x80\x93", '-'}, {"\xe2\x80\x94", '-'}, {"\xe2\x80\x95", '-'}, {"\xe2\x88\x92", '-'},
    {"\xef\xbc\x8d", '-'}, {"\x96", '-'},         {"\x97", '-'},         {"\xef\xbc\x9a", ':'},
    {"\xef\xb9\x95", ':'}, {"\xe2\x88\xb6", ':'}, {"\xef\xbc\x8a", '*'}, {"\xe2\x88\x97", '*'},
    {"\xef\xbc\x8f", '/'},
}};

const Lookalike* lookalike_at(std::string_view text) {
  for (const Lookalike& one : kLookalikes) {
    if (text.starts_with(one.octets)) return &one;
  }
  return nullptr;
}

// The octets of what only surrounds a value: white space of any kind, control characters, marks of
// no width, quotation marks of print; 0 for anything else.
std::size_t surrounding_at(std::string_view text) {
  if (is_space(text[0]) || is_control(text[0])) return 1;
  if (text.starts_with("\xef\xbb\xbf")) return 3;
  const Lookalike* same = lookalike_at(text);
  if (same != nullptr && same->ascii == ' ') return same->octets.size();
  if (text.size() < 3 || !text.starts_with("\xe2\x80")) return 0;
  const auto last = static_cast<unsigned char>(text[2]);
  const bool no_width = last >= 0x8b && last <= 0x8f;
  const bool quote = last >= 0x98 && last <= 0x9f;
  const bool separator = last == 0xa8 || last == 0xa9 || (last >= 0x80 && last <= 0x8a);
  return no_width || quote || separator ? 3 : 0;
}

std::string_view without_surroundings(std::string_view text) {
  while (!text.empty()) {
    const std::size_t odd = surrounding_at(text);
    if (odd == 0) break;
    text.remove_prefix(odd);
  }
  for (std::size_t cut = 1; cut <= 3 && cut <= text.size();) {
    const std::string_view tail = text.substr(text.size() - cut);
    if (surrounding_at(tail) == cut) {
      text.remove_suffix(cut);
      cut = 1;
    } else {
      ++cut;
    }
  }
  return text;
}

// A key in plain ASCII: what looks alike is replaced, every other oddity left out.
std::string plain_key(std::string_view key) {
  std::string out;
  while (!key.empty()) {
    const Lookalike* same = is_plain(key[0]) ? nullptr : lookalike_at(key);
    if (is_plain(key[0])) out += key[0];
    if (same != nullptr) out += same->ascii;
    key.remove_prefix(same != nullptr ? same->octets.size() : 1);
  }
  return out;
}

// Where key and value part, and the octets of the colon there.
struct Colon {
  std::size_t at = std::string_view::npos;
  std::size_t size = 1;
};
Colon find_colon(std::string_view line) {
  Colon colon{line.find(':'), 1};
  if (all_plain(line.substr(0, colon.at))) return colon;
  for (const Lookalike& one : kLookalikes) {
    if (one.ascii != ':') continue;
    const std::size_t at = line.find(one.octets);
    if (at < colon.at) colon = {at, one.octets.size()};
  }
  return colon;
}

RobotsKey key_in(std::string_view text, bool& odd) {
  if (all_plain(text)) return key_named(trim(text));
  odd = true;
  return key_named(trim(plain_key(text)));
}

// "disallow /private": one key and one value, with nothing but white space between.
void read_without_colon(std::string_view line, RobotsLine& out) {
  std::size_t gap = line.find_first_of(" \t");
  if (gap == std::string_view::npos) gap = line.find("\xc2\xa0");
  if (gap == std::string_view::npos) return;
  const std::string_view value = without_surroundings(line.substr(gap));
  if (value.find_first_of(" \t") != std::string_view::npos) return;
  out.key = key_in(line.substr(0, gap), out.odd);
  out.value = value;
}

// An oddity in a value is no permission.
void mind_oddities(std::string_view as_written, RobotsLine& out) {
  if (out.key == RobotsKey::Unknown || all_plain(as_written)) return;
  const bool controls = std::any_of(as_written.begin(), as_written.end(), is_control);
  out.odd = out.odd || controls || out.value.size() < trim(as_written).size();
  if (out.key == RobotsKey::Disallow) {
    const auto* const end = std::find_if(out.value.begin(), out.value.end(), is_control);
    out.value = out.value.substr(0, static_cast<std::size_t>(end - out.value.begin()));
    const auto path = out.value.find_first_of("/*");
    const std::string_view before = out.value.substr(0, path);
    if (path != std::string_view::npos && std::none_of(before.begin(), before.end(), is_plain)) {
      out.value.remove_prefix(path);
    }
    if (out.value.empty() && controls) out.value = "/";
  }
  if (out.key == RobotsKey::UserAgent && out.value.empty() && controls) out.value = "*";
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
  const Colon colon = find_colon(line);
  if (colon.at != std::string_view::npos) {
    out.key = key_in(line.substr(0, colon.at), out.odd);
    out.value = without_surroundings(line.substr(colon.at + colon.size));
  }
  if (out.key == RobotsKey::Unknown) {
    out.odd = false;
    read_without_colon(line, out);
    mind_oddities(line, out);
  } else {
    mind_oddities(line.substr(colon.at + colon.size), out);
  }
  return true;
}

std::string robots_token(std::string_view agent) {
  agent = without_surroundings(agent);
  if (const Lookalike* star = agent.empty() ? nullptr : lookalike_at(agent)) {
    if (star->ascii == '*') return "*";
  }
  if (agent.starts_with('*') && (agent.size() == 1 || agent[1] == ' ' || !is_plain(agent[1]) ||
                                 agent[1] == '\t')) {
    return "*";
  }
  std::string token;
  for (char c : agent) {
    if (is_control(c)) continue;
    if (!is_unreserved(c) || c == '~') break;
    token += ascii_lower(c);
  }
  return token;
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
