// The rows of the frontier in memory, and the log that takes them back. Plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "frontier/inspect.h"
#include "frontier/lease.h"
#include "frontier/store.h"

namespace frontierd::memory {

enum class Stored { Queued, Done, Dropped };

// What changes in a URL's life; the rest of its row never does.
struct UrlLife {
  Stored state = Stored::Queued;
  std::optional<Instant> due;  // in the queue when set
  std::optional<DropReason> because;
  bool past_cache = false;
  bool aloft = false;
  Instant leased_at = kLongAgo;
  int attempts = 0;
  int tries = 0;
  int crashes = 0;
  Instant changed_at = kLongAgo;
  std::optional<OutcomeClass> last_class;
  std::string why;
  int status = 0;
  std::string content_type;
  std::uint64_t body_bytes = 0;
  ArchivePlace archive;
  std::string etag;  // of the last good copy
  std::string last_modified;
  ArchivedCopy copy;
};

struct AttemptRow {
  int number = 0;
  std::string asked;  // the mirror's URL; empty: its own
  AttemptFacts facts;
  Outcome outcome;
  Verdict verdict;
};

struct UrlRow {
  std::string url;
  HostId host = HostId::None;
  int priority = kPriorityDefault;
  int redirects = 0;
  Instant admitted_at = kLongAgo;
  std::string via;
  std::string metadata;
  UrlLife life;
  std::vector<AttemptRow> attempts;  // oldest first
};

using QueueKey = std::tuple<int, Instant, UrlId>;  // priority, due, id

struct HostRow {
  std::string key;
  HostState state;
  HostWishes wishes;
  std::optional<RobotsRecord> robots;
  std::vector<Incident> incidents;  // oldest first
  std::vector<EgressBlock> egress_blocks;
  std::set<QueueKey> queue;  // what could be leased: not what is in flight
  std::size_t fresh = 0;     // of these, what is not done
  std::vector<UrlId> urls;
};

struct Flight {
  Purpose purpose = Purpose::Page;
  HostId host = HostId::None;
  UrlId url = UrlId::None;
  std::uint64_t fence = 0;
  Instant expires_at = kNever;
};

// One step back each; undone in reverse order.
struct UrlWas {
  UrlId id;
  UrlLife life;
};
struct HostStateWas {
  HostId id;
  HostState state;
};
struct WishesWere {
  HostId id;
  HostWishes wishes;
};
struct RobotsWere {
  HostId id;
  std::optional<RobotsRecord> robots;
};
struct NoteWas {
  std::string name;
  std::optional<std::string> value;
};
struct FlightWas {
  LeaseId id;
  Flight flight;
};
struct FlightAdded {
  LeaseId id;
};
struct UrlAdded {};
struct HostAdded {};
struct AttemptAdded {
  UrlId id;
};
struct IncidentAdded {
  HostId id;
};
struct EgressBlocksWere {
  HostId id;
  std::vector<EgressBlock> blocks;
};
using Providers = std::map<std::pair<std::string, std::string>, ProviderBlock>;
struct ProvidersWere {
  Providers providers;
};
using Undo =
    std::variant<UrlWas, HostStateWas, WishesWere, RobotsWere, NoteWas, FlightWas, FlightAdded,
                 UrlAdded, HostAdded, AttemptAdded, IncidentAdded, EgressBlocksWere, ProvidersWere>;

Stored landed_state(const Verdict& verdict);
UrlState shown(const UrlLife& life);
// In its host's queue, and free to be leased when due.
inline bool waits(const UrlLife& life) {
  return life.due.has_value() && !life.aloft;
}

}  // namespace frontierd::memory
