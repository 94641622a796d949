// The whole simulator with one part that lies: a policy, a store, a fetcher or a clock that the
// dispatcher takes for the truth. The referee must find each of them out.
#include <gtest/gtest.h>

#include "lies.h"

namespace frontierd {
namespace {

// Says yes to a seed now and then and forgets it.
class ForgetfulStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<Admission>> admit(std::span<const Candidate> candidates,
                                       Instant now) override {
    TRY_ASSIGN(auto out, real_.admit(candidates.first(candidates.size() - 1), now));
    Admission lie;
    lie.host = out.empty() ? HostId::None : out.front().host;
    if (!out.empty()) {
      lie.fresh = true;
      out.push_back(lie);
      return out;
    }
    return real_.admit(candidates, now);
  }
};

// Gives hosts to a new process as if nothing had ever happened to them.
class ForgivingStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override {
    auto out = real_.hosts_with_queue(after, limit);
    if (out) {
      for (HostEntry& entry : *out) entry.state = HostState{};
    }
    return out;
  }
};

// Counts an attempt for every settlement that waits.
class BurningStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override {
    std::vector<Settlement> burnt(settlements.begin(), settlements.end());
    for (Settlement& settlement : burnt) {
      if (auto* retry = std::get_if<Retry>(&settlement.verdict))
        *retry = Retry{now, true, false, ""};
    }
    return real_.settle(burnt, now);
  }
};

// Says that a settlement was written and does not write it.
class LosingStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override {
    if (settlements.size() == 1 && ++calls_ % 50 == 0) return std::size_t{1};
    return real_.settle(settlements, now);
  }

 private:
  int calls_ = 0;
};

// Believes that no host has a robots.txt.
class LawlessStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::optional<RobotsRecord>> robots(HostId id) override {
    auto out = real_.robots(id);
    if (out && *out) {
      (*out)->state = RobotsState::AllowAll;
      (*out)->body.clear();
    }
    return out;
  }
};

// Never leases a page of every third host.
class StarvingStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<LeaseAnswer> lease(std::span<const LeaseRequest> requests, Instant now,
                            Millis term) override {
    std::vector<LeaseRequest> kept;
    LeaseAnswer idle;
    for (const LeaseRequest& request : requests) {
      if (raw(request.host) % 3 == 0 && request.purpose == Purpose::Page) {
        idle.idle.push_back({request.host, now + Seconds{5}});
      } else {
        kept.push_back(request);
      }
    }
    TRY_ASSIGN(auto out, real_.lease(kept, now, term));
    out.idle.insert(out.idle.end(), idle.idle.begin(), idle.idle.end());
    return out;
  }
};

// Sends each page twice at once.
class DoublingFetcher final : public Fetcher {
 public:
  explicit DoublingFetcher(Fetcher& real) : real_(real) {}
  std::size_t free_slots() const override { return real_.free_slots(); }
  void start(Lease lease) override {
    Lease twin = lease;
    twin.id = LeaseId{raw(lease.id) + 1'000'000'000};
    real_.start(std::move(lease));
    if (++started_ % 20 == 0) real_.start(std::move(twin));
  }
  std::vector<Landing> landed() override {
    auto out = real_.landed();
    std::erase_if(out, [](const Landing& one) { return raw(one.lease.id) > 1'000'000'000; });
    return out;
  }
  void resolve(HostId host, const std::string& key) override { real_.resolve(host, key); }
  std::vector<Resolution> resolved() override { return real_.resolved(); }
  void abort_all() override { real_.abort_all(); }

 private:
  Fetcher& real_;
  int started_ = 0;
};

// Blames whatever was in hand at the first crash.
class HastyJudge final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<HostId>> reclaim(Instant now, bool everything, bool crashed, int) override {
    return real_.reclaim(now, everything, crashed, 1);
  }
};

// Forgets that a page was to be visited again.
class ForgottenVisits final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) override {
    std::vector<Settlement> changed(settlements.begin(), settlements.end());
    for (Settlement& one : changed) {
      if (std::holds_alternative<Done>(one.verdict)) one.verdict = Done{};
    }
    return real_.settle(changed, now);
  }
};

