// The whole simulator with a dispatcher that decides wrongly: a double between it and the watchman
// rewrites what it writes, so that the store and the referee are told the same. Each is found out
// by the rule for its own promise.
#include <gtest/gtest.h>

#include <utility>

#include "lies.h"

namespace frontierd {
namespace {

// Changes each settlement on its way to the store.
class Rewriter : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override {
    std::vector<Settlement> changed(settlements.begin(), settlements.end());
    for (Settlement& one : changed) rewrite(one, now);
    return real_.settle(changed, now);
  }

 protected:
  virtual void rewrite(Settlement& settlement, Instant now) = 0;
};

bool is_page(const Settlement& one) {
  return one.lease.purpose == Purpose::Page && one.record_attempt;
}

// --- 1: nothing is lost

// Ends every seventh page that is due without asking for it.
class BlindStore : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<LeaseAnswer> lease(std::span<const LeaseRequest> requests, Instant now,
                            Millis term) override {
    TRY_ASSIGN(auto answer, real_.lease(requests, now, term));
    std::vector<Lease> kept;
    for (Lease& lease : answer.leases) {
      if (lease.purpose != Purpose::Page || ++seen_ % 7 != 0) {
        kept.push_back(std::move(lease));
        continue;
      }
      Settlement end;
      end.lease = lease;
      end.verdict = verdict();
      end.outcome.evidence = {{"mutant", Strength::Status, "it says so"}};
      TRY(real_.settle(std::span(&end, 1), now));
      answer.idle.push_back({lease.host, now});
    }
    answer.leases = std::move(kept);
    return answer;
  }

 protected:
  virtual Verdict verdict() const { return Done{}; }

 private:
  int seen_ = 0;
};

TEST(Mutants, AVerdictWithoutAFetchIsCaught) {
  EXPECT_TRUE(is_caught(1, door_lie<BlindStore>(), {.words = "was not asked for"}));
}

class AimlessStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<Admission>> admit(std::span<const Candidate> candidates,
                                       Instant now) override {
    if (candidates.empty() || candidates.front().via.empty()) return real_.admit(candidates, now);
    return std::vector<Admission>(candidates.size());
  }
};

TEST(Mutants, ARedirectThatIsNotFollowedIsCaught) {
  EXPECT_TRUE(is_caught(1, door_lie<AimlessStore>(), {.words = "is not admitted with it"}));
}

// --- 3: polite, always

TEST(Mutants, AGapIgnoredOnRestartIsCaught) {
  Occasion occasion;
  occasion.arrange = [](sim::SimulatorSetup& setup) {
    truth([](Policy& p) { p.pace.gap = std::chrono::minutes{1}; })(setup);
    setup.restart_delay = Millis{100};
  };
  occasion.words = "the gap is";
  EXPECT_TRUE(is_caught(
      3,
      [](sim::SimulatorSetup& setup) {
        Policy hasty = *setup.policy;
        hasty.pace.gap = Millis{0};
        setup.recovery_double = std::make_shared<const Policy>(hasty);
      },
      occasion));
}

// The gap of a group is not on record: a new process that does not wait one is found out.
TEST(Mutants, AGroupsGapForgottenAtTheRestartIsCaught) {
  Occasion occasion;
  occasion.arrange = [](sim::SimulatorSetup& setup) {
    truth([](Policy& p) {
      p.pace.gap = Millis{100};
      p.groups = {{"all", {"*"}, 1, Seconds{20}}};
    })(setup);
    setup.restart_delay = Millis{100};
  };
  occasion.hosts = 10;
  occasion.words = "after the last request to name:all, the gap is";
  EXPECT_TRUE(is_caught(
      3,
      [](sim::SimulatorSetup& setup) {
        Policy hasty = *setup.policy;
        hasty.groups.front().gap = Millis{0};
        setup.recovery_double = std::make_shared<const Policy>(hasty);
      },
      occasion));
}

