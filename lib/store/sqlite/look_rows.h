// The rows that queries_inspect.sql gives, as records. Corrupt if a name in them is not ours.
#pragma once

#include "frontier/inspect.h"
#include "store/sqlite/statement.h"

namespace frontierd {

Result<UrlRecord> read_url_row(const Statement& row);          // {url_columns}
Result<AttemptRecord> read_attempt_row(const Statement& row);  // look_attempts
Result<Incident> read_incident_row(const Statement& row);      // list_incidents

}  // namespace frontierd
