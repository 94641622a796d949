// [[group]] and [[host]]: the two lists of tables in frontierd.toml.
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
std::string print_rules(const Policy& policy);

}  // namespace frontierd
