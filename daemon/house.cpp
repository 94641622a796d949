// The loop: when to tick, what to look after, how to stop.
#include "daemon/house.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <csignal>

#include "daemon/early_signals.h"
#include "daemon/log.h"
#include "daemon/version.h"

namespace frontierd {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Millis kTickMin{2};  // landings within this share a commit
constexpr Millis kHousekeeping = Seconds{1};
constexpr Millis kDrainStep{20};
constexpr Millis kWriteRetry{5};  // until another one lets go of the database

}  // namespace

Result<void> Service::House::run(bool& started) {
  progress = std::make_unique<Progress>(notify);
  auto built = build();
  progress.reset();
  if (!built) {
    notify.status("cannot start: " + built.error().what);
    if (dispatcher) mark->clear();  // nothing has flown yet
    return built;
  }
  started = true;
  if (stopped_early) return {};
  signals.add(SIGTERM);
  signals.add(SIGINT);
  signals.add(SIGHUP);
  const auto wait = [this](const auto& self) -> void {
    signals.async_wait([this, self](const boost::system::error_code& error, int number) {
      if (error) return;
      on_signal(number);
      self(self);
    });
  };
  wait(wait);
  let_signals_in();
  spdlog::info("frontierd {} works on {}, socket {}", kVersion, config.state, config.socket);
  notify.ready(status_line());
  housekeeping();
  tick_within(Millis{0});
  loop.run();
  return finish();
}

void Service::House::tick() {
  last_tick = Steady::now();
  if (!may_write()) return tick_within(store->lost().empty() ? kWriteRetry : kHousekeeping);
  watch_log();
  const Instant now = clock->now();
  if (auto kept = keep_time(now); !kept) return stop(std::move(kept).error());
  if (auto kept = keep_harvest(); !kept) return stop(std::move(kept).error());
  auto next = dispatcher->tick(now);
  if (!next) return stop(std::move(next).error());
  checkpoint_if_due();
  const bool held_back = archiver && archiver->tally().held_items > 0;
  if (dispatcher->draining() && dispatcher->idle() && !held_back) return stop(std::nullopt);
  tick_within(std::max(*next - clock->now(), Millis{0}));
}

// The tick's commit makes it durable.
Result<void> Service::House::keep_time(Instant now) {
  if (now < anchor_due) return {};
  anchor_due = now + kAnchorEvery;
  return store->set_note(std::string(kClockNote), clock->anchor());
}

// Rings in `delay`, or sooner if the timer is set already; never so often that commits get small.
void Service::House::tick_within(Millis delay) {
  if (finishing) return;
  const auto at = std::max(Steady::now() + delay, last_tick + kTickMin);
  if (tick_at > last_tick && tick_at <= at) return;
  tick_at = at;
  tick_timer.expires_at(at);
  tick_timer.async_wait([this](const boost::system::error_code& error) {
    if (!error && !finishing) tick();
  });
}

void Service::House::poke() {
  if (poked.exchange(true)) return;
  boost::asio::post(loop, [this] {
    poked = false;
    tick_within(Millis{0});
  });
}

void Service::House::housekeeping() {
  if (finishing) return;
  control->look_around();
  watch_disks();
  watch_clock();
  if (auto files = store->check_files(); !files) database_is_lost();
  checkpoint_if_due();
  tend_archive();
  if (finishing) return;
  // The loop has run since last time: that is the progress the watchdog asks for.
  notify.alive(status_line());
  housekeeping_timer.expires_after(kHousekeeping);
  housekeeping_timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) housekeeping();
  });
}

void Service::House::on_signal(int number) {
  if (number == SIGHUP) {
    notify.reloading(std::chrono::duration_cast<Millis>(Steady::now().time_since_epoch()));
    const auto done = reload();
    notify.ready(status_line());
    return;
  }
  ++stop_signals;
  drain(stop_signals > 1);
}

// Leasing ends; flights may land within the grace time, the rest is given back without an attempt.
void Service::House::drain(bool at_once) {
  if (finishing) return;
  dispatcher->drain();
  if (auto files = store->check_files(); !files) return stop(std::move(files).error());
  if (at_once && locked_since) {
    return stop(Error{Errc::Unavailable,
                      "stopped while another program held the database; what was in flight is "
                      "taken back at the next start"});
  }
  notify.stopping(fmt::format("stopping, {} flights in hand", dispatcher->flights()));
  spdlog::info("stopping: {} flights may land within {}", dispatcher->flights(),
               at_once ? "no time" : to_words(config.drain_grace));
  notify.extend(config.drain_grace + Seconds{10});
  grace_timer.expires_after(at_once ? Millis{0} : config.drain_grace);
  grace_timer.async_wait([this](const boost::system::error_code& error) {
    if (!error && !finishing) fetcher->abort_all();
  });
  tick_within(kDrainStep);
}

void Service::House::stop(std::optional<Error> why) {
  if (finishing) return;
  if (why && !store->lost().empty() && !dispatcher->draining()) {
    database_is_lost();
    return tick_within(kHousekeeping);
  }
  finishing = true;
  if (why) {
    spdlog::critical("{}", why->what);
    failure = std::move(why);
  }
  notify.stopping(failure ? "stopping: " + failure->what : "stopped leasing, closing");
  loop.stop();
}

