#include "daemon/config_rules.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "daemon/config_keys.h"
#include "daemon/config_rule_reader.h"

namespace frontierd {

void read_groups(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults) {
  if (table.get("group") != nullptr) policy.groups.clear();
  read_list(table, "group", "group", faults, [&](const toml::table& item) {
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
  read_list(table, "host", "host", faults, [&](const toml::table& item) {
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
