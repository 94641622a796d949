#include "store/sqlite/queries.h"

#include "base/check.h"
#include "base/text.h"
#include "sqlite_queries.h"
#include "sqlite_queries_inspect.h"

namespace frontierd {
namespace {

constexpr std::string_view kName = "-- name: ";
constexpr std::string_view kPart = "-- part: ";

using Texts = std::map<std::string, std::string, std::less<>>;

void fill_in(std::string& sql, const Texts& parts) {
  for (auto open = sql.find('{'); open != std::string::npos; open = sql.find('{', open)) {
    const auto close = sql.find('}', open);
    CHECK(close != std::string::npos);
    const auto part = parts.find(std::string_view(sql).substr(open + 1, close - open - 1));
    CHECK(part != parts.end());
    sql.replace(open, close - open + 1, part->second);
  }
}

}  // namespace

Texts parse_queries(std::string_view file) {
  Texts names;
  Texts parts;
  std::string* current = nullptr;
  for (const std::string_view line : split(file, '\n')) {
    if (line.starts_with(kName) || line.starts_with(kPart)) {
      Texts& kind = line.starts_with(kName) ? names : parts;
      const auto [entry, fresh] = kind.emplace(std::string(trim(line.substr(kName.size()))), "");
      CHECK(fresh);
      current = &entry->second;
    } else if (current != nullptr && !line.starts_with("--") && !trim(line).empty()) {
      if (!current->empty()) *current += '\n';
      *current += line;
    }
  }
  for (auto& [name, sql] : names) fill_in(sql, parts);
  return names;
}

std::string_view writer_queries() {
  return sqlite_queries;
}
std::string_view inspector_queries() {
  return sqlite_queries_inspect;
}

}  // namespace frontierd
