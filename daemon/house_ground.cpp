// What the house stands on: looked at about once a second, and the database before each write.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>

#include "archive/repair.h"
#include "base/clock_doubt.h"
#include "base/text.h"
#include "daemon/house.h"
#include "daemon/set_clock.h"
#include "rules/http_date.h"
#include "rules/url.h"
#include "store/sqlite/lock_holders.h"

namespace frontierd {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::int64_t kLogPageBytes = 4'096 + 24;  // a page and its frame's head
constexpr std::int64_t kLogKept = 16 << 20;         // below this the log is left alone
constexpr Millis kLockPatience = Seconds{1};        // a lock that is held for less is nobody's news
constexpr Millis kTurnShort{200};
constexpr Millis kTurnLong = Seconds{1};
constexpr Millis kTurnPauseMax = Seconds{30};  // after turns that were in vain
constexpr Millis kTurnPauseHeld = Seconds{3};  // the same, where leasing waits for it
constexpr Millis kReaderPatience = Seconds{10};
constexpr Millis kArchivePause = Seconds{5};  // before a full archive is tried again; doubles
constexpr Millis kArchivePauseMax = std::chrono::minutes{10};
constexpr Millis kClockFarApart = std::chrono::hours{1};
constexpr Millis kHearEvery{100};
constexpr fsfilcnt_t kFilesLeast = 64;

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{} MiB", bytes >> 20);
}

// What is wrong with the disk of a directory; empty: there is room.
std::string shortage(const std::string& path, std::uint64_t reserve, dev_t& device) {
  struct statvfs disk {};
  struct stat folder {};
  if (statvfs(path.c_str(), &disk) != 0 || stat(path.c_str(), &folder) != 0) {
    return path + " cannot be looked at (" + std::strerror(errno) + ")";
  }
  device = folder.st_dev;
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free < reserve) {
    return mebibytes(free) + " are free for " + path + ", less than disk_reserve, " +
           mebibytes(reserve);
  }
  if (disk.f_files > 0 && disk.f_favail < kFilesLeast) {
    return "no more files can be made on the disk of " + path + " (no inodes are free)";
  }
  return {};
}

}  // namespace

// Each disk that is written. One that is full ends nothing: leasing waits for room.
void Service::House::watch_disks() {
  std::string wrong;
  dev_t seen = 0;
  for (const std::string& path : {config.state, values.harvest_directory}) {
    if (path.empty()) continue;
    dev_t device = 0;
    const std::string one = shortage(path, config.disk_reserve, device);
    if (!one.empty() && device != seen) wrong += (wrong.empty() ? "" : "; ") + one;
    seen = device;
  }
  if (archive_lost) wrong += (wrong.empty() ? "" : "; ") + *archive_lost;
  if (wrong.empty()) {
    ground.well(GroundPart::Disk, "there is room on every disk that is written");
    return dispatcher->release(WaitReason::DiskReserve);
  }
  ground.trouble(GroundPart::Disk, wrong + ". Nothing new is fetched until there is room",
                 clock->now());
  dispatcher->hold(Wait(WaitReason::DiskReserve, kNever, wrong));
}

// The archive ended for want of room, or its file was deleted: what it could not keep goes back unflown, and it is opened
// anew once everything has come home, there is room, and a pause has passed.
void Service::House::tend_archive() {
  if (archiver) {
    auto error = archiver->failure();
    if (!error) return;
    const bool passes = error->code == Errc::NoSpace || error->code == Errc::NotFound;
    if (!passes) return stop(std::move(*error));
    if (!archive_lost) {
      if (Steady::now() - archive_opened > kArchivePauseMax) archive_pause = kArchivePause;
      archive_lost = "the harvest cannot be written: " + error->what;
      archive_due = Steady::now() + archive_pause;
      archive_pause = std::min(archive_pause * 2, kArchivePauseMax);
      return watch_disks();
    }
  }
  if (!archive_lost || Steady::now() < archive_due || dispatcher->flights() > 0) return;
  dev_t device = 0;
  if (!shortage(values.harvest_directory, config.disk_reserve, device).empty()) return;
  fetcher->archive_with(nullptr);
  if (archiver) count_harvest();
  archiver.reset();
  archive_lost.reset();
  if (auto opened = open_archive(); !opened) return stop(std::move(opened).error());
  fetcher->archive_with(archiver.get());
  archive_opened = Steady::now();
}

