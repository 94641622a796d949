// Looking at the frontier without touching it: what frontierctl, the API and explain read.
// A store offers it beside Store. It sees committed state only and never blocks the writer.
// Every list is paged: `after` is the cursor of the page before, `limit` its size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "frontier/lease.h"
#include "frontier/store.h"

namespace frontierd {

enum class UrlState { Queued, Leased, Done, Dropped };
std::string_view to_string(UrlState state);
std::optional<UrlState> parse_url_state(std::string_view name);

struct UrlRecord {
  UrlId id = UrlId::None;
  std::string url;
  std::string host_key;
  HostId host = HostId::None;
  UrlState state = UrlState::Queued;
  std::optional<DropReason> dropped_because;
  std::string why;  // of the last decision, in words
  int priority = kPriorityDefault;
  int attempts = 0;
  int tries = 0;
  int redirects = 0;
  int crashes = 0;
  Instant admitted_at = kLongAgo;
  Instant changed_at = kLongAgo;  // in this state since
  Instant not_before = kLongAgo;
  std::optional<Instant> revisit_at;
  std::string via;
  std::string metadata;
  int status = 0;  // of the last attempt
  std::optional<OutcomeClass> last_class;
  std::string content_type;
  std::uint64_t body_bytes = 0;
  ArchivePlace archive;
  std::optional<Instant> leased_at;  // when in flight
};

struct AttemptRecord {
  int number = 0;  // 1 for the first
  Purpose purpose = Purpose::Page;
  std::string url;  // as it was asked for: not the record's own where a mirror stood in
  AttemptFacts facts;
  OutcomeClass cls = OutcomeClass::Fetched;
  Scope scope = Scope::Url;
  std::string vendor;
  std::string evidence;   // JSON array: [{"rule","strength","what"}]
  std::string runner_up;  // "rate_limited (nginx-503)" or empty
  std::optional<Millis> asked_wait;
  bool burnt = false;
  std::string verdict;                // "retry", "done", "follow", "drop"
  std::optional<Instant> not_before;  // of the verdict, where it has one
  std::string why;
};

struct HostRecord {
  HostEntry entry;
  std::uint64_t queued = 0;
  std::uint64_t leased = 0;
  std::uint64_t done = 0;
  std::uint64_t dropped = 0;
  std::optional<RobotsRecord> robots;
};

struct HostFilter {
  std::optional<OutcomeClass> resting_for;  // e.g. bot_walled for `hosts --walled`
  bool resting = false;
  bool paused = false;
  bool exhausted = false;
  std::string pattern;  // substring of the key
};

struct HostBlock {
  HostId host = HostId::None;
  std::string host_key;
  EgressBlock block;
};

class Inspector {
 public:
  virtual ~Inspector() = default;
  virtual Result<std::optional<UrlRecord>> url(const std::string& canonical) = 0;
  virtual Result<std::vector<AttemptRecord>> attempts(UrlId id,
                                                      std::size_t limit) = 0;  // newest last
  virtual Result<std::optional<HostRecord>> host(const std::string& host_key) = 0;
  // Keys of hosts from `from` on and before `to`, in their order.
  virtual Result<std::vector<std::string>> host_keys(const std::string& from, const std::string& to,
                                                     std::size_t limit) = 0;
  virtual Result<std::vector<Incident>> incidents(HostId id,
                                                  std::size_t limit) = 0;  // newest first
  virtual Result<std::vector<HostEntry>> hosts(const HostFilter& filter, HostId after,
                                               std::size_t limit) = 0;
  virtual Result<std::vector<UrlRecord>> urls(std::optional<UrlState> state, UrlId after,
                                              std::size_t limit) = 0;  // by id: export
  virtual Result<std::vector<std::pair<std::string, std::uint64_t>>> drops_by_reason() = 0;
  // The ways that hosts have refused, old ones included: all of up to `limit` hosts, by host.
  virtual Result<std::vector<HostBlock>> egress_blocks(HostId after, std::size_t limit) = 0;
  // How many hosts a way is blocked for now.
  virtual Result<std::uint64_t> blocked_hosts(const std::string& egress, Instant now) = 0;
};

}  // namespace frontierd
