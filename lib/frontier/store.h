// The door to the durable frontier. Two families of verbs: those that change it, and (inspect.h)
// those that look. Its meaning is held by tests/contract, which every store passes.
//
// Group commit: verbs are applied in order and become durable, all or none, at commit(). Nothing
// may be acknowledged to anyone, and no flight may start, before commit() has returned. After an
// error the store is unusable: the process ends and recovers from disk (never retry an fsync).
// Thread: the loop thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "frontier/lease.h"

namespace frontierd {

// Counts of URLs by state; leased ones are counted in `leased` and not in `queued`.
struct Tally {
  std::uint64_t queued = 0;
  std::uint64_t leased = 0;
  std::uint64_t done = 0;
  std::uint64_t dropped = 0;
  std::uint64_t hosts = 0;
  bool operator==(const Tally&) const = default;
};

// Which URLs an operator means; unset fields match everything. At least one must be set.
struct UrlSelection {
  std::optional<std::string> url;  // canonical
  std::optional<std::string> host_key;
  std::optional<DropReason> because;  // dropped URLs only
  std::optional<OutcomeClass> last_class;
};

// A place in a host's queue, which is in the order of these three.
struct QueuePlace {
  int priority = kPriorityHighest;
  Instant due = Instant::min();
  UrlId id = UrlId::None;
  bool operator==(const QueuePlace&) const = default;
};

struct DroppedPart {
  std::size_t dropped = 0;
  std::optional<QueuePlace> rest;  // where the next part begins; nullopt: that was the end
  bool operator==(const DroppedPart&) const = default;
};

// What the operator's retry has changed.
struct Retried {
  std::uint64_t urls = 0;         // due again
  std::uint64_t new_starts = 0;   // hosts that had been given up
  std::uint64_t rests_ended = 0;  // hosts whose rest is over now; one probe comes first
  bool operator==(const Retried&) const = default;
};

class Store {
 public:
  virtual ~Store() = default;

  // One answer per candidate, in order. A URL already known (in any state) is left as it is. A new
  // one is due now, or at its not_before if that is later.
  virtual Result<std::vector<Admission>> admit(std::span<const Candidate> candidates,
                                               Instant now) = 0;

  // At most one lease per request; a URL in flight is never leased again. Within a host: least
  // priority number, then the one that is due longest (new, waiting for another try, or to be
  // visited again: alike), then id. Pages that are not due are not leased.
  virtual Result<LeaseAnswer> lease(std::span<const LeaseRequest> requests, Instant now,
                                    Millis term) = 0;

  // Ends each flight and writes what became of it. What is done stays so when a visit of it comes
  // to nothing and waits for another (Retry): its copy is still there. A recorded attempt forgets
  // the crashes in which the URL was in hand. A settlement whose flight is not (or no longer) on
  // record under its fence is ignored; the number applied is returned.
  virtual Result<std::size_t> settle(std::span<const Settlement> settlements, Instant now) = 0;

  // Flights whose holder is gone: all that an earlier process left (`everything`), or those past
  // expires_at. Their URLs are where they were before, with nothing burnt. `crashed` counts a crash
  // against them and forgets those of all others; who is then made to wait, and who is quarantined,
  // rules/suspicion.h says. Returns the hosts concerned.
  virtual Result<std::vector<HostId>> reclaim(Instant now, bool everything, bool crashed,
                                              int crashes_max) = 0;

  // Hosts with queued URLs, or pages that are visited again, by id, after `after`.
  virtual Result<std::vector<HostEntry>> hosts_with_queue(HostId after, std::size_t limit) = 0;
  virtual Result<std::optional<HostEntry>> host(HostId id) = 0;
  virtual Result<HostEntry> host_by_key(const std::string& host_key,
                                        Instant now) = 0;  // made if new

  virtual Result<std::optional<RobotsRecord>> robots(HostId id) = 0;

  // Ways out that are blocked for whole vendors, old ones included.
  virtual Result<std::vector<ProviderBlock>> provider_blocks() = 0;

  // Drops what a host has queued and not in flight, a part at a time: goes through at most `limit`
  // places of its queue, those after `from`. Pages that are done and visited again stay as they
  // are.
  virtual Result<DroppedPart> drop_queue(HostId id, const QueuePlace& from, DropReason because,
                                         const std::string& why, std::size_t limit,
                                         Instant now) = 0;

  // The operator's verbs, on at most `limit` URLs. retry: dropped URLs, and those that wait for
  // their time, are due at once, attempts forgotten; a done one only where it is meant by its URL.
  // Hosts of theirs that were given up get a new start, and so do all that were given up for the
  // reason meant. Where a host is meant, its rest ends, too: one probe comes first. The egress
  // blocks of the hosts meant are forgotten. drop returns how many URLs changed.
  virtual Result<Retried> retry(const UrlSelection& which, std::size_t limit, Instant now) = 0;
  virtual Result<std::uint64_t> drop(const UrlSelection& which, std::size_t limit, Instant now) = 0;
  virtual Result<void> set_wishes(HostId id, const HostWishes& wishes) = 0;
  virtual Result<void> set_host_state(HostId id, const HostState& state) = 0;
  // Of a host that learnt it from another host's flight; its own flights bring it in a Settlement.
  virtual Result<void> set_robots(HostId id, const RobotsRecord& record) = 0;

  // Small durable facts of the daemon (clock anchor, clean stop, pause), by name.
  virtual Result<void> set_note(const std::string& name, const std::string& value) = 0;
  virtual Result<std::optional<std::string>> note(const std::string& name) = 0;

  virtual Result<Tally> tally() = 0;

  virtual Result<void> commit() = 0;
};

}  // namespace frontierd
