// Building the house and taking it down.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <thread>

#include "archive/repair.h"
#include "base/clock_doubt.h"
#include "base/text.h"
#include "daemon/early_signals.h"
#include "daemon/house.h"
#include "daemon/set_clock.h"
#include "daemon/version.h"

namespace frontierd {
namespace {

constexpr std::string_view kEndedNote = "ended";  // why the last run ended; empty: as it was told
constexpr std::string_view kPausedNote = "paused";
constexpr Millis kBusyWait = Seconds{1};       // of a verb, for another program's lock
constexpr Millis kLastWait = Seconds{60};      // of the last notes
constexpr Millis kHousekeeping = Seconds{1};
constexpr std::string_view kHarvestNote = "harvest";

// What is made is for us and our group alone.
Result<void> make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return fail(Errc::Io, path + " cannot be made: " + error.message() +
                              ". Make it yourself, or name another directory as `state`.");
  }
  return {};
}

std::string machine_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != 0 ? name : "localhost";
}

WarcOptions warc_options(const Config& config, const std::string& directory) {
  const HarvestConfig& harvest = config.harvest;
  WarcOptions options;
  options.directory = directory;
  options.prefix = harvest.prefix;
  options.host_name = harvest.host_name.empty() ? machine_name() : harvest.host_name;
  options.pid = getpid();
  options.rotate_bytes = harvest.rotate_bytes;
  options.rotate_after = harvest.rotate_after;
  options.gzip_level = harvest.gzip_level;
  options.revisit_max_age = harvest.revisit_max_age;
  options.software = "frontierd/" + std::string(kVersion);
  options.robots = config.policy.robots.obey ? "obey" : "ignore";
  if (!harvest.operator_name.empty()) options.info.push_back({"operator", harvest.operator_name});
  if (!harvest.description.empty()) options.info.push_back({"description", harvest.description});
  if (!config.fetch.from.empty()) options.info.push_back({"http-header-from", config.fetch.from});
  return options;
}

}  // namespace

