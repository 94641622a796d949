#include "daemon/config_rules.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/text.h"
#include "daemon/config_keys.h"

namespace frontierd {
namespace {

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
  template <class Value>
  void duration(const std::string& name, Value& into) {
    if (const toml::node* node = take(name)) {
      const auto value = node->value_exact<std::string>();
      if (auto length = value ? parse_duration(*value) : std::nullopt)
        into = *length;
      else
        wrong(*node, name, "wants a duration in quotes, such as \"500ms\"");
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
  void require(const std::string& name) {
    if (table_.get(name) != nullptr) return;
    fault(table_.source(), "[[" + list_ + "]] needs " + name);
  }
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

template <class Read>
void read_list(const toml::table& table, const std::string& name, std::vector<ConfigFault>& faults,
               Read read) {
  const toml::node* node = table.get(name);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr || !list->is_array_of_tables()) {
    faults.push_back({static_cast<int>(node->source().begin.line),
                      static_cast<int>(node->source().begin.column),
                      name + " is a list of tables: write [[" + name + "]]"});
    return;
  }
  for (const toml::node& item : *list) read(*item.as_table());
}

}  // namespace

void read_groups(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults) {
  if (table.get("group") != nullptr) policy.groups.clear();
  read_list(table, "group", faults, [&](const toml::table& item) {
    GroupRule rule;
    RuleReader reader(item, "group", faults);
    reader.require("name");
    reader.require("hosts");
    reader.text("name", rule.name);
    reader.count("flights", rule.flights);
    reader.duration("gap", rule.gap);
    if (const toml::node* hosts = reader.take("hosts")) {
      const toml::array* list = hosts->as_array();
      if (list == nullptr || list->empty())
        reader.wrong(*hosts, "hosts", "wants a list of host patterns");
      for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (auto text = list->get(i)->value_exact<std::string>())
          rule.hosts.push_back(*text);
        else
          reader.wrong(*list->get(i), "hosts", "wants host patterns in quotes");
      }
    }
    reader.finish();
    policy.groups.push_back(std::move(rule));
  });
}

void read_hosts(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults) {
  if (table.get("host") != nullptr) policy.hosts.clear();
  read_list(table, "host", faults, [&](const toml::table& item) {
    HostRule rule;
    RuleReader reader(item, "host", faults);
    reader.require("pattern");
    reader.text("pattern", rule.pattern);
    reader.duration("gap", rule.gap);
    reader.count("flights", rule.flights);
    reader.text("health_path", rule.health_path);
    reader.finish();
    policy.hosts.push_back(std::move(rule));
  });
}

std::string print_rules(const Policy& policy) {
  std::string out;
  for (const GroupRule& rule : policy.groups) {
    out += fmt::format("\n[[group]]\nname = {}\nhosts = {}\nflights = {}\ngap = {}\n",
                       quoted(rule.name), quoted_list(rule.hosts), rule.flights,
                       quoted(duration_text(rule.gap)));
  }
  for (const HostRule& rule : policy.hosts) {
    out += fmt::format("\n[[host]]\npattern = {}\n", quoted(rule.pattern));
    if (rule.gap) out += "gap = " + quoted(duration_text(*rule.gap)) + "\n";
    if (rule.flights) out += fmt::format("flights = {}\n", *rule.flights);
    if (!rule.health_path.empty()) out += "health_path = " + quoted(rule.health_path) + "\n";
  }
  return out;
}

}  // namespace frontierd