// May a transaction begin now? Waits for nothing.
bool Service::House::may_write() {
  if (auto files = store->check_files(); !files) {
    database_is_lost();
    return false;
  }
  ground.well(GroundPart::DatabaseFile, "where it was");
  if (checkpoints->in_turn()) return false;
  const auto begun = store->try_begin(Millis{0});
  if (!begun) {
    stop(begun.error());
    return false;
  }
  if (*begun) {
    locked_since.reset();
    ground.well(GroundPart::DatabaseLock, "ours");
    dispatcher->release(WaitReason::Database);
    return true;
  }
  if (!locked_since) locked_since = Steady::now();
  if (Steady::now() - *locked_since < kLockPatience) return false;
  const std::string holder = lock_holders(store->db().file(), HeldLock::Write);
  const std::string words = "another program holds the write lock of " + store->db().file() +
                            (holder.empty() ? "" : ", " + holder) +
                            ": nothing is fetched or acknowledged until it lets go";
  ground.trouble(GroundPart::DatabaseLock, words, clock->now());
  dispatcher->hold(Wait(WaitReason::Database, kNever, words));
  return false;
}

// What is open still is whole, and the operator can copy it from /proc as long as we live: the
// process holds out, and acknowledges nothing.
void Service::House::database_is_lost() {
  const auto why = store->check_files();
  if (why) return;
  if (store->lost().empty()) return stop(why.error());  // the disk failed: never try again
  ground.trouble(GroundPart::DatabaseFile, why.error().what, clock->now());
  dispatcher->hold(Wait(WaitReason::Database, kNever, why.error().what));
  if (dispatcher->draining()) stop(why.error());
}

// An operator's verb, or seeds: what may not be acknowledged is refused, with the reason.
Result<void> Service::House::may_change() {
  if (auto files = store->check_files(); !files) {
    database_is_lost();
    return fail(Errc::Unavailable, files.error().what);
  }
  for (const GroundNow& part : ground.now()) {
    if (part.part == to_string(GroundPart::DatabaseLock)) {
      return fail(Errc::Unavailable, part.words + ", as since " + to_iso(part.since));
    }
  }
  checkpoints->await_turn_end(kTurnLong);
  if (log_bytes() < static_cast<std::int64_t>(config.database_log_max)) return {};
  return fail(Errc::Unavailable, "the database's log is at its bound: " + log_words());
}

std::int64_t Service::House::log_bytes() const {
  return store->wal_pages() * kLogPageBytes;
}

std::string Service::House::log_words() const {
  std::string words = mebibytes(static_cast<std::uint64_t>(log_bytes())) + " of " +
                      mebibytes(config.database_log_max) + " (database_log_max)";
  if (!read_since) return words + ", and it is being copied into the database";
  const std::string reader = lock_holders(store->db().file(), HeldLock::Read);
  return words + ", and it cannot start anew while " + (reader.empty() ? "somebody" : reader) +
         " reads from it; end that reader";
}

// Leasing stops short of the bound, so that what is in the air has room to land.
void Service::House::watch_log() {
  const auto bound = static_cast<std::int64_t>(config.database_log_max);
  const std::int64_t bytes = log_bytes();
  if (bytes >= bound / 4 * 3) {
    const std::string words = log_words();
    // A log that is full of our own writes is emptied in a moment, and nobody's news.
    if (read_since) {
      ground.trouble(GroundPart::DatabaseLog, words + ". Nothing new is fetched until then",
                     clock->now());
    }
    return dispatcher->hold(Wait(WaitReason::LogFull, kNever, words));
  }
  dispatcher->release(WaitReason::LogFull);
  const bool busy = read_since && Steady::now() - *read_since > kReaderPatience;
  if (busy && bytes > kLogKept) {
    ground.warn(GroundPart::DatabaseLog, log_words(), clock->now());
  } else {
    ground.well(GroundPart::DatabaseLog, "within its bound");
  }
}

