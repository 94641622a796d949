#include "daemon/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "daemon/config_rules.h"
#include "daemon/config_tables.h"

namespace frontierd {
namespace {

ConfigFault fault_at(const toml::source_region& source, std::string what) {
  return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column),
          std::move(what)};
}

const ConfigKey* find_key(const std::string& full_name) {
  for (const ConfigKey& key : config_keys()) {
    if (key.full_name() == full_name) return &key;
  }
  return nullptr;
}

bool is_section(const std::string& full_name) {
  return std::any_of(config_keys().begin(), config_keys().end(), [&](const ConfigKey& key) {
    return key.section == full_name || key.section.starts_with(full_name + ".");
  });
}

std::string unknown(const std::string& full_name, bool is_table) {
  std::set<std::string> names;
  for (const ConfigKey& key : config_keys()) names.insert(is_table ? key.section : key.full_name());
  const auto near = nearest_name(full_name, {names.begin(), names.end()});
  return "unknown " + std::string(is_table ? "section [" : "key ") + full_name +
         (is_table ? "]" : "") + (near && !near->empty() ? "; did you mean " + *near + "?" : "");
}

void read_table(const toml::table& table, const std::string& prefix, Config& config,
                std::vector<ConfigFault>& faults) {
  for (const auto& [name, node] : table) {
    const std::string full =
        prefix.empty() ? std::string(name.str()) : prefix + "." + std::string(name.str());
    if (full == "group" || full == "host" || full == "mirror" || full == "egress.way")
      continue;  // arrays of tables, read by config_rules
    if (const toml::table* inner = node.as_table(); inner != nullptr && is_section(full)) {
      read_table(*inner, full, config, faults);
      continue;
    }
    const ConfigKey* key = find_key(full);
    if (key == nullptr) {
      faults.push_back(fault_at(name.source(), unknown(full, node.is_table())));
      continue;
    }
    if (auto wrong = key->read(node, config)) {
      faults.push_back(fault_at(node.source(), full + " " + *wrong));
    }
  }
}

}  // namespace

std::vector<ConfigFault> check_config(const Config& config) {
  std::vector<ConfigFault> faults;
  if (std::string wrong = complaint(config.fetch); !wrong.empty()) {
    faults.push_back({0, 0, "fetch: " + wrong});
  }
  if (auto harvest = parse_harvest(config.harvest.keep); !harvest) {
    faults.push_back({0, 0, "harvest.keep: " + harvest.error().what});
  }
  if (config.policy.pace.gap_min > config.policy.pace.gap_max) {
    faults.push_back({0, 0, "pace.gap_min is longer than pace.gap_max"});
  }
  if (config.state.empty()) faults.push_back({0, 0, "state must name a directory"});
  if (config.socket.empty() || config.socket.size() > 100) {
    faults.push_back({0, 0, "socket must be a path of 1 to 100 bytes"});
  }
  return faults;
}

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> keys = [] {
    std::vector<ConfigKey> all;
    add_daemon_keys(all);
    add_policy_keys(all);
    add_egress_keys(all);
    add_fetch_keys(all);
    return all;
  }();
  return keys;
}

std::vector<ConfigFault> read_config(std::string_view text, Config& out) {
  std::vector<ConfigFault> faults;
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return {fault_at(error.source(), "not TOML: " + std::string(error.description()))};
  }
  Config config = out;
  read_table(table, "", config, faults);
  read_groups(table, config.policy, faults);
  read_hosts(table, config.policy, faults);
  read_mirrors(table, config.policy, faults);
  read_egresses(table, config, faults);
  if (faults.empty()) faults = check_config(config);
  std::sort(faults.begin(), faults.end(), [](const ConfigFault& a, const ConfigFault& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  if (faults.empty()) out = std::move(config);
  return faults;
}

std::string print_config(const Config& config) {
  std::string out;
  std::string section;
  for (const ConfigKey& key : config_keys()) {
    if (key.section != section) {
      section = key.section;
      out += "\n[" + section + "]\n";
    }
    out += fmt::format("# {}: {}.{}\n{} = {}\n", key.meaning, key.accepts,
                       key.live ? "" : " Takes a restart.", key.name, key.show(config));
  }
  return out + print_egresses(config) + print_rules(config.policy);
}

ConfigDifference compare(const Config& before, const Config& after) {
  ConfigDifference difference;
  for (const ConfigKey& key : config_keys()) {
    if (key.show(before) == key.show(after)) continue;
    (key.live ? difference.applied : difference.need_restart).push_back(key.full_name());
  }
  if (print_rules(before.policy) != print_rules(after.policy)) {
    difference.applied.push_back("group, host and mirror rules");
  }
  if (print_egresses(before) != print_egresses(after)) {
    difference.need_restart.push_back("egress.way");
  }
  return difference;
}

void apply_live(const Config& fresh, Config& running) {
  for (const ConfigKey& key : config_keys()) {
    if (key.live) key.copy(fresh, running);
  }
  running.policy.groups = fresh.policy.groups;
  running.policy.hosts = fresh.policy.hosts;
  running.policy.mirrors = fresh.policy.mirrors;
}

std::string manual_of_keys() {
  std::string out;
  std::string section = "?";
  const Config defaults;
  for (const ConfigKey& key : config_keys()) {
    if (key.section != section) {
      if (section != "?") out += ".El\n";
      section = key.section;
      out += section.empty() ? ".Ss Top of the file\n" : ".Ss [" + section + "]\n";
      out += ".Bl -tag -width Ds\n";
    }
    std::string shown = key.show(defaults);
    out += fmt::format(".It Sy {} No = {}\n\\&{}.\nAccepts {}.\n", key.name, shown, key.meaning,
                       key.accepts);
    if (!key.live) out += "Takes a restart.\n";
  }
  return out + ".El\n";
}

}  // namespace frontierd
