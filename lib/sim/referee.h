// Checks every promise of the design after every event, in true time and from the origins' side of
// the wire. It knows three things: what the virtual fetcher puts on the wire and what the origins
// meant by their answers; what passes the store's door and when it is durable; and the policy as
// the operator wrote it. It never asks the dispatcher, so a dispatcher that lies to itself is found
// out. Breaches are collected, bounded; each names its promise by number.
//
// A wait binds from the moment its settlement is durable: what only a dead process had heard is
// forgotten with it, at the cost of one repeated request per flight. Single-threaded.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontier/explain.h"
#include "frontier/inspect.h"
#include "sim/answer.h"
#include "sim/explain_view.h"
#include "sim/findings.h"
#include "sim/host_books.h"
#include "sim/robots_heard.h"
#include "sim/share_watch.h"
#include "sim/url_ledger.h"

namespace frontierd::sim {

class Referee {
 public:
  // A ready host is asked within this (on top of the longest pace), whatever else goes on.
  static constexpr Millis kFairBound = std::chrono::minutes{20};
  static constexpr int kBreachesKept = 10;  // of each promise

  Referee(std::shared_ptr<const Policy> policy, const Clock& truth);

  // A daemon's clock starts; `latest` is the last moment at which one worked on this store.
  void clock_starts(Instant now, Instant latest);

  // --- the wire: told by the virtual fetcher
  void started(int daemon, const Lease& lease, const std::string& address);
  // The answer reaches the daemon. `ended` is when the origin had sent it.
  void landed(int daemon, LeaseId lease, const Answer& answer, Instant ended);
  // The process is gone, and its connections with it.
  void cut(int daemon);

  // --- the store's door: told by the watched store, after the store has said yes
  void admitted(int daemon, std::span<const Candidate> candidates,
                std::span<const Admission> admissions, Instant now);
  void met(const std::string& host_key, HostId id) { hosts_.learn_id(id, hosts_.at(host_key)); }
  void leased(int daemon, const Lease& lease);
  void settled(int daemon, const Settlement& settlement);
  void reclaimed(int daemon, bool crashed, int crashes_max, Instant now);
  void queue_dropped(int daemon, HostId host, DropReason because, const std::string& why,
                     std::size_t count);
  void robots_set(int daemon, HostId host, const RobotsRecord& record);
  void state_set(int daemon, HostId host, const HostState& state);
  void wishes_set(int daemon, HostId host, const HostWishes& wishes);
  void operator_changed(int daemon);  // retry or drop: some URLs and hosts start anew
  void committed(int daemon, Inspector& inspector);
  void abandoned(int daemon);  // what was not committed never happened

  // --- the journal
  void our_trouble();

  // --- now and then
  // Waits are not counted while nothing may be asked (process down, paused, our own trouble).
  void held() { held_until_ = truth_.now(); }
  // `lag` is how far the daemon's clock is behind true time.
  void look_around(Millis lag);
  // The store's own count against ours, and URL by URL: all of them, or the next of `parts` parts,
  // of which a few are explained as well.
  void compare(Store& store, Inspector& inspector, bool everything);
  void compare_part(Store& store, Inspector& inspector, std::size_t parts, const ExplainView& view);
  // What URLs of the next so many hosts are said to wait for, right after a turn of the loop.
  void check_waits(Inspector& inspector, const ExplainView& view, std::size_t hosts);
  void breach(int promise, std::string what);

  const std::vector<Breach>& breaches() const { return breaches_; }
  std::uint64_t breach_count() const { return breach_count_; }
  const UrlLedger& ledger() const { return ledger_; }
  const FairnessFigures& fairness() const { return fairness_; }
  std::size_t in_flight() const { return flights_.size(); }
  HostBook& host(const std::string& key) { return hosts_.at(key); }
  void set_policy(std::shared_ptr<const Policy> policy);

 private:
  struct Flight {
    int daemon = 0;
    HostBook* host = nullptr;
    UrlBook* url = nullptr;  // null for errands
    Purpose purpose = Purpose::Page;
    std::string group;
    bool landed = false;
    Instant started = kLongAgo;
    Instant ended = kLongAgo;
    Millis lag{0};  // how far the daemon's clock was behind when it started
    Answer answer;                // without its page, but with the robots.txt
    std::string location;         // where it sent us
    Millis quota_gap{0};          // the pace of a quota that it published
    bool speaks_of_wait = false;  // in a field that could ask for one
    std::string robots_url;       // Purpose::Robots: what was asked for
  };
  // A page's settlement, and what came over the wire for it: weighed when it is durable.
  struct Judged {
    std::uint64_t url = 0;
    std::string text;
    Verdict verdict;
    bool landed = false;    // there was a request, and it is back
    bool recorded = false;  // as an attempt
    bool mirrored = false;  // of another host in its stead
    Meaning meaning;
    std::string location;
  };
  struct Followed {  // the target of a redirect, which must be admitted with it
    std::uint64_t url = 0;
    int redirects = 0;
    std::string text;
  };
  struct Group {
    int flights = 0;
    Instant last_start = kLongAgo;
    Instant last_end = kLongAgo;
  };
  struct Dropped {  // by a host's exhaustion: which URLs, only the store knows
    HostBook* host = nullptr;
    std::size_t count = 0;
  };
  struct Batch {  // what one daemon has not committed yet
    std::vector<std::function<void()>> when_durable;
    std::vector<Dropped> drops;
    std::vector<Followed> followed;
    std::vector<std::string> lowered;  // rests that were taken back, in words
    bool our_trouble = false;          // ... and why they may be
    bool operator_changed = false;
  };

