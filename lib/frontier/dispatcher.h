// The one loop. tick(now) takes in what has landed, weighs it, leases what is due, makes all of it
// durable in one commit, starts the flights, and answers when it next wants to be called. It never
// sleeps, waits or asks the hour: the daemon has a timer for it, the simulator a virtual clock.
//
// Facts → outcome → (verdict, host): classify() names what a report means, settle() says what
// becomes of the host, judge() what becomes of the URL. No flight starts before its lease is
// committed. An Error from tick means the store is lost: the caller ends the process. Thread: the
// loop's only.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "frontier/given_up.h"
#include "frontier/groups.h"
#include "frontier/holds.h"
#include "frontier/in_flight.h"
#include "frontier/inactive_hosts.h"
#include "frontier/journal.h"
#include "frontier/name_paces.h"
#include "frontier/robots_cache.h"
#include "frontier/robots_waiters.h"
#include "frontier/schedule.h"
#include "frontier/shares.h"
#include "rules/our_trouble.h"
#include "rules/signatures.h"
#include "rules/url.h"

namespace frontierd {

class Dispatcher {
 public:
  Dispatcher(Store& store, Fetcher& fetcher, Journal& journal, std::shared_ptr<const Policy> policy,
             std::shared_ptr<const SignatureTable> signatures, Rng rng);

  // Once, before the first tick: takes back what an earlier process had in flight and fills the
  // schedule. `crashed`: the earlier process did not stop cleanly.
  Result<void> recover(Instant now, bool crashed);

  Result<Instant> tick(Instant now);

  // The only way in for URLs. Durable after the next commit(); tick() commits as well.
  Result<std::vector<Admission>> admit(std::span<const Candidate> candidates, Instant now);
  Result<void> commit() { return store_.commit(); }

  // Where it asks for a longer gap, or another group, that holds from now on.
  void set_policy(std::shared_ptr<const Policy> policy,
                  std::shared_ptr<const SignatureTable> signatures, Instant now);
  // The operator changed this host in the store: read it again. None: read everything again.
  Result<void> refresh(HostId host, Instant now);

  // Operator's pause of everything: flights land, nothing new is leased.
  void pause(bool on) { holds_.set(WaitReason::PausedAll, on); }
  bool paused() const { return holds_.has(WaitReason::PausedAll); }
  // Stops leasing for good; the flights in hand may land. idle() says when they have.
  void drain() { hold(Wait(WaitReason::Draining)); }
  bool draining() const { return holds_.has(WaitReason::Draining); }
  bool idle() const { return flights_ == 0; }
  // The shell's word that nothing may be leased for now (a full disk, an unsure clock ...), one per
  // reason, until it is released. Flights land meanwhile.
  void hold(Wait wait) { holds_.set(std::move(wait)); }
  void release(WaitReason reason) { holds_.release(reason); }
  // Why nothing is leased anywhere now; nullopt: leasing goes on.
  std::optional<Wait> held(Instant now) const;
  std::size_t flights() const { return flights_; }
  // Leasing is paused until then because the trouble seems to be ours; in the past: it is not.
  Instant our_trouble_until() const { return our_trouble_.paused_until(); }

  // What a host waits for. For people and metrics.
  HostMoment moment(const HostEntry& entry, Instant now) const;
  const Schedule& schedule() const { return schedule_; }
  const InactiveHosts& inactive() const { return inactive_; }
  const Policy& policy() const { return *policy_; }
  const RobotsCache& robots() const { return robots_; }
  // The health of the ways out, and the vendors that refuse them.
  const EgressBook& egresses() const { return egresses_; }
  // The pace that holds for a host now.
  Pace pace(const HostEntry& entry, Instant now) const;

