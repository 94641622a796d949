// Golden tables: one case a line, fields separated by tabs, '#' begins a comment line, empty lines
// are skipped. In a field \t \n \r \0 \\ and \xNN stand for bytes that a table cannot hold.
#pragma once

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace frontierd::test {

struct TsvRow {
  std::size_t line = 0;  // from 1, for messages
  std::vector<std::string> fields;

  // The field, or "" where the row is shorter.
  std::string at(std::size_t i) const { return i < fields.size() ? fields[i] : std::string(); }
};

inline std::string tsv_unescape(std::string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      out += field[i];
      continue;
    }
    const char kind = field[++i];
    if (kind == 'x' && i + 2 < field.size()) {
      out += static_cast<char>(hex_value(field[i + 1]) * 16 + hex_value(field[i + 2]));
      i += 2;
    } else {
      constexpr std::string_view kKinds = "tnr0", kBytes{"\t\n\r\0", 4};
      const std::size_t known = kKinds.find(kind);
      out += known == std::string_view::npos ? kind : kBytes[known];
    }
  }
  return out;
}

inline std::string tsv_escape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      out.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    } else {
      out += c;
    }
  }
  return out;
}

// Throws if the file cannot be read: a test without its table must not pass.
inline std::vector<TsvRow> read_tsv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<TsvRow> rows;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    TsvRow row{number, {}};
    for (std::string_view field : split(line, '\t')) row.fields.push_back(tsv_unescape(field));
    rows.push_back(row);
  }
  return rows;
}

}  // namespace frontierd::test
