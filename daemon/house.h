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
#include "daemon/database_lock.h"
#include "daemon/ground.h"
#include "daemon/harvesting_fetcher.h"
#include "daemon/notify.h"
#include "daemon/progress.h"
#include "daemon/run_mark.h"
#include "daemon/service.h"
#include "daemon/system_clock.h"
#include "fetch/curl_fetcher.h"
#include "frontier/dispatcher.h"
#include "rules/peer_clock.h"
#include "store/sqlite/inspector.h"
#include "store/sqlite/sqlite_store.h"

namespace frontierd {

struct Service::House {
  House(Config config_in, StartValues values_in, ConfigSource source_in)
      : config(std::move(config_in)),
        values(std::move(values_in)),
        source(std::move(source_in)) {}

  // build.cpp: start and stop
  Result<void> build();
  Result<void> open_store();
  Result<void> open_database(const std::string& path);
  Result<void> start_clock();
  Result<void> open_archive();
  Result<void> open_fetcher();
  Result<void> open_api();
  Result<void> finish();
  Result<void> load_harvest();
  Result<void> keep_harvest();
  void count_harvest();
  Result<void> write_end();

  // house.cpp: the loop
  Result<void> run(bool& started);
  void tick();
  Result<void> keep_time(Instant now);
  void tick_within(Millis delay);
  void poke();  // any thread: something has landed
  void housekeeping();
  void on_signal(int number);
  void drain(bool at_once);
  void stop(std::optional<Error> why);
  Result<std::string> reload();
  std::string store_name() const;
  std::string status_line() const;
  ArchiveStatus archive_status() const;
  void tell_queues(StatusSnapshot& status) const;
  std::vector<ReadyCheck> ready_checks() const;

  // house_ground.cpp: what we stand on
  void watch_disks();
  void tend_archive();
  bool may_write();
  void database_is_lost();
  Result<void> may_change();
  std::int64_t log_bytes() const;
  std::string log_words() const;
  void watch_log();
  void checkpoint_if_due();
  void checkpointed(Result<bool> done);
  void hear(const Landing& landing);
  void watch_clock();

  Config config;       // as read; what takes a restart is as it was at the start
  StartValues values;  // of the start
  ConfigSource source;
  Notify notify;
  std::unique_ptr<Progress> progress;  // while the daemon starts or closes
  std::optional<DatabaseLock> lock;
  std::optional<RunMark> mark;
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
  bool crashed = false;           // the process before us ended without a word
  WarcTally harvested;            // by those before us
  std::uint64_t harvest_noted = 0;  // records of ours that the store was told of
  bool finishing = false;
  bool stopped_early = false;     // asked to stop while it started
  int stop_signals = 0;

  using SteadyTime = std::chrono::steady_clock::time_point;
  Ground ground;
  bool checkpointing = false;
  bool turn_asked = false;             // of the checkpointer's run under way
  SteadyTime turn_asked_at{};
  SteadyTime turn_due{};               // when its next turn may be
  Millis turn_pause = Seconds{1};      // after a turn in vain
  std::optional<SteadyTime> read_since;    // turns are in vain since
  std::optional<SteadyTime> locked_since;  // another program holds the write lock since
  std::optional<std::string> archive_lost;  // the archive ended for want of room
  SteadyTime archive_opened{};
  SteadyTime archive_due{};
  Millis archive_pause = Seconds{5};
  PeerClock peers;
  SteadyTime hear_due{};
  bool clock_unsure = false;  // the hour cannot be right, and was not at the first start
};

}  // namespace frontierd
