#include "rules/charset.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "rules/charset_tables.h"
#include "rules/fold.h"
#include "rules/ideographs.h"

namespace frontierd {
namespace {

constexpr std::size_t kMetaSearch = 1'024;
constexpr std::size_t kUtf8Sample = 8 * 1'024;

using Names = std::pair<std::string_view, std::string_view>;

constexpr std::array<Names, 38> kLabels{{
    {"utf-8", "utf-8"},
    {"utf8", "utf-8"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"us-ascii", "utf-8"},
    {"ascii", "utf-8"},
    {"utf-16", "utf-16le"},
    {"utf-16le", "utf-16le"},
    {"utf-16be", "utf-16be"},
    {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"windows-1252", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"iso-8859-15", "windows-1252"},
    {"windows-1250", "windows-1250"},
    {"cp1250", "windows-1250"},
    {"iso-8859-2", "iso-8859-2"},
    {"latin2", "iso-8859-2"},
    {"windows-1251", "windows-1251"},
    {"cp1251", "windows-1251"},
    {"x-cp1251", "windows-1251"},
    {"koi8-r", "koi8-r"},
    {"koi8-u", "koi8-r"},
    {"iso-8859-5", "iso-8859-5"},
    {"windows-1253", "windows-1253"},
    {"iso-8859-7", "windows-1253"},
    {"windows-1254", "windows-1254"},
    {"iso-8859-9", "windows-1254"},
    {"windows-1255", "windows-1255"},
    {"iso-8859-8", "windows-1255"},
    {"windows-1256", "windows-1256"},
    {"windows-874", "windows-874"},
    {"tis-620", "windows-874"},
    {"iso-8859-11", "windows-874"},
    {"gb2312", "gbk"},
    {"gbk", "gbk"},
    {"gb18030", "gbk"},
    {"big5", "big5"},
    {"big5-hkscs", "big5"},
}};
constexpr std::array<Names, 8> kEastAsianLabels{{
    {"shift_jis", "shift_jis"},
    {"shift-jis", "shift_jis"},
    {"sjis", "shift_jis"},
    {"x-sjis", "shift_jis"},
    {"windows-31j", "shift_jis"},
    {"euc-jp", "euc-jp"},
    {"euc-kr", "euc-kr"},
    {"ks_c_5601-1987", "euc-kr"},
}};
// What a page without any declaration is probably written in, by its language or country.
constexpr std::array<Names, 16> kRegional{{
    {"ru", "windows-1251"},
    {"uk", "windows-1251"},
    {"ua", "windows-1251"},
    {"by", "windows-1251"},
    {"bg", "windows-1251"},
    {"ja", "shift_jis"},
    {"jp", "shift_jis"},
    {"zh", "gbk"},
    {"cn", "gbk"},
    {"tw", "big5"},
    {"hk", "big5"},
    {"ko", "euc-kr"},
    {"kr", "euc-kr"},
    {"pl", "iso-8859-2"},
    {"cz", "windows-1250"},
    {"gr", "windows-1253"},
}};

template <std::size_t N>
std::string_view look_up(const std::array<Names, N>& names, std::string_view label) {
  for (const auto& [known, charset] : names) {
    if (iequals(known, label)) return charset;
  }
  return {};
}

std::string_view by_label(std::string_view label) {
  const std::string_view found = look_up(kLabels, label);
  return found.empty() ? look_up(kEastAsianLabels, label) : found;
}

// The value after `key` (such as "charset=") up to a delimiter.
std::string_view value_after(std::string_view text, std::string_view key) {
  const std::size_t at = ifind(text, key);
  if (at == std::string_view::npos) return {};
  text = trim(text.substr(at + key.size()));
  while (!text.empty() && (text[0] == '"' || text[0] == '\'')) text.remove_prefix(1);
  return text.substr(0, text.find_first_of("\"'; >/\r\n\t"));
}

// The beginning of a character at the very end, as where a body was cut.
bool is_cut_character(std::string_view tail) {
  const auto lead = static_cast<unsigned char>(tail[0]);
  return lead >= 0xc2 && lead <= 0xf4 && tail.size() < 4 &&
         std::all_of(tail.begin() + 1, tail.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; });
}

// Past the ASCII at `at`, in steps of four words.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  std::array<std::uint64_t, 4> words;
  for (; at + sizeof words <= text.size(); at += sizeof words) {
    std::memcpy(words.data(), text.data() + at, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool is_utf8(std::string_view text) {
  text = text.substr(0, kUtf8Sample);
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const std::size_t before = at;
    next_code_point(text, at);
    if (at == before + 1 && !is_cut_character(text.substr(before))) return false;
  }
  return true;
}

std::string from_single_byte(std::string_view bytes, const SingleByteSet& set) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    append_utf8(b < 0x80 ? b : set.upper[b - 0x80u], out);
  }
  return out;
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]);
    const auto b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? a << 8 | b : b << 8 | a);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.size()) {
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
    }
    append_utf8(c, out);
  }
  return out;
}

// The languages that need it say so in <html lang>, their hosts in the last label.
std::string_view by_region(std::string_view body, std::string_view host) {
  const std::string_view language = value_after(body.substr(0, kMetaSearch), "lang=");
  std::string_view found = look_up(kRegional, language.substr(0, 2));
  if (found.empty()) found = look_up(kRegional, host.substr(host.rfind('.') + 1));
  return found;
}

}  // namespace

std::string_view charset_of(std::string_view content_type, std::string_view body,
                            std::string_view host) {
  if (body.starts_with("\xef\xbb\xbf")) return "utf-8";
  if (body.starts_with("\xff\xfe")) return "utf-16le";
  if (body.starts_with("\xfe\xff")) return "utf-16be";
  const bool ascii_or_utf8 = is_utf8(body);
  std::string_view declared = by_label(value_after(content_type, "charset="));
  if (declared.empty() && !ascii_or_utf8) {
    declared = by_label(value_after(body.substr(0, kMetaSearch), "charset="));
  }
  // Pages that declare one set and are plainly UTF-8 are common; the bytes are right.
  if (ascii_or_utf8 && !declared.starts_with("utf-16")) return "utf-8";
  if (!declared.empty() && declared != "utf-8") return declared;
  const std::string_view regional = by_region(body, host);
  return regional.empty() ? "windows-1252" : regional;
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  if (charset == "utf-8") {
    return std::string(bytes.starts_with("\xef\xbb\xbf") ? bytes.substr(3) : bytes);
  }
  if (charset == "utf-16le") return from_utf16(bytes, false);
  if (charset == "utf-16be") return from_utf16(bytes, true);
  for (const SingleByteSet& set : kSingleByteSets) {
    if (set.name == charset) return from_single_byte(bytes, set);
  }
  return from_double_byte(bytes, charset);
}

}  // namespace frontierd
