// The values that pass through the two doors, Store and Fetcher. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "rules/egress.h"
#include "rules/host_state.h"
#include "rules/outcome.h"
#include "rules/politeness.h"
#include "rules/report.h"
#include "rules/robots_policy.h"
#include "rules/verdict.h"

namespace frontierd {

enum class Purpose { Page, Robots, Probe };
std::string_view to_string(Purpose purpose);
std::optional<Purpose> parse_purpose(std::string_view name);

inline constexpr int kPriorityHighest = 0;
inline constexpr int kPriorityDefault = 5;
inline constexpr int kPriorityLowest = 9;

// A URL before the door: canonical, in scope.
struct Candidate {
  std::string url;
  std::string host_key;
  int priority = kPriorityDefault;  // 0 first, 9 last
  Instant not_before = kLongAgo;
  int redirects = 0;
  std::string via;       // the URL that led here; empty for a seed
  std::string metadata;  // JSON object text, kept as given; empty for none
};

struct Admission {
  bool fresh = false;  // false: known already, nothing changed
  HostId host = HostId::None;
  UrlId url = UrlId::None;
};

// A host as the schedule loads it.
struct HostEntry {
  HostId id = HostId::None;
  std::string key;  // "https://example.org"
  HostState state;
  HostWishes wishes;
  Instant robots_until = kLongAgo;         // the stored robots record is fresh until then
  Instant next_due = kLongAgo;             // least not_before in its queue
  // Something in its queue is not in flight; of a host that is given up: something to drop.
  bool has_queue = false;
  // The longest rest on record of any scheme and port of its name, where an answer asked for it.
  Instant name_rest_until = kLongAgo;
  std::vector<EgressBlock> egress_blocks;  // ways out that it refused, old ones included
};

// What a host wants next: one page, or an errand (robots.txt, a probe) that is no row of its queue.
struct LeaseRequest {
  HostId host = HostId::None;
  Purpose purpose = Purpose::Page;
  std::string errand_url;  // Robots and Probe only
};

// Set on a page that is asked of a mirror while its own host rests. The lease's `url`, `host` and
// `host_key` then say who is really asked and charged; this says whose queue the page is in.
struct StandsFor {
  std::string url;
  HostId host = HostId::None;
  Instant rest_until = kLongAgo;  // of that host, when the page was leased
};

// A complete response in the archive: what a WARC revisit record refers to.
struct ArchivedCopy {
  std::string record;      // the 16 bytes of its record's UUID; empty: there is none
  Instant at = kLongAgo;   // its WARC-Date
  std::string digest;      // SHA-1 of its payload, 20 bytes; content codings kept
  bool operator==(const ArchivedCopy&) const = default;
};

// Where the archive put the exchange; empty file: not archived.
struct ArchivePlace {
  std::string file;
  std::uint64_t offset = 0;
  // Whose payload it is: its own, or of a revisit the one it refers to, so that no revisit ever
  // refers to a revisit. Empty for what is not complete.
  ArchivedCopy copy;
};

struct Lease {
  LeaseId id = LeaseId::None;
  Purpose purpose = Purpose::Page;
  HostId host = HostId::None;
  UrlId url_id = UrlId::None;  // None for errands
  std::string url;
  std::string host_key;
  int priority = kPriorityDefault;
  Instant due_at = kLongAgo;  // since when it has waited for this flight
  int attempts = 0;  // burnt so far
  int tries = 0;     // flights so far, this one not counted
  int redirects = 0;
  std::optional<OutcomeClass> last_class;  // of its last flight, if there was one
  bool past_cache = false;
  std::string etag;  // of the last good copy, for a conditional request
  std::string last_modified;
  std::string cookie;  // for this flight alone: what its last answer set. Never stored
  ArchivedCopy copy;   // that copy in the archive, where it is one of this URL
  std::string egress;  // the way it goes out; empty: no pool is configured
  std::string address;  // the one to connect to, of several; empty: the fetcher chooses
  std::uint64_t fence = 0;
  Instant leased_at = kLongAgo;
  Instant expires_at = kNever;
  std::optional<StandsFor> stands_for;
};

// The URL and the host of the queue it came from, whoever is asked.
inline const std::string& queued_url(const Lease& lease) {
  return lease.stands_for ? lease.stands_for->url : lease.url;
}
inline HostId queued_at(const Lease& lease) {
  return lease.stands_for ? lease.stands_for->host : lease.host;
}

struct LeaseAnswer {
  std::vector<Lease> leases;  // at most one per request, in the order of the requests
  // Hosts that were asked for a page and had none due: when the next is, nullopt if none is queued.
  struct Idle {
    HostId host = HostId::None;
    std::optional<Instant> next_due;
  };
  std::vector<Idle> idle;
};

// The longest that is kept of what an answer says, in bytes. A validator over its bound is not kept,
// the others are cut.
inline constexpr std::size_t kValidatorMax = 1'024;
inline constexpr std::size_t kContentTypeMax = 256;
inline constexpr std::size_t kPeerMax = 64;

// Requests in a row that a host may say it did not process before that is its trouble.
inline constexpr int kUnprocessedMax = 3;

// The facts of an attempt that are kept as its history row.
struct AttemptFacts {
  Instant started_at = kLongAgo;
  Instant landed_at = kLongAgo;
  int status = 0;
  Transport transport = Transport::Ok;
  std::string peer;
  std::string egress;
  std::uint64_t body_bytes = 0;
  Millis elapsed{0};
  std::string etag;
  std::string last_modified;
  std::string content_type;
  ArchivePlace archive;
};

// A landing, weighed: everything that is written about it, in one transaction.
struct Settlement {
  Lease lease;
  Outcome outcome;
  Verdict verdict;
  AttemptFacts facts;
  bool record_attempt = true;     // false: drained, as if it had never started
  std::optional<HostState> host;  // set when something was learned
  std::optional<Incident> incident;
  std::optional<RobotsRecord> robots;       // Purpose::Robots
  HostId robots_for = HostId::None;         // whose robots.txt it is (redirects cross authorities)
  std::optional<EgressBlock> egress_block;  // of the host; without refusals: it is forgotten
  std::optional<ProviderBlock> provider_block;
};

}  // namespace frontierd
