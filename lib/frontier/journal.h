// What the dispatcher tells the world as it goes: typed events. The daemon logs and counts them,
// the simulator's referee watches them. Called on the loop thread; must return at once.
#pragma once

#include <cstddef>
#include <string>

#include "base/time.h"
#include "frontier/lease.h"

namespace frontierd {

class Journal {
 public:
  virtual ~Journal() = default;
  // A flight starts; `gap` is the pace that held for it.
  virtual void leased(const Lease& /*lease*/, Instant /*now*/) {}
  virtual void settled(const Settlement& /*settlement*/, Instant /*now*/) {}
  virtual void rested(const std::string& /*host_key*/, const Incident& /*incident*/) {}
  virtual void woke(const std::string& /*host_key*/, OutcomeClass /*rested_for*/, Instant /*now*/) {
  }
  virtual void recovered(const std::string& /*host_key*/, OutcomeClass /*rested_for*/,
                         Millis /*took*/, Instant /*now*/) {}
  virtual void gave_up(const std::string& /*host_key*/, DropReason /*because*/,
                       std::size_t /*urls*/, Instant /*now*/) {}
  // The robots.txt of a host gave no answer; `record` says what it did, and when it is next tried.
  virtual void robots_silent(const std::string& /*host_key*/, const RobotsRecord& /*record*/) {}
  virtual void reclaimed(std::size_t /*hosts*/, Instant /*now*/) {}
  // A way out failed before it reached any host; it rests.
  virtual void egress_failed(const std::string& /*egress*/, const std::string& /*why*/,
                             Instant /*until*/) {}
  // A way out is blocked for a host; `next`: the way that is tried instead, empty for none.
  virtual void egress_blocked(const std::string& /*host_key*/, const EgressBlock& /*block*/,
                              const std::string& /*next*/) {}
  // ... and for everything a vendor guards.
  virtual void provider_blocked(const ProviderBlock& /*block*/) {}
  // The trouble is ours (many unrelated hosts at once): leasing pauses until then.
  virtual void our_trouble(const std::string& /*why*/, Instant /*until*/) {}
};

}  // namespace frontierd
