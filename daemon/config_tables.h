// The parts of the table of keys.
#pragma once

#include <vector>

#include "daemon/config_keys.h"

namespace frontierd {

void add_daemon_keys(std::vector<ConfigKey>& keys);
void add_policy_keys(std::vector<ConfigKey>& keys);
void add_egress_keys(std::vector<ConfigKey>& keys);
void add_fetch_keys(std::vector<ConfigKey>& keys);

}  // namespace frontierd
