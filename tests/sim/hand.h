// A referee with an obedient daemon played by hand, for the tests that show it one wrong thing.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/referee.h"
#include "sim/virtual_clock.h"
#include "store/memory/memory_store.h"

namespace frontierd {

using sim::Answer;
using sim::Voice;

// The promises broken, each once, in order.
using Broken = std::vector<int>;

inline const std::string kHost = "https://a.example";

class Hand {
 public:
  explicit Hand(Policy policy = {}) {
    policy.pace.group_gap = Millis{0};
    referee = std::make_unique<sim::Referee>(std::make_shared<const Policy>(policy), clock);
  }

  sim::VirtualClock clock{from_unix_ms(1'800'000'000'000)};
  std::unique_ptr<sim::Referee> referee;
  MemoryStore store;

  Instant now() const { return clock.now(); }
  void wait(Millis length) { clock.advance(now() + length); }
  void commit() { referee->committed(0, store); }

  void seed(const std::string& url, int redirects = 0) {
    Candidate candidate;
    candidate.url = url;
    candidate.host_key = kHost;
    candidate.redirects = redirects;
    Admission admission;
    admission.fresh = true;
    admission.host = HostId{1};
    referee->admitted(0, std::span(&candidate, 1), std::span(&admission, 1), now());
    commit();
  }

  Lease lease(const std::string& url, Purpose purpose = Purpose::Page) {
    Lease out;
    out.id = LeaseId{++leases_};
    out.purpose = purpose;
    out.host = HostId{1};
    out.url = url;
    out.host_key = kHost;
    out.leased_at = now();
    referee->leased(0, out);
    return out;
  }
  Lease fly(const std::string& url, Purpose purpose = Purpose::Page) {
    Lease out = lease(url, purpose);
    commit();
    referee->started(0, out, "192.0.2.1");
    return out;
  }
  void land(const Lease& lease, const Answer& answer) {
    referee->landed(0, lease.id, answer, now());
  }
  Settlement settlement(const Lease& lease, Verdict verdict) const {
    Settlement out;
    out.lease = lease;
    out.verdict = std::move(verdict);
    out.outcome.evidence = {{"test", Strength::Status, "as the test says"}};
    return out;
  }
  void settle(const Settlement& settlement) {
    referee->settled(0, settlement);
    commit();
  }
  // robots.txt comes first, as it ought to.
  void learn_robots(const std::string& text = "") {
    learn_robots_by(sim::robots_file(Voice{}, text));
  }
  // ... and its copy serves on while it is silent: fresh for the gate, and no good news.
  void learn_robots_again() {
    learn_robots_by(sim::overload(Voice{}, Millis{0}, sim::Notice::None));
  }
  void learn_robots_by(sim::Answer answer) {
    const Lease errand = fly(kHost + "/robots.txt", Purpose::Robots);
    wait(Millis{100});
    land(errand, std::move(answer));
    Settlement out = settlement(errand, Done{});
    out.robots = RobotsRecord{};
    out.robots->state = RobotsState::Rules;
    out.robots_for = HostId{1};
    settle(out);
    wait(Seconds{1});
  }
  void fetch(const std::string& url) {
    const Lease page = fly(url);
    wait(Millis{100});
    land(page, sim::a_page(Voice{}, "A page"));
    settle(settlement(page, Done{}));
  }
  // A page that comes home with the host's trouble, which rests the host: an honest incident.
  HostState rest(const std::string& url, Millis length,
                 OutcomeClass cls = OutcomeClass::Overloaded) {
    const Lease page = fly(url);
    wait(Millis{100});
    Answer answer = sim::overload(Voice{}, Millis{0}, sim::Notice::None);
    answer.meaning.cls = cls;
    land(page, answer);
    Settlement out = settlement(page, waiting());
    out.incident = Incident{};
    out.incident->at = now();
    out.incident->why = "overloaded";
    host_.breaker = Breaker::Open;
    host_.incident_at = now();
    if (host_.incidents++ == 0) host_.trouble_since = now();
    host_.rest_cls = cls;
    host_.rest_until = now() + length;
    host_.why = "the test says so";
    out.host = host_;
    settle(out);
    return host_;
  }
  void set_state(const HostState& state) {
    referee->state_set(0, HostId{1}, state);
    commit();
  }
  Retry waiting() const { return Retry{now(), false, false, "waits with its host"}; }

  Broken broken() const {
    Broken out;
    for (const sim::Breach& breach : referee->breaches()) {
      if (std::find(out.begin(), out.end(), breach.promise) == out.end()) {
        out.push_back(breach.promise);
      }
    }
    return out;
  }

 private:
  std::int64_t leases_ = 0;
  HostState host_;
};

}  // namespace frontierd
