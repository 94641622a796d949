// The passwords of proxies, from where the operator keeps them: a file, or a systemd credential
// ($CREDENTIALS_DIRECTORY, systemd.exec(5)). Read once, at start.
#pragma once

#include <vector>

#include "base/result.h"
#include "fetch/options.h"

namespace frontierd {

// Fills in `password` of every way that names a source. The first line of the file counts, without
// its end. Errc::Usage names the egress and the file, never what is in it.
Result<void> read_passwords(std::vector<EgressWay>& ways);

}  // namespace frontierd