  // referee_wire.cpp
  void check_pace(HostBook& host, const Lease& lease);
  Millis gap_of_latency(const HostBook& host) const;
  void check_name(const HostBook& host, const Lease& lease, int limit, Millis gap);
  void check_quota(const HostBook& host, const Lease& lease);
  void check_rests(HostBook& host, const Lease& lease);
  void check_page(HostBook& host, const Lease& lease);
  void check_mirror(const Lease& lease);
  void check_group(Flight& flight, const std::string& address);
  void check_shares(int daemon, const Lease& lease, const std::string& address);
  void note_wait(HostBook& host, const Lease& lease);
  void take_down(Flight& flight);
  std::optional<Instant> asked_until(const Flight& flight) const;
  // referee_store.cpp
  void take_latency(Batch& batch, HostBook& host, const Settlement& settlement,
                    const Flight* flight);
  void check_settlement(const Settlement& settlement, const Flight* flight);
  void check_blame(const Settlement& settlement, const Flight& flight);
  void check_words(const Settlement& settlement);
  void apply(const Judged& judged);
  // referee_robots.cpp
  void hear_robots(const Flight& flight);
  void count_robots(HostBook& host, const Lease& lease);
  void take_robots(Batch& batch, const Settlement& settlement, const Flight* flight,
                   HostBook& asked);
  void enter_robots(Batch& batch, HostBook& owner, const RobotsRecord& record,
                    const RobotsHeard* heard);
  RobotsBook robots_after(const RobotsBook& before, const RobotsRecord& record,
                          const RobotsHeard* heard) const;
  // referee_store.cpp
  void resolve_drops(Batch& batch, Inspector& inspector);
  std::size_t give_up_stored(HostBook& host, Inspector& inspector);
  void resync(Inspector& inspector);
  // referee_verdict.cpp
  Judged judged(const Settlement& settlement, const Flight* flight) const;
  void expect_target(Batch& batch, const Settlement& settlement);
  int hops_to(Batch& batch, const Candidate& candidate);
  void check_verdict(const Judged& judged, const UrlBook& url);
  void check_unfetched(const Judged& judged, const UrlBook& url);
  bool is_founded(const Judged& judged, const UrlBook& url) const;
  bool is_drop_founded(const Judged& judged, const UrlBook& url, DropReason because) const;
  // referee_trouble.cpp
  void check_probe(const HostBook& host, const Lease& lease);
  void take_incident(HostBook& host, const Settlement& settlement, const Flight* flight);
  void take_good_news(HostBook& host, const Settlement& settlement, const Flight* flight);
  void check_escalation(HostBook& host, const HostState& state, bool may_rest);
  void check_give_up(const HostBook& host, const HostState& state, const Flight* flight);
  void check_lowered(Batch& batch, HostBook& host, const HostState& state, bool by_landing);
  void take_trouble(Batch& batch, HostBook& host, const Settlement& settlement,
                    const Flight* flight);
  void take_state(Batch& batch, HostBook& host, const HostState& state);
  // referee_waits.cpp
  void check_wait(const HostBook& host, Instant due, const Wait& told, const ExplainView& view);
  bool leads_on(const HostBook& host, Millis most) const;
  std::optional<std::string> untrue(const HostBook& host, Instant due, const Wait& told,
                                    const ExplainView& view);
  std::optional<std::string> untrue_of_all(const Wait& told, const ExplainView& view) const;
  std::optional<std::string> untrue_of_group(const std::string& name) const;
  std::optional<std::string> untrue_of_pause(Instant until, Instant now) const;
  bool has_leased(const HostBook& host) const;
  // referee_compare.cpp
  void compare_tally(Store& store);
  void compare_count();
  void compare_url(const UrlRecord& record);
  void explain(Inspector& inspector, const UrlRecord& record, const ExplainView& view);
  void explain_its_host(Inspector& inspector, const HostRecord& host, const ExplainView& view);

  std::shared_ptr<const Policy> policy_;
  const Clock& truth_;
  HostBooks hosts_;
  UrlLedger ledger_;
  std::unordered_map<std::int64_t, Flight> flights_;  // by lease, until their settlement
  std::unordered_map<std::int64_t, const HostBook*> aloft_;  // leases that are not settled
  std::unordered_map<std::string, Group> groups_;
  RobotsAnswers heard_;
  std::map<int, std::size_t> flying_;  // by daemon
  std::map<int, ShareWatch> shares_;   // by daemon
  std::map<int, Batch> batches_;       // by daemon
  bool troubled_ = false;  // trouble of our own was announced
  std::size_t waits_at_ = 0;  // how far check_waits has come
  Instant born_at_ = kLongAgo;  // (true) the last start of a process
  Instant held_until_ = kLongAgo;
  Millis stepped_back_{0};        // the daemon's clock, at most
  UrlId compared_ = UrlId::None;  // how far the comparison has come ...
  std::size_t seen_ = 0;          // ... and how many URLs it has met since it began
  std::vector<Breach> breaches_;
  std::uint64_t breach_count_ = 0;
  std::map<int, int> kept_;  // by promise
  FairnessFigures fairness_;
};

// So many good answers in a row end a row of incidents, whatever it was for.
inline int good_answers_to_close(const Policy& policy) {
  return 1 + std::max(policy.pace.resume_steps, 0);
}

std::string_view promise_in_words(int promise);

}  // namespace frontierd::sim
