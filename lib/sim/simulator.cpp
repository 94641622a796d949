#include "sim/simulator.h"

#include <algorithm>

#include "base/check.h"

namespace frontierd::sim {
namespace {

constexpr Millis kLookEvery = std::chrono::minutes{10};
constexpr std::uint64_t kRoundsPerCompare = 6;  // once an hour
constexpr std::uint64_t kTurnsPerWaits = 16;    // turns of the loop
constexpr std::size_t kWaitsChecked = 2;        // hosts
constexpr std::size_t kParts = 22;              // of all URLs: each is compared within a day

}  // namespace

Simulator::Simulator(SimulatorSetup setup)
    : setup_(std::move(setup)),
      truth_(setup_.start),
      machine_(truth_),
      world_(setup_.start, setup_.seed),
      referee_(setup_.policy, truth_),
      disk_(setup_.disk ? setup_.disk() : memory_disk()) {
  for (int i = 0; i < setup_.daemons; ++i) {
    ProcessSetup one;
    one.number = i;
    one.slots = setup_.slots;
    one.policy = setup_.policy_double ? setup_.policy_double : setup_.policy;
    one.seed = setup_.seed + static_cast<std::uint64_t>(i) * 7'919;
    one.store_double = setup_.store_double;
    one.fetcher_double = setup_.fetcher_double;
    one.clock_double = setup_.clock_double;
    one.door_double = setup_.door_double;
    one.recovery_double = setup_.recovery_double;
    const Surroundings around{*disk_, world_, referee_, log_, figures_, truth_, machine_};
    processes_.push_back(std::make_unique<Process>(std::move(one), around));
    start_process(static_cast<std::size_t>(i));
  }
  plan(truth_.now() + kLookEvery, [this] { look_around(); });
}

void Simulator::run_until(Instant end) {
  while (true) {
    Process* first = nullptr;
    Instant next = events_.next_at();
    for (const auto& process : processes_) {
      const Instant wakes = process->wakes_at();
      if (wakes >= next) continue;
      next = wakes;
      first = process.get();
    }
    if (next > end) break;
    truth_.advance(std::max(next, truth_.now()));
    if (first == nullptr) {
      events_.run_first();
    } else {
      if (survive(*first, [&] { return first->tick(); })) check_waits(*first);
      run_after_requests();
    }
  }
  truth_.advance(std::max(end, truth_.now()));
}

void Simulator::plan_after_requests(std::uint64_t requests, EventQueue::Action action) {
  after_requests_.emplace(figures_.wire.requests + requests, std::move(action));
}

void Simulator::run_after_requests() {
  while (!after_requests_.empty() && after_requests_.begin()->first <= figures_.wire.requests) {
    const auto due = after_requests_.extract(after_requests_.begin());
    due.mapped()();
  }
}

template <class Call>
bool Simulator::survive(Process& process, Call call) {
  const auto result = call();
  if (result) return true;
  if (!disk_->powered()) {
    power_cycle(setup_.restart_delay);
    return false;
  }
  const auto number = static_cast<std::size_t>(
      std::find_if(processes_.begin(), processes_.end(),
                   [&](const auto& one) { return one.get() == &process; }) -
      processes_.begin());
  crash(number);
  return false;
}

void Simulator::crash(std::size_t number) {
  CHECK(processes_[number]->die().has_value());
  plan(truth_.now() + setup_.restart_delay, [this, number] { start_process(number); });
}

void Simulator::start_process(std::size_t number) {
  if (processes_[number]->up() || truth_.now() < off_until_) return;
  if (truth_.now() < asleep_until_) {
    return plan(asleep_until_, [this, number] { start_process(number); });
  }
  if (processes_[number]->start()) return;
  // What cannot even start is not tried so often.
  plan(truth_.now() + 5 * setup_.restart_delay, [this, number] { start_process(number); });
}

void Simulator::stop_process(std::size_t number) {
  Process& process = *processes_[number];
  if (process.up()) survive(process, [&] { return process.stop(); });
}

void Simulator::suspend(Millis length) {
  if (truth_.now() < off_until_) return;
  asleep_until_ = std::max(asleep_until_, truth_.now() + length);
  for (const auto& process : processes_) process->sleep_until(asleep_until_);
  plan(asleep_until_, [this] { referee_.held(); });
}

// When to ask a process again that was down or asleep.
Instant Simulator::again_at(const Process& process) const {
  return std::max(process.asleep_until(), truth_.now() + setup_.restart_delay + Seconds{1});
}

void Simulator::seed(std::vector<std::string> urls, int priority) {
  Process& process = *processes_.front();
  const bool done =
      process.awake() && survive(process, [&] { return process.seed(urls, priority); });
  if (done) return;
  plan(again_at(process),
       [this, urls = std::move(urls), priority]() mutable { seed(std::move(urls), priority); });
}

void Simulator::ask(const std::function<Result<std::uint64_t>(Process&)>& verb) {
  Process& process = *processes_.front();
  if (process.awake()) survive(process, [&] { return verb(process); });
}

void Simulator::grant(const std::string& host_key, HostWishes wishes) {
  Process& process = *processes_.front();
  const bool done =
      process.awake() && survive(process, [&] { return process.set_wishes(host_key, wishes); });
  if (done) return;
  plan(again_at(process), [this, host_key, wishes] { grant(host_key, wishes); });
}

void Simulator::power_cycle(Millis off) {
  if (truth_.now() < off_until_) return;  // it is off already
  disk_->cut_power();
  for (const auto& process : processes_) {
    if (process->up()) CHECK(process->die().has_value());
  }
  if (!disk_->powered()) CHECK(disk_->crash().has_value());  // nobody was up
  off_until_ = truth_.now() + off;
  asleep_until_ = kLongAgo;
  plan(off_until_, [this] {
    // What set the wall clock ahead since the last anchor, nobody could tell from time gone by.
    Millis ahead = machine_.wall_ahead();
    for (const auto& process : processes_) ahead = std::min(ahead, process->anchored_ahead());
    machine_.reboot(ahead);
    for (std::size_t i = 0; i < processes_.size(); ++i) start_process(i);
  });
}

void Simulator::set_policy(std::shared_ptr<const Policy> policy) {
  setup_.policy = policy;
  referee_.set_policy(policy);
  for (const auto& process : processes_) {
    survive(*process, [&] { return process->set_policy(policy); });
  }
}

// What the referee does now and then. Nobody may be half-way through a commit here.
void Simulator::look_around() {
  plan(truth_.now() + kLookEvery, [this] { look_around(); });
  Process& process = *processes_.front();
  const bool works = process.up() && !process.asleep() && !process.dispatcher().paused() &&
                     process.dispatcher().our_trouble_until() <= process.clock().now() &&
                     !world_.network_gone && !world_.resolver_gone;
  if (!works) referee_.held();
  if (!process.up()) return;
  referee_.look_around(process.lag());
  const auto bound = static_cast<std::size_t>(policy().frontier.hosts_in_memory) +
                     static_cast<std::size_t>(policy().frontier.flights_max);
  if (process.dispatcher().schedule().size() > bound) {
    referee_.breach(10, std::to_string(process.dispatcher().schedule().size()) +
                            " hosts in memory, limit " + std::to_string(bound));
  }
  if (process.dispatcher().inactive().size() > bound) {
    referee_.breach(10, std::to_string(process.dispatcher().inactive().size()) +
                            " inactive hosts in memory, limit " + std::to_string(bound));
  }
  ++rounds_;
  if (rounds_ % kRoundsPerCompare == 0) {
    referee_.compare_part(disk_->store(), disk_->inspector(), kParts, explain_view(process));
  }
}

void Simulator::check_waits(Process& process) {
  if (processes_.size() > 1 || ++turns_ % kTurnsPerWaits != 0) return;
  referee_.check_waits(disk_->inspector(), explain_view(process), kWaitsChecked);
}

// What the daemon would say of a host to a person who asks now.
ExplainView Simulator::explain_view(const Process& process) {
  const Dispatcher& dispatcher = process.dispatcher();
  ExplainView view;
  view.frontier.now = process.clock().now();
  view.frontier.paused = dispatcher.paused();
  view.frontier.draining = dispatcher.draining();
  view.frontier.held = dispatcher.held(view.frontier.now);
  view.host_now = [&dispatcher, now = view.frontier.now, lie = setup_.wait_double](const HostEntry& entry) {
    const HostMoment moment = dispatcher.moment(entry, now);
    const Wait wait = lie ? lie(moment.wait, now) : moment.wait;
    return HostNow{wait, dispatcher.pace(entry, now), 0};
  };
  view.looking_up = [&process](const std::string& key) { return process.wire().is_looking_up(key); };
  view.slots = setup_.slots;
  return view;
}

bool Simulator::at_rest() {
  const Tally& tally = referee_.ledger().tally();
  if (tally.queued > 0 || tally.leased > 0) return false;
  const auto& urls = referee_.ledger().urls();
  return std::none_of(urls.begin(), urls.end(), [](const auto& item) {
    return item.second.revisits && !item.second.host->exhausted;
  });
}

bool Simulator::rest_within(Millis bound) {
  const Instant end = truth_.now() + bound;
  while (truth_.now() < end) {
    if (at_rest()) return true;
    run_until(std::min(end, truth_.now() + std::chrono::hours{1}));
  }
  return at_rest();
}

}  // namespace frontierd::sim