// Gives hosts to a new process without the latency that is on record of them.
class HastyStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override {
    auto out = real_.hosts_with_queue(after, limit);
    if (out) {
      for (HostEntry& entry : *out) entry.state.latency = entry.state.latency_kept = Millis{0};
    }
    return out;
  }
};

TEST(Mutants, AGapOfLatencyForgottenAtTheRestartIsCaught) {
  Occasion occasion;
  occasion.arrange = [](sim::SimulatorSetup& setup) {
    truth([](Policy& p) {
      p.pace.gap = Millis{100};
      p.pace.latency_factor = 60;
    })(setup);
    setup.restart_delay = Millis{100};
  };
  occasion.words = "the gap is";
  EXPECT_TRUE(is_caught(3, door_lie<HastyStore>(), occasion));
}

// Keeps the clock's anchor once in a life.
class OldAnchorStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<void> set_note(const std::string& name, const std::string& value) override {
    if (name == "sim.clock0" && std::exchange(kept_, true)) return {};
    return real_.set_note(name, value);
  }

 private:
  bool kept_ = false;
};

TEST(Mutants, AClockThatGoesBackAtARebootIsCaught) {
  EXPECT_TRUE(
      is_caught(3, store_lie<OldAnchorStore>(), {.days = 4, .words = "the clock went back"}));
}

// Gives hosts to a new process as if their trial were over before it began.
class TrustingStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override {
    auto out = real_.hosts_with_queue(after, limit);
    if (out) {
      for (HostEntry& entry : *out) entry.state.breaker = Breaker::Closed;
    }
    return out;
  }
};

const Tamper kSeveralAtOnce = truth([](Policy& p) {
  p.pace.flights = 3;
  p.pace.gap = p.pace.group_gap = Millis{0};
  p.pace.latency_factor = 0;
});

TEST(Mutants, TwoProbesAtOnceAreCaught) {
  EXPECT_TRUE(
      is_caught(3, door_lie<TrustingStore>(),
                {.hosts = 100, .days = 5, .arrange = kSeveralAtOnce, .words = "beside the probe"}));
}

TEST(Mutants, APublishedQuotaIgnoredIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) { p.pace.gap_max = Millis{1}; }),
                        {.words = "its published quota allows"}));
}

// --- 4: only-extend

// A page that comes home well ends the rest of its host.
class RelievedStore final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant now) override {
    HostState& known = states_[raw(one.lease.host)];
    if (one.host) known = *one.host;
    if (!is_page(one) || !is_good_news(one.outcome.cls) || known.rest_until <= now) return;
    known.rest_until = now;
    one.host = known;
  }
  std::map<std::int64_t, HostState> states_;
};

TEST(Mutants, ARetryAfterShortenedBySuccessIsCaught) {
  EXPECT_TRUE(is_caught(4, door_lie<RelievedStore>(),
                        {.hosts = 100, .arrange = kSeveralAtOnce, .words = "is shortened"}));
}

// Trouble of our own forgives every rest there ever was.
class ForgivingDoor final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<void> set_host_state(HostId id, const HostState& state) override {
    HostState clean = state;
    clean.rest_until = kLongAgo;
    return real_.set_host_state(id, clean);
  }
};

TEST(Mutants, OurOwnTroubleThatForgivesTooMuchIsCaught) {
  Occasion occasion{.hosts = 100, .words = "is shortened"};
  occasion.arrange = truth([](Policy& p) { p.frontier.many_hosts = 2; });
  EXPECT_TRUE(is_caught(4, door_lie<ForgivingDoor>(), occasion));
}

// --- 5: one incident, one step

class CountingTwice final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant) override {
    if (one.incident) ++one.host->incidents;
  }
};

TEST(Mutants, TwoIncidentsCountedForOneAreCaught) {
  EXPECT_TRUE(is_caught(5, door_lie<CountingTwice>(), {.words = "is charged with"}));
}

