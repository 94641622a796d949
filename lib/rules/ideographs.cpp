#include "rules/ideographs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ideographs_tsv.h"
#include "rules/fold.h"

namespace frontierd {
namespace {

constexpr std::array<std::string_view, 5> kSets{"gbk", "big5", "shift_jis", "euc-jp", "euc-kr"};

struct Pair {
  std::uint16_t code = 0;
  char16_t character = 0;
  bool operator<(const Pair& other) const { return code < other.code; }
};
using Column = std::vector<Pair>;

std::array<Column, kSets.size()> read_table() {
  std::array<Column, kSets.size()> columns;
  for (std::string_view line : split(ideographs_tsv, '\n')) {
    const auto cells = split(line, '\t');
    if (cells.size() != kSets.size() + 1 || line[0] == '#') continue;
    std::size_t at = 0;
    const auto character = static_cast<char16_t>(next_code_point(cells[0], at));
    for (std::size_t i = 0; i < kSets.size(); ++i) {
      std::uint16_t code = 0;
      const std::string_view hex = cells[i + 1];
      std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
      if (code != 0) columns[i].push_back({code, character});
    }
  }
  for (Column& column : columns) std::sort(column.begin(), column.end());
  return columns;
}

bool is_lead(unsigned char b, std::string_view charset) {
  if (charset == "shift_jis") return (b >= 0x81 && b <= 0x9f) || (b >= 0xe0 && b <= 0xfc);
  return b >= 0x81 && b <= 0xfe;
}

}  // namespace

std::string_view ideograph_table() {
  return ideographs_tsv;
}

std::string from_double_byte(std::string_view bytes, std::string_view charset) {
  static const std::array<Column, kSets.size()> columns = read_table();
  const auto set =
      static_cast<std::size_t>(std::find(kSets.begin(), kSets.end(), charset) - kSets.begin());
  const Column& column = columns[std::min(set, kSets.size() - 1)];
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80 || !is_lead(lead, charset) || i + 1 == bytes.size()) {
      append_utf8(lead < 0x80 ? lead : 0xfffdu, out);
      continue;
    }
    const auto trail = static_cast<unsigned char>(bytes[++i]);
    const auto code = static_cast<std::uint16_t>(lead << 8 | trail);
    const auto found = std::lower_bound(column.begin(), column.end(), Pair{code, 0});
    append_utf8(found != column.end() && found->code == code ? found->character : 0xfffdu, out);
  }
  return out;
}

}  // namespace frontierd