 private:
  // weigh.cpp: what landed
  Result<void> settle_landings(Instant now);
  Result<Settlement> weigh(Landing& landing, Instant now);
  Settlement weigh_aborted(const Landing& landing, const InFlight& flight, HostSlot& slot,
                           Instant now);
  Settlement move_on(const Landing& landing, const InFlight& flight, HostSlot& slot, Instant now);
  Result<void> write_learned_elsewhere(std::vector<Settlement>& earlier);
  void wait_a_turn(HostSlot& slot, const Pace& at_start, Instant started, Instant now);
  Result<void> weigh_page(const Landing& landing, HostSlot& slot, const HostChange& change,
                          Settlement& settlement, Instant now);
  void follow(const Url& target, const Landing& landing, Settlement& settlement,
              Instant not_before);
  bool is_our_trouble(HostSlot& slot, const Outcome& outcome, Instant now);
  void take_back_charges(std::vector<Settlement>& settlements) const;
  void announce(const HostSlot& slot, const HostState& before, const HostChange& change,
                Instant now);
  Settlement given_back(const Lease& lease, const std::string& why, Instant not_before) const;
  void touch_queue(HostSlot& slot, const Settlement& settlement);

  // errands.cpp: robots.txt and probes
  std::optional<LeaseRequest> errand_for(HostSlot& slot, Instant now);
  Errand take_errand(HostSlot& slot, const Lease& lease);
  Result<void> weigh_errand(const Landing& landing, const Errand& errand, const HostSlot& slot,
                            Settlement& settlement, Instant now);
  Result<void> answer_waiter(const RobotsWaiter& waiter, const Landing& landing,
                             Settlement& settlement, Instant now);
  Result<RobotsHop> follow_robots(const Landing& landing, const Outcome& outcome,
                                  RobotsWaiter waiter, Instant now);
  Result<std::optional<RobotsRecord>> known_answer(const Url& target, const HostEntry& there,
                                                   const RobotsWaiter& waiter, Instant now);
  std::string ask_there(HostSlot& slot, const Url& target, RobotsWaiter waiter, Instant now);
  Result<void> learn_robots_of(HostSlot& owner, RobotsRecord record, const Landing* landing,
                               Settlement* settlement, Instant now);
  Result<void> fail_errands(HostSlot& slot, const std::string& why, Instant now);
  Result<void> fail_waiters(const std::string& url, const HostSlot& slot, const std::string& why,
                            Instant now);
  void wait_after_our_failure(HostSlot& owner, const Landing& landing, Settlement& settlement,
                              Instant now);
  void drop_errand(const Errand& errand, Settlement& settlement, std::string why, Instant now);
  void abandon_errand(const Errand& errand, Instant now);
  Result<void> answer_put_off(Instant now);

  // offer.cpp: what is due
  Result<void> lease_due(Instant now);
  Result<void> collect(std::vector<LeaseRequest>& requests, std::size_t limit, Instant now);
  Result<void> lease(std::span<const LeaseRequest> requests, Instant now);
  std::optional<LeaseRequest> offer(HostSlot& slot, Instant now);
  Result<void> accept(Lease lease, std::vector<Settlement>& at_once, Instant now);
  Result<bool> may_fetch(HostSlot& slot, const Lease& lease, std::vector<Settlement>& at_once);
  void take_off(HostSlot& slot, Lease lease, Instant now);
  void rest_idle(const LeaseAnswer::Idle& idle, Instant now);
  bool looks_up(HostSlot& slot, Instant now);
  void take_resolutions(Instant now);

  // grouping.cpp: with whom a host shares its pace
  void find_company(HostSlot& slot, Instant now);
  void regroup(const Policy& former, Instant now);
  Instant rests_until(const HostEntry& host) const;
  Result<void> end_errands(HostSlot& slot, Instant now);
  bool passes_name(HostSlot& slot, Instant now);
  bool passes_group(HostSlot& slot, Instant now);
  void pardon_name(const HostSlot& slot, Instant now);

  // share_gate.cpp: nobody starves the others
  bool is_prompt(const HostSlot& slot) const;
  bool claim_share(HostSlot& slot, Instant now);
  ShareClaim claim_of(const HostSlot& slot) const;
  void give_back_turn(HostSlot& slot, Instant now);
  void take_home(const InFlight& flight, HostSlot& slot, const FetchReport& report, Instant now);
  void age_flights(Instant now);
  HostSlot* next_due(Instant now);

  // trials.cpp: is it over? In a pause of our own trouble
  bool pauses_for_trouble(Instant now) const;
  Result<void> lease_trials(Instant now);
  bool put_aside(HostSlot& slot, Instant now);
  void bring_back(Instant now);

