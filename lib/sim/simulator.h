// A world, a disk, one or more daemons, a referee, and true time. Events happen in order of
// (instant, sequence); between them the daemons' loops turn when they asked to. The dispatcher is
// the production one and knows nothing of all this. Same setup, same run. Single-threaded.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/event_queue.h"
#include "sim/process.h"

namespace frontierd::sim {

struct SimulatorSetup {
  std::uint64_t seed = 1;
  int daemons = 1;
  std::size_t slots = 512;
  std::shared_ptr<const Policy> policy;
  Instant start = from_unix_ms(1'800'000'000'000);
  Millis restart_delay = Seconds{2};
  std::function<std::unique_ptr<Disk>()> disk;  // unset: the memory store
  // For tests of the referee: what the dispatcher is given in place of the truth.
  std::shared_ptr<const Policy> policy_double;
  std::function<std::unique_ptr<Store>(Store&)> store_double;
  std::function<std::unique_ptr<Fetcher>(Fetcher&)> fetcher_double;
  std::function<Instant(Instant)> clock_double;
  std::function<std::unique_ptr<Store>(Store&)> door_double;
  std::shared_ptr<const Policy> recovery_double;
  std::function<Wait(const Wait&, Instant now)> wait_double;  // what people are told
};

class Simulator {
 public:
  explicit Simulator(SimulatorSetup setup);

  World& world() { return world_; }
  const World& world() const { return world_; }
  Referee& referee() { return referee_; }
  EventLog& log() { return log_; }
  Figures& figures() { return figures_; }
  Disk& disk() { return *disk_; }
  MachineClock& machine() { return machine_; }
  Process& process(std::size_t number = 0) { return *processes_[number]; }
  std::size_t processes() const { return processes_.size(); }
  Instant now() const { return truth_.now(); }
  Instant start() const { return setup_.start; }
  const Policy& policy() const { return *setup_.policy; }

  void plan(Instant at, EventQueue::Action action) { events_.plan(at, std::move(action)); }
  // Happens once so many more requests have left, unless everything heals before.
  void plan_after_requests(std::uint64_t requests, EventQueue::Action action);
  void cancel_plans_after_requests() { after_requests_.clear(); }
  void run_until(Instant end);

  // Tries again until it is acknowledged: a process that dies over it is started again first.
  void seed(std::vector<std::string> urls, int priority = kPriorityDefault);
  // Dies now and is started again after the delay.
  void crash(std::size_t number = 0);
  void start_process(std::size_t number = 0);
  void stop_process(std::size_t number = 0);
  // A verb of the operator's; lost if the process is down or asleep, or dies over it.
  void ask(const std::function<Result<std::uint64_t>(Process&)>& verb);
  // Sets the operator's wishes for a host; tries again like seed().
  void grant(const std::string& host_key, HostWishes wishes);
  // The power goes, and comes back after `off`: a new boot.
  void power_cycle(Millis off);
  // The machine sleeps: true time goes on, nobody works.
  void suspend(Millis length);
  void set_policy(std::shared_ptr<const Policy> policy);

  // Runs until every URL is done or dropped for good; false if that takes longer than `bound`.
  bool rest_within(Millis bound);

 private:
  // A call into a process; an error is its death.
  template <class Call>
  bool survive(Process& process, Call call);
  void run_after_requests();
  Instant again_at(const Process& process) const;
  void look_around();
  ExplainView explain_view(const Process& process);
  void check_waits(Process& process);
  bool at_rest();

  SimulatorSetup setup_;
  VirtualClock truth_;
  MachineClock machine_;
  World world_;
  Referee referee_;
  EventLog log_;
  Figures figures_;
  EventQueue events_;
  std::multimap<std::uint64_t, EventQueue::Action> after_requests_;  // by the number of requests
  std::unique_ptr<Disk> disk_;
  std::vector<std::unique_ptr<Process>> processes_;
  Instant off_until_ = kLongAgo;
  Instant asleep_until_ = kLongAgo;
  std::uint64_t rounds_ = 0;
  std::uint64_t turns_ = 0;
};

}  // namespace frontierd::sim
