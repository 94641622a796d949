// Building the house and taking it down.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

#include "archive/repair.h"
#include "daemon/house.h"
#include "daemon/version.h"

namespace frontierd {
namespace {

constexpr std::string_view kRunningNote = "running";
constexpr std::string_view kPausedNote = "paused";

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

Result<void> Service::House::open_store() {
  TRY(make_directory(config.state));
  const std::filesystem::path state(config.state);
  TRY_ASSIGN(auto held, LockFile::take(state / "frontierd.lock"));
  lock.emplace(std::move(held));
  const std::string path = state / "frontier.db";
  SqliteOptions options;
  options.cache_kib = static_cast<std::int64_t>(config.page_cache / 1'024);
  TRY_ASSIGN(store, SqliteStore::open(path, options));
  TRY_ASSIGN(inspector, SqliteInspector::open(path));
  TRY_ASSIGN(const auto anchor, store->note(std::string(kClockNote)));
  clock = std::make_unique<SystemClock>(anchor);
  TRY_ASSIGN(const auto running, store->note(std::string(kRunningNote)));
  crashed = running == "1";
  TRY(store->set_note(std::string(kRunningNote), "1"));
  TRY(store->set_note(std::string(kClockNote), clock->anchor()));
  TRY(store->commit());
  TRY_ASSIGN(auto checkpointer, SqliteCheckpointer::open(path));
  checkpoints =
      std::make_unique<CheckpointThread>(std::move(checkpointer), [this](Result<void> done) {
        boost::asio::post(loop, [this, done = std::move(done)]() mutable {
          checkpointing = false;
          if (!done) {
            store->give_up(done.error());
            return stop(std::move(done).error());
          }
          if (auto rest = store->checkpoint(false); !rest) stop(std::move(rest).error());
        });
      });
  return {};
}

Result<void> Service::House::open_archive() {
  if (!values.harvest.enabled) return {};
  TRY_ASSIGN(const auto report, repair_directory(values.harvest_directory));
  for (const RepairedFile& file : report.files) {
    spdlog::info(
        "harvest: {} closed after a crash, {} records kept, {} bytes of an unfinished one cut",
        file.name, file.records, file.cut_bytes);
  }
  WarcWriter writer(warc_options(config, values.harvest_directory), disk, *clock, system_random);
  ArchiverOptions options;
  options.sync = config.harvest.sync == "rotate" ? ArchiveSync::Rotate : ArchiveSync::Batch;
  archiver = std::make_unique<Archiver>(std::move(writer), options, [this] { poke(); });
  return {};
}

Result<void> Service::House::open_fetcher() {
  TRY_ASSIGN(curl, CurlFetcher::make(values.fetch, *clock, [this] { poke(); }));
  fetcher = std::make_unique<HarvestingFetcher>(
      *curl, archiver.get(), values.harvest, [this](Transport ended) { metrics.resolved(ended); });
  std::random_device seed;
  dispatcher = std::make_unique<Dispatcher>(
      *store, *fetcher, journal, std::make_shared<const Policy>(config.policy),
      std::move(values.signatures), Rng((std::uint64_t{seed()} << 32) | seed()));
  TRY(dispatcher->recover(clock->now(), crashed));
  TRY_ASSIGN(const auto paused, store->note(std::string(kPausedNote)));
  dispatcher->pause(paused == "1");
  return {};
}

Result<void> Service::House::open_api() {
  ServiceHooks hooks;
  hooks.archive = [this] { return archive_status(); };
  hooks.queues = [this](StatusSnapshot& status) { tell_queues(status); };
  hooks.ready_checks = [this] { return ready_checks(); };
  hooks.wake = [this] { tick_within(Millis{0}); };
  hooks.drain = [this] { boost::asio::post(loop, [this] { drain(false); }); };
  hooks.reload = [this] { return reload(); };
  control = std::make_unique<DaemonControl>(*dispatcher, *store, *clock, journal, metrics,
                                            std::move(hooks));
  control->describe("sqlite " + (std::filesystem::path(config.state) / "frontier.db").string(),
                    values.fetch.flights_max);
  const auto folder = std::filesystem::path(config.socket).parent_path();
  if (!folder.empty()) TRY(make_directory(folder));
  api = std::make_unique<ApiServer>(loop, *control, *inspector, metrics, values.api);
  return api->open();
}

Result<void> Service::House::build() {
  TRY(open_store());
  TRY(open_archive());
  TRY(open_fetcher());
  return open_api();
}

// After the loop: whatever happens here, the next start recovers.
Result<void> Service::House::finish() {
  if (api) api->close();
  curl.reset();  // joins the workers: nobody calls back any more
  Result<void> archived;
  if (archiver) archived = archiver->close();
  if (failure) return fail(std::move(*failure));
  TRY(archived);
  if (dispatcher->idle()) TRY(store->set_note(std::string(kRunningNote), "0"));
  TRY(store->set_note(std::string(kClockNote), clock->anchor()));
  TRY(store->commit());
  checkpoints.reset();
  inspector.reset();
  TRY(store->checkpoint(true));
  return {};
}

}  // namespace frontierd