// A disk that is full and a program that holds the database are waited for, not died of: a start that
// ends is tried again for ever, and says less.
Result<void> Service::House::open_database(const std::string& path) {
  SqliteOptions options;
  options.cache_kib = static_cast<std::int64_t>(config.page_cache / 1'024);
  options.wal_pages_max = 0;  // checkpoints are the thread's
  options.log_pages_bound = static_cast<std::int64_t>(config.database_log_max / 4'096);
  options.busy_wait = kBusyWait;
  options.on_commit = [this](std::chrono::nanoseconds took) {
    metrics.committed(std::chrono::duration<double>(took).count());
  };
  for (bool told = false;; told = true) {
    auto opened = SqliteStore::open(path, options);
    if (opened) {
      store = std::move(*opened);
      return {};
    }
    const Error& error = opened.error();
    if (error.code != Errc::NoSpace && error.code != Errc::Unavailable) {
      return fail(std::move(opened).error());
    }
    if (!told) spdlog::error("the start waits: {}", error.what);
    progress->step("waits: " + error.what);
    std::this_thread::sleep_for(kHousekeeping);
    if (stop_is_waiting()) return fail(std::move(opened).error());
  }
}

// A time that cannot be right is mended where this machine knows better by now, and else kept from
// the crawl.
Result<void> Service::House::start_clock() {
  TRY_ASSIGN(const auto anchor, store->note(std::string(kClockNote)));
  clock = std::make_unique<SystemClock>(anchor);
  clock_unsure = !is_plausible(clock->now(), released_at());
  if (!clock_unsure || !anchor) return {};
  auto set = set_clock(*store, *clock);
  if (!set && set.error().code != Errc::Usage) return fail(std::move(set).error());
  if (set) {
    spdlog::warn("{}", *set);
    clock_unsure = false;
  }
  return {};
}

Result<void> Service::House::open_store() {
  TRY(make_directory(config.state));
  const std::filesystem::path state(config.state);
  TRY_ASSIGN(auto held, DatabaseLock::take(state));
  lock.emplace(std::move(held));
  const std::string path = state / "frontier.db";
  TRY(open_database(path));
  TRY_ASSIGN(inspector, SqliteInspector::open(path));
  TRY(start_clock());
  mark.emplace(state / "frontierd.running");
  crashed = mark->is_set();
  TRY_ASSIGN(const auto ended, store->note(std::string(kEndedNote)));
  if (ended && !ended->empty()) spdlog::warn("the last run ended by error: {}", *ended);
  TRY(store->set_note(std::string(kEndedNote), ""));
  TRY(load_harvest());
  TRY(store->set_note(std::string(kClockNote), clock->anchor()));
  TRY(store->commit());
  TRY_ASSIGN(auto checkpointer, SqliteCheckpointer::open(path));
  checkpoints =
      std::make_unique<CheckpointThread>(std::move(checkpointer), [this](Result<bool> done) {
        boost::asio::post(
            loop, [this, done = std::move(done)]() mutable { checkpointed(std::move(done)); });
      });
  return {};
}

Result<void> Service::House::open_archive() {
  if (!values.harvest.enabled) return {};
  auto repaired = repair_directory(values.harvest_directory);
  if (!repaired && repaired.error().code == Errc::NoSpace) {
    archive_lost = "the harvest cannot be opened: " + repaired.error().what;
    archive_due = std::chrono::steady_clock::now() + archive_pause;
    archive_pause = std::min<Millis>(archive_pause * 2, std::chrono::minutes{10});
    return {};
  }
  TRY_ASSIGN(const auto report, std::move(repaired));
  for (const RepairedFile& file : report.files) {
    spdlog::info(
        "harvest: {} closed after a crash, {} records kept, {} bytes of an unfinished one cut",
        file.name, file.records, file.cut_bytes);
  }
  WarcWriter writer(warc_options(config, values.harvest_directory), disk, *clock, system_random);
  ArchiverOptions options;
  options.sync = config.harvest.sync == "rotate" ? ArchiveSync::Rotate : ArchiveSync::Batch;
  archiver = std::make_unique<Archiver>(std::move(writer), options, [this] { poke(); });
  archive_opened = std::chrono::steady_clock::now();
  return {};
}

Result<void> Service::House::open_fetcher() {
  TRY_ASSIGN(curl, CurlFetcher::make(values.fetch, *clock, [this] { poke(); }));
  fetcher = std::make_unique<HarvestingFetcher>(
      *curl, archiver.get(), values.harvest, [this](Transport ended) { metrics.resolved(ended); },
      [this](const Landing& landing) { hear(landing); });
  std::random_device seed;
  dispatcher = std::make_unique<Dispatcher>(
      *store, *fetcher, journal, std::make_shared<const Policy>(config.policy),
      std::move(values.signatures), Rng((std::uint64_t{seed()} << 32) | seed()));
  progress->step("what was in flight is taken back, hosts are read");
  TRY(dispatcher->recover(clock->now(), crashed));
  TRY(mark->set());
  TRY_ASSIGN(const auto paused, store->note(std::string(kPausedNote)));
  dispatcher->pause(paused == "1");
  return {};
}

std::string Service::House::store_name() const {
  return "sqlite " + (std::filesystem::path(config.state) / "frontier.db").string();
}

Result<void> Service::House::open_api() {
  ServiceHooks hooks;
  hooks.archive = [this] { return archive_status(); };
  hooks.queues = [this](StatusSnapshot& status) { tell_queues(status); };
  hooks.ready_checks = [this] { return ready_checks(); };
  hooks.may_change = [this] { return may_change(); };
  hooks.wake = [this] { tick_within(Millis{0}); };
  hooks.drain = [this] { boost::asio::post(loop, [this] { drain(false); }); };
  hooks.reload = [this] { return reload(); };
  control = std::make_unique<DaemonControl>(*dispatcher, *store, *clock, journal, metrics,
                                            std::move(hooks));
  control->describe(store_name(), values.fetch.flights_max);
  const auto folder = std::filesystem::path(config.socket).parent_path();
  if (!folder.empty()) TRY(make_directory(folder));
  api = std::make_unique<ApiServer>(loop, *control, *inspector, metrics, values.api);
  return api->open();
}

Result<void> Service::House::build() {
  const std::array<std::pair<const char*, Result<void> (House::*)()>, 4> steps{{
      {"the database is opened", &House::open_store},
      {"the harvest is repaired", &House::open_archive},
      {"the fetcher is made", &House::open_fetcher},
      {"the API is opened", &House::open_api},
  }};
  for (const auto& [words, step] : steps) {
    progress->step(words);
    auto done = (this->*step)();
    stopped_early = stop_is_waiting();
    if (stopped_early) return {};
    TRY(done);
  }
  return {};
}

// Since the first start, as far as commits vouch for it: "records bytes".
Result<void> Service::House::load_harvest() {
  TRY_ASSIGN(const auto kept, store->note(std::string(kHarvestNote)));
  const auto numbers = split(kept.value_or(""), ' ');
  if (numbers.size() != 2) return {};
  harvested.records = parse_int<std::uint64_t>(numbers[0]).value_or(0);
  harvested.bytes = parse_int<std::uint64_t>(numbers[1]).value_or(0);
  return {};
}

// The next commit makes it durable.
Result<void> Service::House::keep_harvest() {
  if (!archiver) return {};
  const WarcTally now = archiver->tally().written;
  if (now.records == harvest_noted) return {};
  harvest_noted = now.records;
  return store->set_note(
      std::string(kHarvestNote),
      fmt::format("{} {}", harvested.records + now.records, harvested.bytes + now.bytes));
}

// Before an archiver goes: what it wrote counts on.
void Service::House::count_harvest() {
  const WarcTally now = archiver->tally().written;
  harvested.records += now.records;
  harvested.bytes += now.bytes;
  harvest_noted = 0;
}

// The last words to the store, where it still listens. What is in hand goes back with nothing
// burnt, and nobody is blamed for it. Waits for another program's lock as long as a service may
// take to stop.
Result<void> Service::House::write_end() {
  TRY_ASSIGN(const bool begun, store->try_begin(kLastWait));
  if (!begun) {
    return fail(Errc::Unavailable,
                "stopped while another program holds the database's write lock; what was "
                "acknowledged is safe, what was in flight is taken back at the next start");
  }
  if (!dispatcher->idle()) TRY(store->reclaim(clock->now(), true, false, 0));
  TRY(keep_harvest());
  TRY(store->set_note(std::string(kEndedNote), failure ? failure->what : ""));
  TRY(store->set_note(std::string(kClockNote), clock->anchor()));
  return store->commit();
}

// After the loop: whatever happens here, the next start recovers.
Result<void> Service::House::finish() {
  hold_signals_back();
  progress = std::make_unique<Progress>(notify);
  progress->step("closing");
  if (api) api->close();
  curl.reset();  // joins the workers: nobody calls back any more
  if (archiver) {
    auto archived = archiver->close();
    if (!archived && !failure) failure = std::move(archived).error();
  }
  const auto written = write_end();
  mark->clear();  // an end in order, whatever its reason
  if (failure) return fail(std::move(*failure));
  TRY(written);
  checkpoints.reset();
  inspector.reset();
  TRY(store->checkpoint(true));
  return {};
}

}  // namespace frontierd
