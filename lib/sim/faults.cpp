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
constexpr Millis kEvery = hours{36};        // one fault of each kind, on average
constexpr std::uint64_t kCallsAhead = 200;  // a crash comes at one of so many store calls
constexpr std::uint64_t kRecoveryCalls = 12;

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
  sim.log().note({sim.now(), EventKind::Fault, {}, to_string(kind), kLongAgo, lasts.count(), {}});
}

void die_at_a_call(Simulator& sim, std::uint64_t dice, std::uint64_t calls) {
  StoreFault fault;
  fault.calls = dice % calls;
  fault.after = (dice >> 32) % 2 == 0;
  sim.process().store().arm(fault);
}

void operate(Simulator& sim, std::uint64_t dice, Millis lasts) {
  Process& process = sim.process();
  if (!process.up()) return;
  if (dice % 4 == 0) {
    process.dispatcher().pause(true);
    sim.plan(sim.now() + lasts, [&sim] {
      if (sim.process().up()) sim.process().dispatcher().pause(false);
      sim.process().poke();
      sim.referee().held();
    });
    return;
  }
  const auto& origins = sim.world().origins();
  auto host = origins.begin();
  std::advance(host, static_cast<std::ptrdiff_t>((dice >> 8) % origins.size()));
  HostWishes wishes;
  wishes.note = "the simulator asked for it";
  if (dice % 4 == 1) wishes.gap = Seconds{5};
  if (dice % 4 == 2) wishes.flights = 2;
  wishes.paused = dice % 4 == 3;
  sim.grant(host->first, wishes);
  sim.plan(sim.now() + lasts, [&sim, key = host->first] { sim.grant(key, HostWishes{}); });
}

// Not between a boot and the first start: until a daemon has kept its anchor for this boot, the
// wall clock is all that there is, and nobody could tell that it is wrong.
void step_clock(Simulator& sim, std::uint64_t dice) {
  if (!sim.process().up()) {
    return sim.plan(sim.now() + minutes{1}, [&sim, dice] { step_clock(sim, dice); });
  }
  const auto span = static_cast<std::uint64_t>(Millis{hours{48}}.count());
  sim.machine().step_wall(Millis{static_cast<std::int64_t>(dice % span)} - hours{24});
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
      return die_at_a_call(sim, fault.dice & 0xffffffffu, 20);
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
      world.resolver_gone = true;
      return sim.plan(sim.now() + fault.lasts, [&world] { world.resolver_gone = false; });
    case FaultKind::Network:
      world.network_gone = true;
      return sim.plan(sim.now() + fault.lasts, [&world] { world.network_gone = false; });
    case FaultKind::Operator:
      return operate(sim, fault.dice, fault.lasts);
  }
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
      out.push_back(fault);
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

void arrange(Simulator& simulator, const std::vector<PlannedFault>& faults) {
  for (const PlannedFault& fault : faults) {
    simulator.plan(simulator.start() + fault.at, [&simulator, fault] { happen(simulator, fault); });
  }
}

}  // namespace frontierd::sim