// Asks at whichever address comes first, not at the one that was chosen.
class StrayingFetcher final : public Fetcher {
 public:
  explicit StrayingFetcher(Fetcher& real) : real_(real) {}
  std::size_t free_slots() const override { return real_.free_slots(); }
  void start(Lease lease) override {
    lease.address.clear();
    real_.start(std::move(lease));
  }
  std::vector<Landing> landed() override { return real_.landed(); }
  void resolve(HostId host, const std::string& key) override { real_.resolve(host, key); }
  std::vector<Resolution> resolved() override { return real_.resolved(); }
  void abort_all() override { real_.abort_all(); }

 private:
  Fetcher& real_;
};

// Gives hosts to a new process as if only their own rests were theirs.
class NamelessStore final : public PlainStore {
 public:
  using PlainStore::PlainStore;
  Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) override {
    auto out = real_.hosts_with_queue(after, limit);
    if (out) {
      for (HostEntry& entry : *out) entry.name_rest_until = kLongAgo;
    }
    return out;
  }
  Result<std::optional<HostEntry>> host(HostId id) override {
    auto out = real_.host(id);
    if (out && *out) (*out)->name_rest_until = kLongAgo;
    return out;
  }
};

TEST(Mutants, NoLieNoBreach) {
  sim::TrialSetup setup;
  setup.seed = 4;
  setup.days = 2;
  setup.hosts = 40;
  setup.pages_per_host = 15;
  EXPECT_TRUE(sim::run_trial(setup).passed());
}

TEST(Mutants, ALostSeedIsCaught) {
  EXPECT_TRUE(is_caught(1, store_lie<ForgetfulStore>()));
}
TEST(Mutants, ALostSettlementIsCaught) {
  EXPECT_TRUE(is_caught(1, store_lie<LosingStore>()));
}

TEST(Mutants, APageThatPaysForOneCrashIsCaught) {
  Occasion occasion;
  occasion.hosts = 10;
  occasion.days = 5;
  occasion.arrange = truth([](Policy& p) { p.frontier.flights_max = 1; });  // alone in hand
  occasion.words = "in the store and ought to be";
  EXPECT_TRUE(is_caught(1, store_lie<HastyJudge>(), occasion));
}
TEST(Mutants, AForgottenVisitIsCaught) {
  Occasion occasion;
  occasion.arrange = truth([](Policy& p) { p.retry.revisit_after = std::chrono::hours{6}; });
  occasion.words = "was to be visited again";
  EXPECT_TRUE(is_caught(1, store_lie<ForgottenVisits>(), occasion));
}
TEST(Mutants, ADoubledRequestIsCaught) {
  EXPECT_TRUE(is_caught(2, [](sim::SimulatorSetup& setup) {
    setup.fetcher_double = [](Fetcher& real) { return std::make_unique<DoublingFetcher>(real); };
  }));
}

TEST(Mutants, AGapOfNothingIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) { p.pace.gap = Millis{0}; })));
}
TEST(Mutants, TooManyFlightsAHostAreCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) { p.pace.flights = 6; }),
                        {.arrange = truth([](Policy& p) {
                           p.pace.gap = p.pace.group_gap = Millis{0};
                           p.pace.flights = 1;
                         })}));
}
TEST(Mutants, AnAddressWithoutLimitIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) { p.pace.group_by_address = false; })));
}
TEST(Mutants, AnAddressOtherThanTheOneChosenIsCaught) {
  EXPECT_TRUE(is_caught(3,
                        [](sim::SimulatorSetup& setup) {
                          setup.fetcher_double = [](Fetcher& real) {
                            return std::make_unique<StrayingFetcher>(real);
                          };
                        },
                        {.hosts = 150,
                         .arrange = truth([](Policy& p) { p.pace.group_gap = Seconds{3}; }),
                         .words = "address:"}));
}
TEST(Mutants, AGapForEachSchemeAndPortOfANameIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) {
                          p.hosts.push_back({"*", {}, {}, "", true});
                        }),
                        {.hosts = 60, .words = "another scheme or port of its name, the gap"}));
}
TEST(Mutants, ARestForEachSchemeAndPortOfANameIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) {
                          p.hosts.push_back({"*", {}, {}, "", true});
                        }),
                        {.hosts = 60, .words = "the rest of another scheme or port of its name"}));
}
TEST(Mutants, ARestOfANameForgottenWhereItsHostIsNotInMemoryIsCaught) {
  EXPECT_TRUE(is_caught(3, store_lie<NamelessStore>(),
                        {.hosts = 120,
                         .arrange = truth([](Policy& p) { p.frontier.hosts_in_memory = 20; }),
                         .words = "of its name"}));
}
TEST(Mutants, ARetryAfterCutAtTenSecondsIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) {
                          p.rest.rate_limited.asked_max = Seconds{10};
                          p.rest.overloaded.asked_max = Seconds{10};
                          p.rest.maintenance.asked_max = Seconds{10};
                        })));
}
TEST(Mutants, AnAnnouncedMaintenanceCutShortIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) {
                          p.rest.announced_max = Seconds{30};
                          p.rest.maintenance.asked_max = Seconds{30};
                        }),
                        {.hosts = 150}));
}
TEST(Mutants, ACrawlDelayCutShortIsCaught) {
  EXPECT_TRUE(is_caught(3, policy_lie([](Policy& p) { p.robots.crawl_delay_max = Seconds{1}; })));
}
TEST(Mutants, ARestForgottenAtTheRestartIsCaught) {
  EXPECT_TRUE(is_caught(3, store_lie<ForgivingStore>()));
}
TEST(Mutants, AClockThatRunsFastIsCaught) {
  EXPECT_TRUE(is_caught(3, [](sim::SimulatorSetup& setup) {
    setup.clock_double = [start = setup.start](Instant now) { return now + (now - start); };
  }));
}