void Service::House::checkpoint_if_due() {
  const auto bound = static_cast<std::int64_t>(config.database_log_max);
  const std::int64_t bytes = log_bytes();
  if (checkpointing || bytes < std::min(kLogKept, bound / 4)) return;
  const bool held = bytes >= bound / 4 * 3;
  const auto now = Steady::now();
  const auto due = held ? std::min(turn_due, turn_asked_at + kTurnPauseHeld) : turn_due;
  std::optional<Millis> turn;
  if (now >= due) turn = bytes > bound / 4 ? kTurnLong : kTurnShort;
  if (held && !turn) return;  // there is nothing else to copy
  checkpointing = true;
  turn_asked = turn.has_value();
  if (turn_asked) turn_asked_at = now;
  checkpoints->request(turn);
}

// On the loop, after each run of the checkpointer.
void Service::House::checkpointed(Result<bool> done) {
  checkpointing = false;
  if (!done) {
    store->give_up(done.error());
    return stop(std::move(done).error());
  }
  if (*done) {
    store->log_starts_anew();
    turn_pause = Seconds{1};
    read_since.reset();
  } else if (turn_asked) {
    if (!read_since) read_since = Steady::now();
    turn_due = Steady::now() + turn_pause;
    turn_pause = std::min(turn_pause * 2, kTurnPauseMax);
  }
  watch_log();
  tick_within(Millis{0});
}

// The Date of what was fetched, as a witness of the hour; a cache's copy (Age) is none.
void Service::House::hear(const Landing& landing) {
  if (Steady::now() < hear_due || landing.report.status == 0) return;
  const std::string_view date = header(landing.report, "date");
  if (date.empty() || has_header(landing.report, "age")) return;
  const Instant now = clock->now();
  const auto said = parse_http_date(date, now);
  if (!said) return;
  const auto site = stable_hash(registrable_domain(host_in(landing.lease.host_key)));
  peers.heard(static_cast<std::uint32_t>(site), *said, now);
  hear_due = Steady::now() + kHearEvery;
}

void Service::House::watch_clock() {
  const Instant ours = clock->now();
  const ClockFacts facts{ours + clock->wall_ahead(), ours, released_at(), peers.ahead(ours)};
  if (clock_unsure && is_plausible(facts.wall, facts.released) && facts.wall > ours && may_write()) {
    // Nothing was leased so far: the hour may be taken over as it is.
    auto set = set_clock(*store, *clock);
    if (!set && set.error().code == Errc::Unavailable) return;
    if (!set) return stop(std::move(set).error());
    spdlog::warn("{}", *set);
    clock_unsure = false;
    peers = {};
    ground.well(GroundPart::Clock, "set by this machine's clock");
    dispatcher->release(WaitReason::ClockUnsure);
    return tick_within(Millis{0});
  }
  const auto doubt = clock_doubt(facts);
  if (clock_unsure) {
    const std::string words = doubt.value_or("its time is not known");
    ground.trouble(GroundPart::Clock, words + ". Nothing is fetched until it is right", ours);
    return dispatcher->hold(Wait(WaitReason::ClockUnsure, kNever, words));
  }
  if (!doubt) return ground.well(GroundPart::Clock, "no doubt about it");
  const bool far = std::chrono::abs(facts.wall - ours) > kClockFarApart ||
                   std::chrono::abs(facts.peers.value_or(Millis{0})) > kClockFarApart;
  if (far) {
    ground.trouble(GroundPart::Clock, *doubt, ours);
  } else {
    ground.warn(GroundPart::Clock, *doubt, ours);
  }
}

}  // namespace frontierd