  // egress.cpp: the ways out
  bool pick_egress(HostSlot& slot, Instant now);
  Settlement weigh_egress_failure(const Landing& landing, const InFlight& flight, HostSlot& slot,
                                  Settlement settlement, Instant now);
  void weigh_egress(HostSlot& slot, const Landing& landing, const HostState& before,
                    const FlightFacts& facts, HostChange& change, Settlement& settlement,
                    Instant now);
  void block_egress(HostSlot& slot, const EgressBlock& block, const HostState& before,
                    const FlightFacts& facts, bool anew, HostChange& change, Settlement& settlement,
                    Instant now);

  // mirror.cpp: pages of hosts at rest, asked elsewhere
  bool wants_mirror(const HostSlot& slot, Instant now) const;
  void tend_mirrors(HostSlot& slot, Instant now);
  Result<void> call_mirrors(Instant now);
  Instant stand_in_due(const HostSlot& mirror, Instant now) const;
  HostSlot* pick_resting(HostSlot& mirror, Instant now);
  Result<HostSlot*> hand_over(HostSlot& resting, Lease& lease, std::vector<Settlement>& at_once,
                              Instant now);
  Result<void> come_home(const Settlement& settlement, Instant now);
  Verdict judge_for_resting(const Lease& lease, const Outcome& outcome, Instant now) const;

  // hosts_in_memory.cpp: who is in memory, who waits in the store
  Result<void> drop_given_up(Instant now);
  bool has_room() const;
  bool is_scarce() const;
  bool others_wait(Instant now) const;  // hosts that are due and not in memory
  Result<void> touch(const Admission& admission, Instant not_before, Instant now);
  HostSlot& load(HostEntry entry, Instant now, bool known);
  void forget(const HostSlot& slot, Instant due);
  void make_room(Instant now);
  void go_through_store();
  Result<void> load_more(Instant now);
  Result<void> load_inactive(Instant now);
  Result<void> load_page(Instant now);

  // moment.cpp: what each waits for; and its place in the schedule
  std::optional<Wait> crowded() const;
  Wait wait_of(const HostSlot& slot, Instant now) const;
  std::optional<Wait> wait_for_robots(const HostSlot& slot, Instant now) const;

  void hold_longer(HostSlot& slot, const Pace& before, Instant now);
  Instant attention(const HostSlot& slot, Instant now) const;
  void replace(HostSlot& slot, Instant now);
  GroupLimit group_limit(const std::string& group) const;
  Instant next_wake(Instant now) const;

  Store& store_;
  Fetcher& fetcher_;
  Journal& journal_;
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const SignatureTable> signatures_;
  Rng rng_;

  Schedule schedule_;
  InactiveHosts inactive_;
  Groups groups_;
  GivenUpHosts given_up_;
  NamePaces names_;
  Shares shares_;
  RobotsCache robots_;
  RobotsWaiters waiters_;
  OurTrouble our_trouble_;
  EgressBook egresses_;
  std::unordered_map<std::int64_t, InFlight> in_flight_;  // by lease
  std::vector<Lease> ready_to_start_;
  std::vector<Candidate> followed_;  // redirect targets of this tick
  std::vector<HostId> aside_;        // due, and kept out of the order until the pause is over
  std::vector<HostId> given_back_;   // hosts charged for what was our trouble, in this tick
  std::vector<std::pair<HostId, HostState>> learned_elsewhere_;  // by others' flights, unwritten
  std::vector<HostId> calling_;   // hosts at rest whose mirror is to be told
  std::vector<Landing> unflown_;  // leases that end without a flight: the name did not resolve
  std::size_t flights_ = 0;
  Instant aged_at_ = kLongAgo;
  HostId newest_host_ = HostId::None;  // hosts up to here have been seen before
  Instant recovered_at_ = kLongAgo;    // an earlier process may have asked any host until then
  Instant reloaded_at_ = kLongAgo;     // ... and this one by an earlier policy
  bool going_through_store_ = false;   // page by page, for hosts to load
  HostId cursor_ = HostId::None;       // where that goes on
  Instant next_sweep_ = kLongAgo;      // when room may be made again
  Instant next_round_ = kLongAgo;      // when the store's hosts may be gone through again
  Holds holds_;
  std::string trouble_;  // the last trouble of our own, in words
};

}  // namespace frontierd
