#include "daemon/set_clock.h"

#include <filesystem>

#include "base/clock_doubt.h"
#include "daemon/database_lock.h"
#include "daemon/version.h"
#include "store/sqlite/time_shift.h"

namespace frontierd {

Result<std::string> set_clock(SqliteStore& store, SystemClock& clock) {
  const Millis by = clock.wall_ahead();
  const Instant right = clock.now() + by;
  if (!is_plausible(right, released_at())) {
    return fail(Errc::Usage, "this machine's clock says " + to_iso(right) +
                                 ", which cannot be; set it first (timedatectl, ntpd, chrony)");
  }
  TRY(store.commit());
  TRY(shift_times(store.db(), by));
  const Instant before = clock.now();
  clock.go_by_wall();
  TRY(store.set_note(std::string(kClockNote), clock.anchor()));
  TRY(store.commit());
  return "the frontier's time was " + to_iso(before) + " and is " + to_iso(clock.now()) +
         " now; every time on record was moved with it";
}

Result<std::string> set_clock_of(const Config& config) {
  const std::filesystem::path state(config.state);
  const std::string path = state / "frontier.db";
  if (!std::filesystem::exists(path)) {
    return fail(Errc::NotFound, path + " is not there: nothing has a clock yet");
  }
  TRY_ASSIGN(const DatabaseLock lock, DatabaseLock::take(state));
  TRY_ASSIGN(const auto store, SqliteStore::open(path));
  TRY_ASSIGN(const auto anchor, store->note(std::string(kClockNote)));
  SystemClock clock(anchor);
  TRY_ASSIGN(std::string done, set_clock(*store, clock));
  TRY(store->checkpoint(true));
  return done;
}

}  // namespace frontierd
