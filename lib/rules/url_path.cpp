#include "rules/url_path.h"

#include <array>

#include "base/text.h"

namespace frontierd {
namespace {

using ByteSet = std::array<bool, 256>;

constexpr ByteSet printable_except(std::string_view excluded) {
  ByteSet set{};
  for (unsigned c = 0x21; c < 0x7f; ++c) set[c] = true;
  for (char c : excluded) set[static_cast<unsigned char>(c)] = false;
  return set;
}

// The bytes that stand for themselves; '%' is excluded since it needs a look at what follows.
constexpr ByteSet kPathPlain = printable_except("\"#<>?^`{}%/\\");
constexpr ByteSet kQueryPlain = printable_except("\"#<>'%\\");

constexpr bool is_unreserved(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

void append_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const char escape[3] = {'%', kHex[byte >> 4], kHex[byte & 15]};
  out.append(escape, sizeof escape);
}

// Whether a hex digit appended now would be read as part of an escape that was none.
bool has_open_percent(const std::string& out) {
  if (out.back() == '%') return true;
  return out.size() > 1 && out[out.size() - 2] == '%' && hex_value(out.back()) >= 0;
}

// Appends the escape at the head of `text`, which begins with '%'; returns the bytes consumed.
std::size_t append_percent(std::string& out, std::string_view text) {
  const int high = text.size() > 2 ? hex_value(text[1]) : -1;
  const int low = text.size() > 2 ? hex_value(text[2]) : -1;
  if (high < 0 || low < 0) {
    out += '%';
    return 1;
  }
  const char byte = static_cast<char>(high * 16 + low);
  if (is_unreserved(byte) && !(hex_value(byte) >= 0 && has_open_percent(out))) {
    out += byte;
  } else {
    append_escape(out, static_cast<unsigned char>(byte));
  }
  return 3;
}

void append_encoded(std::string& out, std::string_view text, const ByteSet& plain) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && plain[static_cast<unsigned char>(text[end])]) ++end;
    out.append(text, at, end - at);
    if (end == text.size()) return;
    if (text[end] == '%') {
      at = end + append_percent(out, text.substr(end));
    } else {
      append_escape(out, static_cast<unsigned char>(text[end]));
      at = end + 1;
    }
  }
}

// Takes back the segment that begins at `begin` if it is a dot segment, and for ".." its parent
// too.
bool resolve_dots(std::string& out, std::size_t root, std::size_t begin) {
  const std::string_view segment = std::string_view(out).substr(begin);
  if (segment != "." && segment != "..") return false;
  const bool parent = segment.size() == 2;
  out.resize(begin);
  if (parent && begin > root + 1) out.resize(out.rfind('/', begin - 2) + 1);
  return true;
}

}  // namespace

void append_path(std::string& out, std::size_t root, std::string_view path) {
  if (out.size() == root) {
    out += '/';
    if (!path.empty() && (path[0] == '/' || path[0] == '\\')) path.remove_prefix(1);
  }
  while (true) {
    const std::size_t begin = out.size();
    const std::size_t slash = path.find_first_of("/\\");
    append_encoded(out, path.substr(0, slash), kPathPlain);
    const bool was_dots = resolve_dots(out, root, begin);
    if (slash == std::string_view::npos) return;
    if (!was_dots) out += '/';
    path.remove_prefix(slash + 1);
  }
}

void append_query(std::string& out, std::string_view query) {
  append_encoded(out, query, kQueryPlain);
}

}  // namespace frontierd
