// Keys of [egress] and the list [[egress.way]].
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "daemon/config_keys.h"
#include "daemon/config_rule_reader.h"
#include "daemon/config_rules.h"
#include "daemon/config_tables.h"
#include "daemon/config_values.h"

namespace frontierd {
namespace {

using Fault = std::optional<std::string>;

constexpr std::string_view kList = "egress.way";
constexpr std::string_view kFirst = "first";
constexpr std::string_view kWalled = "bot_walled";
const std::vector<std::string> kKinds{"direct", "source", "http", "socks5"};
const std::vector<std::string> kUses{std::string(kFirst), std::string(kWalled)};
constexpr std::size_t kNameMax = 32;  // it is a label of metrics and a column

Fault check_choice(const std::string& text, const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::nullopt;
  const auto near = nearest_name(text, choices);
  return "must be one of: " + join(choices, ", ") +
         (near ? "; did you mean \"" + *near + "\"?" : "");
}

Fault check_name(const std::string& name, EgressKind kind) {
  const bool plain =
      !name.empty() && name.size() <= kNameMax && std::all_of(name.begin(), name.end(), [](char c) {
        return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' ||
               c == '_';
      });
  if (!plain) return "wants 1 to 32 letters, digits, - or _";
  if (name == kDirectEgress && kind != EgressKind::Direct) {
    return "\"direct\" is the name of the plain connection";
  }
  return std::nullopt;
}

void read_use(RuleReader& reader, EgressRule& rule) {
  if (!reader.has("for")) return;
  std::vector<std::string> uses;
  reader.texts("for", uses, [](const std::string& use) { return check_choice(use, kUses); });
  rule.first = std::find(uses.begin(), uses.end(), kFirst) != uses.end();
  rule.when_walled = std::find(uses.begin(), uses.end(), kWalled) != uses.end();
}

void read_kind(RuleReader& reader, EgressKind& kind) {
  const toml::node* node = reader.take("kind");
  if (node == nullptr) return;
  const auto name = node->value_exact<std::string>();
  if (Fault bad = check_choice(name.value_or(""), kKinds)) return reader.wrong(*node, "kind", *bad);
  kind = *parse_egress_kind(*name);
}

void read_way(const toml::table& item, Config& config, std::vector<ConfigFault>& faults) {
  EgressRule rule;
  EgressWay way;
  RuleReader reader(item, std::string(kList), faults);
  const std::size_t before = faults.size();
  reader.require("name");
  read_kind(reader, rule.kind);
  reader.text("name", rule.name);
  reader.text("address", way.address);
  reader.text("username", way.username);
  reader.text("password_file", way.password_file);
  reader.text("credential", way.credential);
  reader.patterns("hosts", rule.hosts);
  read_use(reader, rule);
  reader.finish();
  way.name = rule.name;
  way.kind = rule.kind;
  if (const toml::node* name = item.get("name"); name != nullptr && faults.size() == before) {
    const auto& pool = config.policy.egress.pool;
    const bool taken = std::any_of(
        pool.begin(), pool.end(), [&](const EgressRule& other) { return other.name == rule.name; });
    if (taken) reader.wrong(*name, "name", "\"" + rule.name + "\" is taken by another one");
    if (Fault bad = check_name(rule.name, rule.kind)) reader.wrong(*name, "name", *bad);
    if (const std::string bad = complaint(way); !bad.empty())
      reader.complain(rule.name + ": " + bad);
  }
  config.policy.egress.pool.push_back(std::move(rule));
  config.fetch.egresses.push_back(std::move(way));
}

}  // namespace

void add_egress_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(integer_key(
      {"egress", "refusals",
       "Bot walls in a row, each after its rest, that block an egress for a host"},
      [](Config& c) -> int& { return c.policy.egress.refusals; }, 1, 100));
  keys.push_back(integer_key(
      {"egress", "max_switches",
       "Other egresses that are tried for a host behind a bot wall, before it is parked"},
      [](Config& c) -> int& { return c.policy.egress.max_switches; }, 0, 100));
  keys.push_back(duration_key(
      {"egress", "switch_pause", "Rest of a host before another egress is tried"},
      [](Config& c) -> Millis& { return c.policy.egress.switch_pause; }, Millis{0}, kDay));
  keys.push_back(integer_key(
      {"egress", "provider_hosts",
       "Unrelated hosts behind one vendor whose walls block an egress for all it is known to "
       "guard"},
      [](Config& c) -> int& { return c.policy.egress.provider_hosts; }, 2, 64));
  keys.push_back(duration_key(
      {"egress", "rest_base", "First rest of an egress that fails itself; doubles"},
      [](Config& c) -> Millis& { return c.policy.egress.rest_base; }, kSecond, kDay));
  keys.push_back(duration_key(
      {"egress", "rest_cap", "Longest such rest"},
      [](Config& c) -> Millis& { return c.policy.egress.rest_cap; }, kSecond, 7 * kDay));
}

void read_egresses(const toml::table& table, Config& config, std::vector<ConfigFault>& faults) {
  const toml::node* section = table.get("egress");
  const toml::table* egress = section != nullptr ? section->as_table() : nullptr;
  if (egress == nullptr || egress->get("way") == nullptr) return;
  config.policy.egress.pool.clear();
  config.fetch.egresses.clear();
  read_list(*egress, "way", std::string(kList), faults,
            [&](const toml::table& item) { read_way(item, config, faults); });
}

std::string print_egresses(const Config& config) {
  std::string out;
  for (std::size_t i = 0; i < config.policy.egress.pool.size(); ++i) {
    const EgressRule& rule = config.policy.egress.pool[i];
    const EgressWay& way = config.fetch.egresses[i];
    out += fmt::format("\n[[{}]]\nname = {}\nkind = {}\n", kList, quoted(rule.name),
                       quoted(std::string(to_string(rule.kind))));
    const auto add = [&out](std::string_view name, const std::string& text) {
      if (!text.empty()) out += fmt::format("{} = {}\n", name, quoted(text));
    };
    add("address", way.address);
    add("username", way.username);
    add("password_file", way.password_file);
    add("credential", way.credential);
    std::vector<std::string> uses;
    if (rule.first) uses.emplace_back(kFirst);
    if (rule.when_walled) uses.emplace_back(kWalled);
    out += fmt::format("hosts = {}\nfor = {}\n", quoted_list(rule.hosts), quoted_list(uses));
  }
  return out;
}

}  // namespace frontierd
