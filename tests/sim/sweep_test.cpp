// A short busy life, ended at each of its store calls in turn: before the store hears of the call,
// and after it has obeyed. Whatever is cut short, nothing is lost, no promise is broken, and every
// page comes to rest.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/simulator.h"

namespace frontierd {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int kPagesPerHost = 5;
constexpr std::uint64_t kRecoveriesEvery = 19;
constexpr Millis kStep = Seconds{1};  // less than until the next start
constexpr Millis kRestWithin = hours{24 * 3};
constexpr Millis kBusy = minutes{6};  // until the hosts' troubles end

struct Death {
  std::uint64_t call = 0;  // how many others come before it
  bool after = false;
};

std::string in_words(const Death& death) {
  return (death.after ? "after call " : "before call ") + std::to_string(death.call);
}

class Life {
 public:
  Life() : sim_(setup()) {
    overloaded("https://a.example");
    sparing("https://b.example");
    walled("https://c.example");
    away("https://d.example");
    odd("https://e.example");
    for (const char* host : {"a", "b", "c", "d", "e"}) {
      for (int page = 0; page < kPagesPerHost; ++page) {
        urls_.push_back("https://" + std::string(host) + ".example/p" + std::to_string(page));
      }
    }
    sim_.seed({urls_.begin() + 1, urls_.end()});
  }

  // False: it came to rest before that call.
  bool die(const Death& death) {
    StoreFault fault;
    fault.calls = death.call;
    fault.after = death.after;
    sim_.process().store().arm(fault);
    const std::uint64_t before = sim_.figures().crashes;
    while (sim_.figures().crashes == before) {
      if (sim_.now() > sim_.start() + kBusy) return false;
      sim_.run_until(sim_.now() + kStep);
    }
    return true;
  }
  // That the next process makes until it works.
  std::uint64_t calls_of_recovery() {
    const std::uint64_t before = sim_.process().store().calls();
    sim_.start_process();
    return sim_.process().store().calls() - before;
  }

  void come_to_rest() {
    sim_.seed({urls_.front()});
    sim_.run_until(std::max(sim_.now(), sim_.start() + kBusy));
    sim_.process().store().disarm();
    sim_.world().heal();
    EXPECT_TRUE(sim_.rest_within(kRestWithin)) << "not everything came to rest";
    sim_.referee().compare(sim_.disk().store(), sim_.disk().inspector(), true);
    for (const sim::Breach& breach : sim_.referee().breaches()) {
      ADD_FAILURE() << sim::promise_in_words(breach.promise) << ": " << breach.what;
    }
    const Tally& tally = sim_.referee().ledger().tally();
    EXPECT_GE(tally.done + tally.dropped, urls_.size());
  }

 private:
  using StoreFault = sim::StoreFault;

  static sim::SimulatorSetup setup() {
    Policy policy;
    policy.pace.gap = Seconds{1};
    policy.retry.revisit_after = Millis{0};
    policy.rest.bot_walled = {minutes{1}, minutes{5}, Seconds{1}, hours{1}};  // no idle days
    sim::SimulatorSetup setup;
    setup.policy = std::make_shared<const Policy>(policy);
    return setup;
  }
  void overloaded(const char* key) {
    sim::Habits habits;
    habits.capacity.per_second = 0.2;
    habits.capacity.burst = 2;
    sim_.world().add(key, habits);
  }
  void sparing(const char* key) {
    sim::Habits habits;
    habits.quota.limit = 3;
    habits.quota.publishes = sim::Publishes::RetryAfter;
    sim_.world().add(key, habits);
  }
  void walled(const char* key) {
    sim::Habits habits;
    habits.wall.after = 3;
    habits.wall.memory = Seconds{30};
    sim_.world().add(key, habits);
  }
  void away(const char* key) {
    sim::Habits habits;
    habits.outage.when = {hours{1}, Seconds{4}, minutes{1}};
    habits.robots.texts = {"User-agent: *\nDisallow: /p1\nCrawl-delay: 3\n"};
    sim_.world().add(key, habits);
  }
  void odd(const char* key) {
    sim::Habits habits;
    habits.robots.failing = {hours{1}, Millis{0}, minutes{1}};
    habits.pages.moved = 0.3;
    habits.pages.gone = 0.2;
    habits.pages.moved_away = 0.2;
    habits.pages.away = "https://a.example";
    sim_.world().add(key, habits);
  }

  sim::Simulator sim_;
  std::vector<std::string> urls_;
};

// Dies so, comes to rest; false: it was at rest before the last of them.
bool live_through(std::initializer_list<Death> deaths) {
  std::string when = "deaths:";
  for (const Death& death : deaths) when += " " + in_words(death);
  SCOPED_TRACE(when);
  Life life;
  bool died = true;
  for (const Death& death : deaths) died = died && life.die(death);
  life.come_to_rest();
  return died;
}

TEST(EveryStoreCall, MayBeTheLast) {
  std::uint64_t call = 0;
  for (bool died = true; died && !HasFailure(); ++call) {
    died = live_through({{call, false}});
    died = live_through({{call, true}}) && died;
  }
  EXPECT_GT(call, 300u) << "the life was too quiet";
}

TEST(EveryStoreCall, OfARecoveryMayBeTheLast) {
  std::uint64_t recoveries = 0;
  for (std::uint64_t first = 0; !HasFailure(); first += kRecoveriesEvery, ++recoveries) {
    Life life;
    if (!life.die({first, true})) break;
    const std::uint64_t calls = life.calls_of_recovery();
    EXPECT_GT(calls, 5u);
    for (std::uint64_t second = 0; second < calls; ++second) {
      EXPECT_TRUE(live_through({{first, true}, {second, false}}));
      EXPECT_TRUE(live_through({{first, true}, {second, true}}));
    }
  }
  EXPECT_GT(recoveries, 15u);
}

}  // namespace
}  // namespace frontierd
