// A host's row as the queries' {host_columns} give it. Pure but for the reading.
#pragma once

#include "frontier/lease.h"
#include "store/sqlite/statement.h"

namespace frontierd {

// Everything but next_due and has_queue. Corrupt if a name in it is not ours.
Result<HostEntry> read_host_row(const Statement& row);
// "state, fetched_at, expires_at, unreachable_since, status, why, body".
Result<RobotsRecord> read_robots_row(const Statement& row);

// "egress, vendor, refusals, refused_at, blocked_until, why".
EgressBlock read_egress_row(const Statement& row);

Error foreign_value(std::string_view column, std::string_view value);

}  // namespace frontierd
