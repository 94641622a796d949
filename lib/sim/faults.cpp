#include "sim/faults.h"

#include <algorithm>
#include <array>

#include "sim/simulator.h"

namespace frontierd::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, kFaultKinds> kNames{
    "vices", "crash",   "recovery", "disk-full", "io-error", "power",
    "clock", "suspend", "resolver", "network",   "operator"};
constexpr Millis kEvery = hours{36};       // one fault of each kind, on average
constexpr std::uint64_t kCallsAhead = 40;  // a crash comes at one of so many store calls
constexpr std::uint64_t kRecoveryCalls = 12;
constexpr std::uint64_t kRefusedCalls = 20;
constexpr std::uint64_t kIdleOneIn = 4;  // faults that come at their time, busy or not
constexpr std::uint64_t kRequestsAhead = 60;
constexpr std::uint64_t kDelayMax = 400;  // milliseconds: about a request's life

Millis longest(FaultKind kind) {
  switch (kind) {
    case FaultKind::DiskFull:
      return minutes{20};
    case FaultKind::Suspend:
      return hours{10};
    case FaultKind::Resolver:
      return hours{1};
    case FaultKind::Network:
      return hours{1};
    case FaultKind::Operator:
      return hours{6};
    case FaultKind::Power:
      return minutes{30};
    default:
      return Millis{1};
  }
}

void tell(Simulator& sim, FaultKind kind, Millis lasts) {
  sim.figures().faults[static_cast<std::size_t>(kind)].add(sim.referee().in_flight());
  sim.log().note({sim.now(), EventKind::Fault, {}, to_string(kind), kLongAgo, lasts.count(), {}});
}

void die_at_a_call(Simulator& sim, std::uint64_t dice, std::uint64_t calls) {
  StoreFault fault;
  fault.calls = dice % calls;
  fault.after = (dice >> 32) % 2 == 0;
  sim.process().store().arm(fault);
}

void refuse_a_call(Simulator& sim, std::uint64_t dice) {
  StoreFault fault;
  fault.calls = dice % kRefusedCalls;
  sim.process().store().arm(fault);
}

std::string any_host(const Simulator& sim, std::uint64_t dice) {
  const auto& origins = sim.world().origins();
  auto host = origins.begin();
  std::advance(host, static_cast<std::ptrdiff_t>(dice % origins.size()));
  return host->first;
}

void pause(Simulator& sim, Millis lasts) {
  sim.process().dispatcher().pause(true);
  sim.plan(sim.now() + lasts, [&sim] {
    if (sim.process().up()) sim.process().dispatcher().pause(false);
    sim.process().poke();
    sim.referee().held();
  });
}

void wish(Simulator& sim, std::uint64_t dice, Millis lasts) {
  HostWishes wishes;
  wishes.note = "the simulator asked for it";
  if (dice % 3 == 0) wishes.gap = Seconds{5};
  if (dice % 3 == 1) wishes.flights = 2;
  wishes.paused = dice % 3 == 2;
  const std::string key = any_host(sim, dice >> 8);
  sim.grant(key, wishes);
  sim.plan(sim.now() + lasts, [&sim, key] { sim.grant(key, HostWishes{}); });
}

void set_gap(Simulator& sim, Millis gap) {
  Policy policy = sim.policy();
  policy.pace.gap = gap;
  sim.set_policy(std::make_shared<const Policy>(std::move(policy)));
}

