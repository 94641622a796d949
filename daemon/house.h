// The parts of a running daemon, in the order in which they are built. Internal to service.cpp and
// its neighbours; loop thread unless a member says otherwise.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "api/metrics.h"
#include "api/server.h"
#include "archive/archiver.h"
#include "daemon/checkpoint_thread.h"
#include "daemon/daemon_control.h"
#include "daemon/daemon_journal.h"
#include "daemon/harvesting_fetcher.h"
#include "daemon/lock_file.h"
#include "daemon/notify.h"
#include "daemon/service.h"
#include "daemon/system_clock.h"
#include "fetch/curl_fetcher.h"
#include "frontier/dispatcher.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

inline constexpr std::string_view kClockNote = "clock";  // of the store: the clock's anchor

struct Service::House {
  House(Config config_in, StartValues values_in, ConfigSource source_in)
      : config(std::move(config_in)),
        values(std::move(values_in)),
        source(std::move(source_in)) {}

  // build.cpp: start and stop
  Result<void> build();
  Result<void> open_store();
  Result<void> open_archive();
  Result<void> open_fetcher();
  Result<void> open_api();
  Result<void> finish();

  // house.cpp: the loop
  Result<void> run(bool& started);
  void tick();
  Result<void> keep_time(Instant now);
  void tick_within(Millis delay);
  void poke();  // any thread: something has landed
  void housekeeping();
  void keep_disk_free();
  void on_signal(int number);
  void drain(bool at_once);
  void stop(std::optional<Error> why);
  Result<std::string> reload();
  std::string status_line() const;
  ArchiveStatus archive_status() const;
  void tell_queues(StatusSnapshot& status) const;
  std::vector<ReadyCheck> ready_checks() const;

  Config config;       // as read; what takes a restart is as it was at the start
  StartValues values;  // of the start
  ConfigSource source;
  Notify notify;
  std::optional<LockFile> lock;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<SqliteInspector> inspector;
  std::unique_ptr<SystemClock> clock;
  boost::asio::io_context loop{1};
  boost::asio::steady_timer tick_timer{loop};
  boost::asio::steady_timer housekeeping_timer{loop};
  boost::asio::steady_timer grace_timer{loop};
  boost::asio::signal_set signals{loop};
  std::unique_ptr<CheckpointThread> checkpoints;
  PosixDisk disk;
  std::unique_ptr<Archiver> archiver;
  std::unique_ptr<CurlFetcher> curl;
  std::unique_ptr<HarvestingFetcher> fetcher;
  MetricsJournal metrics;
  DaemonJournal journal{metrics};
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<DaemonControl> control;
  std::unique_ptr<ApiServer> api;

  std::optional<Error> failure;
  std::atomic<bool> poked = false;                  // any thread
  std::chrono::steady_clock::time_point tick_at{};  // when the timer will ring
  std::chrono::steady_clock::time_point last_tick{};
  Instant anchor_due = kLongAgo;  // when the clock's anchor is kept again
  bool crashed = false;           // the process before us did not stop cleanly
  bool finishing = false;
  bool checkpointing = false;
  int stop_signals = 0;
};

}  // namespace frontierd
