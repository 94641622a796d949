#include "daemon/config_rules.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "daemon/config_keys.h"
#include "daemon/config_rule_reader.h"
#include "daemon/config_values.h"
#include "rules/mirror.h"

namespace frontierd {
namespace {

using Wrong = std::optional<std::string>;

// One end of a mirror; empty: it is wrong, and said so.
std::string read_origin(RuleReader& reader, const std::string& name) {
  const toml::node* node = reader.take(name);
  if (node == nullptr) return {};
  const auto text = node->value_exact<std::string>();
  const auto origin = text ? parse_origin(*text) : std::nullopt;
  if (!origin) {
    reader.wrong(*node, name,
                 "wants an origin in quotes without a path, such as \"https://b.example\"");
  }
  return origin.value_or("");
}

}  // namespace

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
    reader.patterns("hosts", rule.hosts);
    const bool taken = std::any_of(
        policy.groups.begin(), policy.groups.end(),
        [&](const GroupRule& other) { return !rule.name.empty() && other.name == rule.name; });
    if (taken) reader.complain("the name " + quoted(rule.name) + " is taken by another one");
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
    reader.pattern("pattern", rule.pattern);
    reader.duration("gap", rule.gap);
    reader.count("flights", rule.flights);
    reader.text("health_path", rule.health_path, [](const std::string& path) -> Wrong {
      if (path.starts_with('/')) return std::nullopt;
      return "wants a path that begins with /";
    });
    reader.flag("separate", rule.separate);
    reader.finish();
    policy.hosts.push_back(std::move(rule));
  });
}

void read_mirrors(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults) {
  if (table.get("mirror") != nullptr) policy.mirrors.clear();
  read_list(table, "mirror", "mirror", faults, [&](const toml::table& item) {
    RuleReader reader(item, "mirror", faults);
    reader.require("from");
    reader.require("to");
    MirrorRule rule{read_origin(reader, "from"), read_origin(reader, "to")};
    reader.finish();
    if (rule.from.empty() || rule.to.empty()) return;
    if (const auto bad = complaint(policy.mirrors, rule)) return reader.complain(*bad);
    if (const auto url = Url::parse(rule.to); !in_scope(policy.scope, url->host())) {
      reader.wrong(*item.get("to"), "to", "is out of scope: scope.allow and scope.deny decide");
    }
    policy.mirrors.push_back(std::move(rule));
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
    if (rule.separate) out += fmt::format("separate = {}\n", *rule.separate);
    if (!rule.health_path.empty()) out += "health_path = " + quoted(rule.health_path) + "\n";
  }
  for (const MirrorRule& rule : policy.mirrors) {
    out += fmt::format("\n[[mirror]]\nfrom = {}\nto = {}\n", quoted(rule.from), quoted(rule.to));
  }
  return out;
}

}  // namespace frontierd