TEST(Mutants, ABurntAttemptInTheStoreIsCaught) {
  EXPECT_TRUE(is_caught(6, store_lie<BurningStore>(), {.hosts = 100}));
}

TEST(Mutants, DisobeyedRobotsAreCaught) {
  EXPECT_TRUE(is_caught(7, policy_lie([](Policy& p) { p.robots.obey = false; })));
}
TEST(Mutants, AnotherAgentsRobotsAreCaught) {
  EXPECT_TRUE(is_caught(7, policy_lie([](Policy& p) { p.robots.agent = "somebody-else"; })));
}
TEST(Mutants, RobotsKeptForAWeekAreCaught) {
  EXPECT_TRUE(is_caught(7, policy_lie([](Policy& p) {
                          p.robots.fresh_for = p.robots.fresh_min = std::chrono::hours{24 * 7};
                        })));
}
TEST(Mutants, RobotsForgottenByTheStoreAreCaught) {
  EXPECT_TRUE(is_caught(7, store_lie<LawlessStore>(),
                        {.arrange = truth([](Policy& p) { p.frontier.robots_cache = 1; })}));
}

TEST(Mutants, AStarvedHostIsCaught) {
  EXPECT_TRUE(is_caught(9, store_lie<StarvingStore>()));
}

// Few flights, and sites of several hosts that drip.
Tamper crowded(std::function<void(Policy&)> change) {
  return truth([change](Policy& p) {
    p.frontier.flights_max = 8;
    p.pace.group_gap = p.pace.gap = Millis{100};
    p.pace.latency_factor = 0;
    change(p);
  });
}
TEST(Mutants, ADomainWithoutAShareIsCaught) {
  EXPECT_TRUE(is_caught(9, policy_lie([](Policy& p) { p.share.domain = 1; }),
                        {.hosts = 120, .arrange = crowded([](Policy&) {}), .words = "domain "}));
}
TEST(Mutants, AnAddressWithoutAShareIsCaught) {
  EXPECT_TRUE(is_caught(9, policy_lie([](Policy& p) { p.share.address = 1; }),
                        {.hosts = 120, .arrange = crowded([](Policy&) {}), .words = "address "}));
}
TEST(Mutants, NoReserveForThoseWhoseFlightsComeHomeIsCaught) {
  EXPECT_TRUE(is_caught(9, policy_lie([](Policy& p) { p.share.reserve = 0; }),
                        {.hosts = 120, .arrange = crowded([](Policy&) {}), .words = "the slowest"}));
}

TEST(Mutants, RedirectsWithoutEndAreCaught) {
  EXPECT_TRUE(is_caught(10, policy_lie([](Policy& p) { p.retry.redirects_max = 40; }),
                        {.arrange = truth([](Policy& p) { p.retry.redirects_max = 0; })}));
}
TEST(Mutants, TooManyFlightsInAllAreCaught) {
  EXPECT_TRUE(is_caught(10, policy_lie([](Policy& p) { p.frontier.flights_max = 256; }),
                        {.arrange = truth([](Policy& p) { p.frontier.flights_max = 3; })}));
}

TEST(Mutants, AUrlThatNeverComesToRestIsCaught) {
  EXPECT_TRUE(is_caught(0, store_lie<StarvingStore>(), {.hosts = 6}));
}

}  // namespace
}  // namespace frontierd
