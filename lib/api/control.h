// What the admin API asks of the daemon. The daemon implements it over the dispatcher and the
// store; the tests with a few maps. Every call is synchronous, on the loop thread, and bounded: at
// most a batch of kAdmitBatchMax seeds, or kSelectionBatchMax changed URLs, and one commit. What it
// reports as done is durable when it returns.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "frontier/explain.h"
#include "frontier/store.h"
#include "frontier/wait_survey.h"

namespace frontierd {

inline constexpr std::size_t kAdmitBatchMax = 512;
inline constexpr std::size_t kSelectionBatchMax = 5'000;

// One line of a seed list, as read; the URL is not judged yet.
struct Seed {
  std::string url;
  int priority = kPriorityDefault;
  Instant not_before = kLongAgo;
  std::string metadata;  // JSON object text, or empty
};

enum class AdmitVerdict { New, Known, Rejected };
struct AdmitAnswer {
  AdmitVerdict verdict = AdmitVerdict::Rejected;
  std::string reason;  // Rejected: what is wrong and what is accepted
};

struct ArchiveStatus {
  bool on = false;
  std::string folder;
  std::string file;         // being written; empty: none open
  std::uint64_t bytes = 0;  // written in all, by every run since the first
  std::uint64_t records = 0;
};

struct ReloadStatus {
  Instant at = kLongAgo;  // of the last attempt, start included
  bool ok = true;
  std::string what;  // what changed, or why not
};

// Something that fills up, and where it ends.
struct QueueNow {
  std::string name;  // "archive_landings"; a label value, so from a fixed list
  std::uint64_t length = 0;
  std::uint64_t max = 0;
};

// One way out, as it does now. Counts are since start.
struct EgressNow {
  EgressRule rule;
  EgressHealth health;
  std::uint64_t flights = 0;
  std::uint64_t refusals = 0;       // bot walls met by it
  std::uint64_t failures = 0;       // flights that it could not carry at all
  std::uint64_t blocked_hosts = 0;  // now; filled in by who can look into the store
};

// A part of the ground we stand on (a disk, the database's log, the clock) that is not well.
struct GroundNow {
  std::string part;      // "database_lock"; a name of /readyz
  bool trouble = false;  // it holds something up; false: a warning
  Instant since = kLongAgo;
  std::string words;
};

struct StatusSnapshot {
  std::string version;
  std::string store;  // "sqlite /var/lib/frontierd/frontier.db"
  Instant started_at = kLongAgo;
  FrontierNow frontier;
  Tally tally;
  std::size_t flights = 0;
  std::size_t flights_max = 0;
  double pages_per_second = 0;                         // over the last minute
  WaitFigures waits;                                   // of the hosts in the schedule
  ArchiveStatus archive;
  std::vector<QueueNow> queues;  // in items
  std::vector<QueueNow> stores;  // in bytes
  std::uint64_t log_lines_dropped = 0;  // nobody took them from stderr
  ReloadStatus reload;
  std::vector<GroundNow> ground;         // empty: all is well
  std::vector<EgressNow> egresses;       // empty: none is configured
  std::vector<ProviderBlock> providers;  // ways that are blocked for a whole vendor
};

struct FlightNow {
  std::string url;
  Purpose purpose = Purpose::Page;
  Instant leased_at = kLongAgo;
};

// One item of /readyz.
struct ReadyCheck {
  std::string name;  // "store", "archive", "dns"
  bool ok = false;
  std::string detail;
};

class Control {
 public:
  virtual ~Control() = default;

  virtual StatusSnapshot status() const = 0;
  virtual std::vector<ReadyCheck> ready_checks() const = 0;
  virtual HostNow host_now(const HostEntry& host) const = 0;
  virtual std::vector<FlightNow> flights(std::size_t limit) const = 0;  // oldest first

  // One answer per seed, in order; at most kAdmitBatchMax of them.
  virtual Result<std::vector<AdmitAnswer>> admit(std::span<const Seed> seeds) = 0;
  // All fetching; survives a restart. Flights in hand land.
  virtual Result<void> pause(bool paused) = 0;
  // The operator's say on one host, whole; the host's row is made if it is new.
  virtual Result<void> set_wishes(const std::string& host_key, const HostWishes& wishes) = 0;
  // At most kSelectionBatchMax URLs each, and as many hosts. Fewer than that: it was the last.
  virtual Result<Retried> retry(const UrlSelection& which) = 0;
  virtual Result<std::uint64_t> drop(const UrlSelection& which) = 0;
  // Begins the orderly end of the process and returns at once.
  virtual Result<void> drain() = 0;
  // Reads the configuration again; what changed, or (Errc::Usage) every fault found.
  virtual Result<std::string> reload() = 0;
};

}  // namespace frontierd
