// [[group]], [[host]], [[mirror]] and [[egress.way]]: the lists of tables in frontierd.toml.
#pragma once

#include <string>
#include <vector>

#include "daemon/config.h"

namespace toml {
inline namespace v3 {
class table;
}
}  // namespace toml

namespace frontierd {

void read_groups(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults);
void read_hosts(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults);
// After the scope, which a mirror must be in.
void read_mirrors(const toml::table& table, Policy& policy, std::vector<ConfigFault>& faults);
// Fills the rules (policy.egress.pool) and the means (fetch.egresses) in the same order.
void read_egresses(const toml::table& table, Config& config, std::vector<ConfigFault>& faults);
// Passwords are not part of a Config that was read, and never shown.
std::string print_egresses(const Config& config);
std::string print_rules(const Policy& policy);

}  // namespace frontierd