Result<std::string> Service::House::reload() {
  const auto told = [this](bool ok, const std::string& what) {
    control->reloaded({clock->now(), ok, what});
    if (ok) {
      spdlog::info("reload: {}", what);
    } else {
      spdlog::error("reload refused, the old configuration stays: {}", what);
    }
  };
  if (source.path.empty()) {
    const std::string what =
        "the daemon runs on defaults; start it with --config to have something to reload";
    told(false, what);
    return fail(Errc::Usage, what);
  }
  auto fresh = load_config(source);
  auto made = fresh ? make_start_values(*fresh) : Result<StartValues>(fail(fresh.error()));
  if (!made) {
    told(false, made.error().what);
    return fail(std::move(made).error());
  }
  const ConfigDifference difference = compare(config, *fresh);
  apply_live(*fresh, config);
  dispatcher->set_policy(std::make_shared<const Policy>(config.policy), std::move(made->signatures),
                         clock->now());
  TRY(dispatcher->refresh(HostId::None, clock->now()));
  values.fetch.flights_max =
      curl->limit_flights(static_cast<std::size_t>(config.policy.frontier.flights_max));
  control->describe(store_name(), values.fetch.flights_max);
  set_log_level(config.log_level);
  journal.log_fetches(config.log_fetches);
  std::string what = difference.applied.empty()
                         ? "nothing changed"
                         : "changed " + fmt::format("{}", fmt::join(difference.applied, ", "));
  if (!difference.need_restart.empty()) {
    what += fmt::format("; takes a restart: {}", fmt::join(difference.need_restart, ", "));
  }
  told(true, what);
  tick_within(Millis{0});
  return what;
}

std::string Service::House::status_line() const {
  const auto tally = store->tally();
  if (!tally) return tally.error().what;
  const auto held = dispatcher->held(clock->now());
  return fmt::format("{} done, {} dropped, {} queued, {} in flight, {:.1f} pages/s{}", tally->done,
                     tally->dropped, tally->queued, tally->leased,
                     metrics.pages_per_second(clock->now()),
                     held ? "; nothing is leased: " + wait_words(*held, clock->now()) : "");
}

ArchiveStatus Service::House::archive_status() const {
  if (!archiver) return {};
  const ArchiverTally tally = archiver->tally();
  return {true, values.harvest_directory, "", harvested.bytes + tally.written.bytes,
          harvested.records + tally.written.records};
}

// Everything here that fills up, beside its bound. Leasing stops at the archive's bounds; what is
// in the air then still comes in.
void Service::House::tell_queues(StatusSnapshot& status) const {
  status.ground = ground.now();
  status.log_lines_dropped = log_lines_dropped();
  const FetchOptions& fetch = values.fetch;
  const FrontierPolicy& frontier = config.policy.frontier;
  const ArchiverOptions archive;
  const ArchiverTally tally = archiver ? archiver->tally() : ArchiverTally{};
  status.queues = {
      {"flights", dispatcher->flights(), static_cast<std::uint64_t>(frontier.flights_max)},
      {"landings", curl->landed_waiting(), fetch.flights_max},
      {"archive_landings", tally.held_items, archive.items_max},
      {"dns_lookups", curl->lookups(), fetch.dns.in_flight_max},
      {"dns_waiting", curl->lookups_waiting(), fetch.dns.queue_max},
      {"hosts_scheduled", dispatcher->schedule().size(),
       static_cast<std::uint64_t>(frontier.hosts_in_memory)},
      {"hosts_inactive", dispatcher->inactive().size(),
       static_cast<std::uint64_t>(frontier.hosts_in_memory)},
      {"database_log_pages", static_cast<std::uint64_t>(store->wal_pages()),
       config.database_log_max / (4'096 + 24)},
  };
  status.stores = {
      {"bodies_in_memory", curl->memory_used(), fetch.memory_max},
      {"bodies_spooled", curl->spool_used(), fetch.spool_max},
      {"archive_landings", tally.held_bytes, archive.bytes_max},
      {"archive_large", tally.large_bytes, archive.large_bytes_max},
  };
}

std::vector<ReadyCheck> Service::House::ready_checks() const {
  std::vector<ReadyCheck> checks;
  const auto tally = store->tally();
  checks.push_back({"store", tally.has_value(), tally ? "open" : tally.error().what});
  const auto broken = archiver ? archiver->failure() : std::nullopt;
  checks.push_back({"archive", !broken && !archive_lost,
                    broken         ? broken->what
                    : archive_lost ? *archive_lost
                    : archiver     ? "writing"
                                   : "off"});
  for (ReadyCheck& check : ground.ready_checks()) checks.push_back(std::move(check));
  const std::optional<Wait> held = dispatcher->held(clock->now());
  const bool ours = held && held->reason == WaitReason::OurTrouble;
  checks.push_back({"egress", !ours, ours ? held->who : "no trouble of our own"});
  checks.push_back({"accepting", !dispatcher->draining(),
                    dispatcher->draining() ? "the daemon is stopping" : "yes"});
  return checks;
}

}  // namespace frontierd
