// One daemon in the simulator: the production dispatcher between a watched store and a virtual
// fetcher, with its journal and its clock. It lives, dies at any call at the store's door, and is
// started again over what is left on disk. Single-threaded.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "frontier/dispatcher.h"
#include "sim/disk.h"
#include "sim/event_log.h"
#include "sim/figures.h"
#include "sim/virtual_clock.h"
#include "sim/watched_store.h"

namespace frontierd::sim {

struct ProcessSetup {
  int number = 0;
  std::size_t slots = 512;
  std::shared_ptr<const Policy> policy;
  std::uint64_t seed = 0;
  // For tests of the referee: doubles that misbehave, between the watchman and the real thing.
  std::function<std::unique_ptr<Store>(Store&)> store_double;
  std::function<std::unique_ptr<Fetcher>(Fetcher&)> fetcher_double;
  std::function<Instant(Instant)> clock_double;
  // The same above the watchman: what it writes is what the dispatcher seems to have decided.
  std::function<std::unique_ptr<Store>(Store&)> door_double;
  std::shared_ptr<const Policy> recovery_double;  // the policy of each life's first moments
};

// Where a process stands: shared by all of them.
struct Surroundings {
  Disk& disk;
  World& world;
  Referee& referee;
  EventLog& log;
  Figures& figures;
  const VirtualClock& truth;
  MachineClock& machine;
};

class Process {
 public:
  Process(ProcessSetup setup, Surroundings around);
  ~Process();

  // Opens what is on disk and recovers. An error: it died on the way; start again later.
  Result<void> start();
  // Gone without a word: what was not committed is lost, its connections are cut.
  Result<void> die();
  bool up() const { return dispatcher_ != nullptr; }

  // One turn of the loop. An error ends the process: call die().
  Result<void> tick();
  // (true) When the loop turns next: asked for, or because something comes home.
  Instant wakes_at() const;
  // Suspended with its machine until then.
  void sleep_until(Instant until) { asleep_until_ = until; }
  bool asleep() const { return around_.truth.now() < asleep_until_; }
  bool awake() const { return up() && !asleep(); }
  Instant asleep_until() const { return asleep_until_; }

  // Acknowledged once it returns; the number that was new.
  Result<std::size_t> seed(std::span<const std::string> urls, int priority = kPriorityDefault);
  Result<std::uint64_t> retry(const UrlSelection& which);
  Result<std::uint64_t> drop(const UrlSelection& which);
  Result<void> set_wishes(const std::string& host_key, const HostWishes& wishes);
  Result<void> set_policy(std::shared_ptr<const Policy> policy);
  // An orderly stop: drained, what flies is given back, and the store knows that it was orderly.
  Result<void> stop();

  Dispatcher& dispatcher() { return *dispatcher_; }
  const Dispatcher& dispatcher() const { return *dispatcher_; }
  WatchedStore& store() { return watched_; }
  const VirtualFetcher& wire() const { return *wire_; }
  const Clock& clock() const { return *clock_; }
  // How far the daemon's clock is behind true time.
  Millis lag() const { return around_.truth.now() - clock_->now(); }
  void poke() { next_ = kLongAgo; }
  // How far the wall clock was ahead of true time when the clock's anchor was last kept.
  Millis anchored_ahead() const { return anchored_ahead_; }

 private:
  class Voice;
  Result<void> open();
  Result<void> keep_time(Instant now);

  ProcessSetup setup_;
  Surroundings around_;
  std::unique_ptr<Store> double_;  // beneath the watchman
  WatchedStore watched_;
  std::unique_ptr<Store> door_double_;  // above the watchman
  std::unique_ptr<DaemonClock> plain_clock_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<VirtualFetcher> wire_;
  std::unique_ptr<Fetcher> fetcher_double_;
  std::unique_ptr<Voice> journal_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::shared_ptr<const SignatureTable> signatures_;
  Instant next_ = kLongAgo;  // (true)
  Instant last_tick_ = kLongAgo;
  Instant asleep_until_ = kLongAgo;
  Instant died_at_ = kLongAgo;
  Instant anchor_due_ = kLongAgo;  // (frontier)
  Millis anchored_ahead_{0};       // how far the wall clock was ahead at the last durable anchor
  Instant latest_ = kLongAgo;      // (frontier) of the last turn of the loop, in whichever life
  Instant born_at_ = kNever;       // (true) while the recovery double holds
  std::uint64_t lives_ = 0;
};

}  // namespace frontierd::sim