// A host that answers well must rest all the same.
class SullenStore final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant now) override {
    if (!one.host || one.incident || !is_good_news(one.outcome.cls)) return;
    one.host->rest_until = now + std::chrono::hours{1};
  }
};

TEST(Mutants, ARestWithoutAnIncidentIsCaught) {
  EXPECT_TRUE(is_caught(5, door_lie<SullenStore>(), {.words = "without an incident"}));
}

// What a host has lived down is held against it.
class RancorousStore final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant) override {
    if (!one.host) return;
    int& held = incidents_[raw(one.lease.host)];
    held = one.incident ? held + 1 : std::max(held, one.host->incidents);
    one.host->incidents = held;
  }
  std::map<std::int64_t, int> incidents_;
};

TEST(Mutants, IncidentsThatAreNeverForgottenAreCaught) {
  EXPECT_TRUE(is_caught(5, door_lie<RancorousStore>(), {.hosts = 100, .words = "is charged with"}));
}

// --- 6: the host's trouble is not the URL's fault

class BlamingStore final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant) override {
    auto* retry = std::get_if<Retry>(&one.verdict);
    if (retry != nullptr && is_page(one) && is_trouble(one.outcome.cls)) {
      retry->burns_attempt = true;
    }
  }
};

TEST(Mutants, AnAttemptBurntByAHostsRefusalIsCaught) {
  EXPECT_TRUE(is_caught(6, door_lie<BlamingStore>(), {.words = "an attempt burnt"}));
}

TEST(Mutants, APrematureDropIsCaught) {
  EXPECT_TRUE(is_caught(6, policy_lie([](Policy& p) { p.retry.attempts_max = 1; }),
                        {.words = "dropped as attempts_spent"}));
}

TEST(Mutants, APrematureGiveUpIsCaught) {
  EXPECT_TRUE(is_caught(6, policy_lie([](Policy& p) { p.retry.incidents_max = 1; }),
                        {.hosts = 100, .days = 4, .words = "is given up after"}));
  EXPECT_TRUE(is_caught(6, policy_lie([](Policy& p) { p.retry.walls_max = 1; }),
                        {.hosts = 100, .words = "is given up after"}));
}

// An error page is as good as any.
class ContentStore final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant) override {
    const auto* retry = std::get_if<Retry>(&one.verdict);
    if (retry != nullptr && is_page(one) && retry->burns_attempt) one.verdict = Done{};
  }
};

TEST(Mutants, AnErrorTakenForAPageIsCaught) {
  EXPECT_TRUE(is_caught(6, door_lie<ContentStore>(), {.hosts = 100, .words = "it is done"}));
}

// --- 7: robots first

class StrictStore final : public BlindStore {
 public:
  using BlindStore::BlindStore;

 private:
  Verdict verdict() const override { return Drop{DropReason::BarredByRobots, "it says so"}; }
};

TEST(Mutants, AnAllowedPageDroppedAsBarredIsCaught) {
  EXPECT_TRUE(is_caught(7, door_lie<StrictStore>(), {.words = "its robots.txt allows it"}));
}

// --- 8: explained

class TaciturnStore final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant) override {
    if (auto* retry = std::get_if<Retry>(&one.verdict)) retry->why.clear();
    if (auto* drop = std::get_if<Drop>(&one.verdict)) drop->why.clear();
  }
};

TEST(Mutants, NoReasonGivenIsCaught) {
  EXPECT_TRUE(is_caught(8, door_lie<TaciturnStore>()));
}

class SilentHosts final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  void rewrite(Settlement& one, Instant) override {
    if (one.host) one.host->why.clear();
    if (one.incident) one.incident->why.clear();
  }
};

TEST(Mutants, AHostThatRestsForNoReasonIsCaught) {
  EXPECT_TRUE(is_caught(8, door_lie<SilentHosts>()));
}

}  // namespace
}  // namespace frontierd
