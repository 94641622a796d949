// Mends a frontier's time that was wrong from its first start on (base/boot_time.h never steps it).
// Everything on record moves with it, so that every wait keeps its length.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "daemon/config.h"
#include "daemon/system_clock.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

// Before anything is leased: makes `clock` go by the machine's clock, if that can be right. What was
// done, in words. Usage: the machine's clock cannot be right either.
Result<std::string> set_clock(SqliteStore& store, SystemClock& clock);

// `frontierd --set-clock`: the same for a daemon that is stopped. Conflict: it is not.
Result<std::string> set_clock_of(const Config& config);

}  // namespace frontierd
