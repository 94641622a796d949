// The queries that schema/README.md promises to people: each a fenced sql block under a heading
// "### `name`: what it answers". Tests and benchmarks run what people read.
#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace frontierd {

using NamedQuery = std::pair<std::string, std::string>;

inline std::vector<NamedQuery> readme_queries(const std::string& file = TESTS_DIR
                                              "/../schema/README.md") {
  std::vector<NamedQuery> queries;
  std::ifstream in(file);
  std::string name;
  std::string line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line.rfind("### `", 0) == 0) {
      name = line.substr(5, line.find('`', 5) - 5);
    } else if (line == "```sql" && !name.empty()) {
      inside = true;
      queries.emplace_back(name, "");
    } else if (line == "```") {
      if (inside) name.clear();
      inside = false;
    } else if (inside) {
      queries.back().second += line + "\n";
    }
  }
  return queries;
}

}  // namespace frontierd
