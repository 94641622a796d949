// What the mutants share: ways to put a lie into a trial, and
// the question whether the referee finds it out.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sim/plain_store.h"
#include "sim/trial.h"

namespace frontierd {

using Tamper = std::function<void(sim::SimulatorSetup&)>;

// The policy that holds, for the referee and the dispatcher alike.
inline Tamper truth(std::function<void(Policy&)> change) {
  return [change](sim::SimulatorSetup& setup) {
    Policy policy = *setup.policy;
    change(policy);
    setup.policy = std::make_shared<const Policy>(policy);
  };
}

// The policy that the dispatcher goes by, and the referee does not.
inline Tamper policy_lie(std::function<void(Policy&)> change) {
  return [change](sim::SimulatorSetup& setup) {
    Policy policy = *setup.policy;
    change(policy);
    setup.policy_double = std::make_shared<const Policy>(policy);
  };
}

// Beneath the watchman: the store lies to the referee as well.
template <class Double>
Tamper store_lie() {
  return [](sim::SimulatorSetup& setup) {
    setup.store_double = [](Store& real) { return std::make_unique<Double>(real); };
  };
}

// Above the watchman: the dispatcher seems to decide what the double makes of it.
template <class Double>
Tamper door_lie() {
  return [](sim::SimulatorSetup& setup) {
    setup.door_double = [](Store& real) { return std::make_unique<Double>(real); };
  };
}

struct Occasion {
  int hosts = 40;
  double days = 2;
  Tamper arrange = nullptr;  // holds with the lie and without it
  std::string words = "";    // in the breach: which rule finds it out
};

inline sim::TrialReport run(std::uint64_t seed, const Occasion& occasion, const Tamper& lie) {
  sim::TrialSetup setup;
  setup.seed = seed;
  setup.days = occasion.days;
  setup.hosts = occasion.hosts;
  setup.pages_per_host = 15;
  setup.tamper = [&](sim::SimulatorSetup& simulator) {
    if (occasion.arrange) occasion.arrange(simulator);
    if (lie) lie(simulator);
  };
  return sim::run_trial(setup);
}

// The same world without the lie; those with nothing arranged are run once.
inline bool passes_without_lie(std::uint64_t seed, const Occasion& occasion) {
  static std::map<std::pair<std::uint64_t, int>, bool> known;
  if (occasion.arrange || occasion.days != Occasion{}.days)
    return run(seed, occasion, nullptr).passed();
  const auto [place, fresh] = known.try_emplace({seed, occasion.hosts}, false);
  if (fresh) place->second = run(seed, occasion, nullptr).passed();
  return place->second;
}

// Caught as a breach of this promise, in a world that breaks none without the lie. Not every world
// gives every lie an occasion.
inline testing::AssertionResult is_caught(int promise, const Tamper& lie,
                                          const Occasion& occasion = {}) {
  for (std::uint64_t seed = 4; seed < 14; ++seed) {
    for (const sim::Breach& breach : run(seed, occasion, lie).breaches) {
      if (breach.promise != promise) continue;
      if (breach.what.find(occasion.words) == std::string::npos) continue;
      if (passes_without_lie(seed, occasion)) return testing::AssertionSuccess() << breach.what;
      return testing::AssertionFailure() << "seed " << seed << " fails without the lie, too: "
                                         << run(seed, occasion, nullptr).breaches.front().what;
    }
  }
  return testing::AssertionFailure() << "nothing was noticed";
}

}  // namespace frontierd