void reload(Simulator& sim, std::uint64_t dice, Millis lasts) {
  const Millis before = sim.policy().pace.gap;
  set_gap(sim, Millis{300 + static_cast<std::int64_t>(dice % 4'000)});
  sim.plan(sim.now() + lasts, [&sim, before] { set_gap(sim, before); });
}

// retry of what was dropped for one reason, or drop of a host's queue
void select(Simulator& sim, std::uint64_t dice) {
  UrlSelection which;
  if (dice % 2 == 0) {
    which.because = dice % 4 == 0 ? DropReason::AttemptsSpent : DropReason::HostExhausted;
    return sim.ask([which](Process& process) { return process.retry(which); });
  }
  which.host_key = any_host(sim, dice >> 8);
  sim.ask([which](Process& process) { return process.drop(which); });
}

void stop_in_order(Simulator& sim, Millis lasts) {
  sim.stop_process();
  sim.plan(sim.now() + lasts / 60, [&sim] { sim.start_process(); });
}

void operate(Simulator& sim, std::uint64_t dice, Millis lasts) {
  if (!sim.process().awake()) return;
  switch (dice % 5) {
    case 0:
      return pause(sim, lasts);
    case 1:
      return wish(sim, dice / 5, lasts);
    case 2:
      return reload(sim, dice / 5, lasts);
    case 3:
      return select(sim, dice / 5);
    default:
      return stop_in_order(sim, lasts);
  }
}

// Not while no daemon is up: what the wall clock does between two anchors is taken for time gone
// by.
void step_clock(Simulator& sim, std::uint64_t dice) {
  if (!sim.process().up()) {
    return sim.plan(sim.now() + minutes{1}, [&sim, dice] { step_clock(sim, dice); });
  }
  const auto span = static_cast<std::uint64_t>(Millis{hours{48}}.count());
  sim.machine().step_wall(Millis{static_cast<std::int64_t>(dice % span)} - hours{24});
}

// One more reason for it to be gone; healing takes them all away.
void begin(Simulator& sim, int& gone, Millis lasts) {
  ++gone;
  sim.plan(sim.now() + lasts, [&gone] { gone = std::max(gone - 1, 0); });
}

void happen(Simulator& sim, const PlannedFault& fault) {
  tell(sim, fault.kind, fault.lasts);
  World& world = sim.world();
  switch (fault.kind) {
    case FaultKind::Vices:
      return;
    case FaultKind::Crash:
      return die_at_a_call(sim, fault.dice, kCallsAhead);
    case FaultKind::Recovery:
      if (sim.process().up()) sim.crash();
      return die_at_a_call(sim, fault.dice, kRecoveryCalls);
    case FaultKind::IoError:
      return refuse_a_call(sim, fault.dice);
    case FaultKind::DiskFull:
      sim.process().store().fill(true);
      return sim.plan(sim.now() + fault.lasts, [&sim] { sim.process().store().fill(false); });
    case FaultKind::Power:
      return sim.power_cycle(fault.lasts);
    case FaultKind::Clock:
      return step_clock(sim, fault.dice);
    case FaultKind::Suspend:
      return sim.suspend(fault.lasts);
    case FaultKind::Resolver:
      return begin(sim, world.resolver_gone, fault.lasts);
    case FaultKind::Network:
      return begin(sim, world.network_gone, fault.lasts);
    case FaultKind::Operator:
      return operate(sim, fault.dice, fault.lasts);
  }
}

void await(Simulator& sim, const PlannedFault& fault) {
  if (fault.requests == 0) return happen(sim, fault);
  sim.plan_after_requests(fault.requests, [&sim, fault] {
    sim.plan(sim.now() + fault.delay, [&sim, fault] { happen(sim, fault); });
  });
}

}  // namespace

std::string_view to_string(FaultKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<FaultKind> parse_fault_kind(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<FaultKind>(i);
  }
  return std::nullopt;
}

std::vector<FaultKind> all_faults() {
  std::vector<FaultKind> out;
  for (int i = 0; i < kFaultKinds; ++i) out.push_back(static_cast<FaultKind>(i));
  return out;
}

std::vector<PlannedFault> plan_faults(std::uint64_t seed, Millis span,
                                      const std::vector<FaultKind>& kinds) {
  std::vector<PlannedFault> out;
  for (const FaultKind kind : kinds) {
    if (kind == FaultKind::Vices) continue;
    // A stream of its own, so that leaving one kind out changes no other.
    Rng rng(seed ^ (0x6661756c74u + static_cast<std::uint64_t>(kind) * 0x9e3779b97f4a7c15u));
    const auto count = std::max<std::int64_t>(span / kEvery, 1);
    for (std::int64_t i = 0; i < count; ++i) {
      PlannedFault fault;
      fault.kind = kind;
      fault.at =
          Millis{static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(span.count())))};
      fault.lasts = Millis{1 + static_cast<std::int64_t>(
                                   rng.below(static_cast<std::uint64_t>(longest(kind).count())))};
      fault.dice = rng.next();
      if (rng.below(kIdleOneIn) > 0) {
        fault.requests = 1 + rng.below(kRequestsAhead);
        fault.delay = Millis{static_cast<std::int64_t>(rng.below(kDelayMax))};
      }
      out.push_back(fault);
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

void arrange(Simulator& simulator, const std::vector<PlannedFault>& faults) {
  for (const PlannedFault& fault : faults) {
    simulator.plan(simulator.start() + fault.at, [&simulator, fault] { await(simulator, fault); });
  }
}

}  // namespace frontierd::sim
