// One table of a list such as [[host]], read key by key, and the walk over the list. Everything
// that is wrong becomes a fault with its place; nothing is thrown.
#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "daemon/config.h"
#include "rules/host_pattern.h"

namespace frontierd {

inline constexpr std::string_view kPatternWanted =
    "wants host patterns such as \"example.org\", \"*.example.org\" or \"*\", without scheme, "
    "port or path";

// One table of a list, read key by key; unknown keys are faults.
class RuleReader {
 public:
  RuleReader(const toml::table& table, std::string list, std::vector<ConfigFault>& faults)
      : table_(table), list_(std::move(list)), faults_(faults) {}

  const toml::node* take(const std::string& name) {
    known_.push_back(name);
    return table_.get(name);
  }
  void text(const std::string& name, std::string& into) {
    if (const toml::node* node = take(name)) {
      if (auto value = node->value_exact<std::string>(); value && !value->empty())
        into = *value;
      else
        wrong(*node, name, "wants a text in quotes");
    }
  }
  // As `check` wants it: it answers what is wrong, or nothing.
  template <class Check>
  void text(const std::string& name, std::string& into, Check check) {
    std::string value;
    text(name, value);
    if (value.empty()) return;
    if (const std::optional<std::string> bad = check(value)) {
      return wrong(*table_.get(name), name, *bad);
    }
    into = value;
  }
  template <class Value>
  void duration(const std::string& name, Value& into) {
    if (const toml::node* node = take(name)) {
      const auto value = node->value_exact<std::string>();
      const auto length = value ? parse_duration(*value) : std::nullopt;
      if (length && *length <= std::chrono::hours{24})
        into = *length;
      else
        wrong(*node, name, "wants a duration in quotes, such as \"500ms\", of at most 1d");
    }
  }
  template <class Value>
  void count(const std::string& name, Value& into) {
    if (const toml::node* node = take(name)) {
      const auto value = node->value_exact<std::int64_t>();
      if (value && *value >= 1 && *value <= 1'024)
        into = static_cast<int>(*value);
      else
        wrong(*node, name, "wants a whole number, 1 to 1024");
    }
  }
  template <class Value>
  void flag(const std::string& name, Value& into) {
    if (const toml::node* node = take(name)) {
      if (const auto value = node->value_exact<bool>())
        into = *value;
      else
        wrong(*node, name, "wants true or false");
    }
  }
  // A list of texts, each as `check` wants it: it answers what is wrong, or nothing.
  template <class Check>
  void texts(const std::string& name, std::vector<std::string>& into, Check check) {
    const toml::node* node = take(name);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty()) return wrong(*node, name, "wants a list of texts");
    into.clear();
    for (const toml::node& item : *list) {
      const auto value = item.value_exact<std::string>();
      const std::optional<std::string> bad = value ? check(*value) : "wants texts in quotes";
      if (bad) {
        wrong(item, name, *bad);
      } else {
        into.push_back(*value);
      }
    }
  }
  // Host patterns, brought into their canonical form.
  void patterns(const std::string& name, std::vector<std::string>& into) {
    texts(name, into, [](const std::string& text) -> std::optional<std::string> {
      if (parse_host_pattern(text)) return std::nullopt;
      return std::string(kPatternWanted);
    });
    for (std::string& text : into) text = parse_host_pattern(text).value_or(text);
  }
  void pattern(const std::string& name, std::string& into) {
    text(name, into);
    if (into.empty()) return;
    if (const auto canonical = parse_host_pattern(into)) {
      into = *canonical;
    } else {
      wrong(*table_.get(name), name, std::string(kPatternWanted));
    }
  }
  bool has(const std::string& name) const { return table_.get(name) != nullptr; }
  void require(const std::string& name) {
    if (table_.get(name) != nullptr) return;
    complain("needs " + name);
  }
  // About the table as a whole.
  void complain(const std::string& what) { fault(table_.source(), "[[" + list_ + "]] " + what); }
  void finish() {
    for (const auto& [name, node] : table_) {
      if (std::find(known_.begin(), known_.end(), name.str()) != known_.end()) continue;
      const auto near = nearest_name(name.str(), known_);
      fault(name.source(), "unknown key " + std::string(name.str()) + " in [[" + list_ + "]]" +
                               (near ? "; did you mean " + *near + "?" : ""));
    }
  }
  void wrong(const toml::node& node, const std::string& name, const std::string& what) {
    fault(node.source(), list_ + "." + name + " " + what);
  }

 private:
  void fault(const toml::source_region& source, std::string what) {
    faults_.push_back({static_cast<int>(source.begin.line), static_cast<int>(source.begin.column),
                       std::move(what)});
  }
  const toml::table& table_;
  std::string list_;
  std::vector<ConfigFault>& faults_;
  std::vector<std::string> known_;
};

// `name` within `table`; `shown` is how a file writes the list.
template <class Read>
void read_list(const toml::table& table, const std::string& name, const std::string& shown,
               std::vector<ConfigFault>& faults, Read read) {
  const toml::node* node = table.get(name);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr || !list->is_array_of_tables()) {
    faults.push_back({static_cast<int>(node->source().begin.line),
                      static_cast<int>(node->source().begin.column),
                      shown + " is a list of tables: write [[" + shown + "]]"});
    return;
  }
  for (const toml::node& item : *list) read(*item.as_table());
}

}  // namespace frontierd
