// Which way a flight goes out, and what a refusal means for that way. Nothing here acts unless the
// operator names egresses: with none, a host that walls us off is parked and nothing is evaded.
//
// Promises: only a bot wall aimed at us (scope egress) leads to another way; a rate limit, an
// overload or an asked wait never does, the host rests whatever the way. A way that fails (a dead
// proxy) is our trouble and charged to no host. Only ways that the operator allows for a host are
// taken, at most max_switches of them after the first. Pure: no clock, no dice of its own.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "rules/policy.h"
#include "rules/politeness.h"

namespace frontierd {

// What is remembered of one way's refusals by one host. Gone with the first good answer by that
// way; while `until` lies ahead the way is blocked for the host.
struct EgressBlock {
  std::string egress;
  std::string vendor;             // who refused, empty if unknown
  int refusals = 0;               // walls in a row by this way
  Instant refused_at = kLongAgo;  // the last of them
  Instant until = kLongAgo;
  std::string why;  // the response that led to it, in words
  bool operator==(const EgressBlock&) const = default;
};

// One way, all hosts of one vendor: several unrelated ones have blocked it.
struct ProviderBlock {
  std::string egress;
  std::string vendor;
  int hosts = 0;
  Instant since = kLongAgo;
  Instant until = kLongAgo;
  std::string why;
  bool operator==(const ProviderBlock&) const = default;
};

// How a way itself does.
struct EgressHealth {
  int failures = 0;               // in a row
  Instant failed_at = kLongAgo;   // flights that left before it are the same failure
  Instant rest_until = kLongAgo;  // no flight takes it before
  std::string why;                // empty: nothing is known to be wrong
};

// The memory of all ways: a bounded value. Blocks of single hosts are not in it, they are kept
// with the host.
class EgressBook {
 public:
  static constexpr std::size_t kEvidenceMax = 64;    // hosts remembered per way and vendor
  static constexpr std::size_t kProvidersMax = 512;  // ways times vendors

  void restore(const ProviderBlock& block);
  // Takes note of a host's block, and says if it is now the vendor's. `site` tells unrelated hosts
  // apart.
  std::optional<ProviderBlock> note(const EgressPolicy& policy, const EgressBlock& block,
                                    std::uint32_t site, Instant now);
  const ProviderBlock* blocked(std::string_view egress, std::string_view vendor, Instant now) const;
  std::vector<ProviderBlock> providers(Instant now) const;

  // The way failed before it reached any host: it rests, doubling. False: a flight of a failure
  // that is known already.
  bool failed(const EgressPolicy& policy, const std::string& egress, Instant started, Instant now,
              const std::string& why, Dice dice);
  void worked(const std::string& egress, Instant started);
  EgressHealth health(std::string_view egress) const;

 private:
  using Key = std::pair<std::string, std::string>;  // way, vendor
  struct Seen {
    std::uint32_t site = 0;
    Instant until = kLongAgo;
  };
  std::map<Key, std::vector<Seen>> evidence_;
  std::map<Key, ProviderBlock> providers_;
  std::map<std::string, EgressHealth, std::less<>> health_;
};

// The way for the next flight to a host, or until when there is none.
struct EgressChoice {
  std::string egress;  // empty with wait_until: none; empty without: no pool is configured
  Instant wait_until = kLongAgo;
  std::string why;  // of a wait, in words
  bool goes() const { return wait_until == kLongAgo; }
};
EgressChoice choose_egress(const EgressPolicy& policy, std::string_view host,
                           std::span<const EgressBlock> own, const EgressBook& book, Instant now);

// The ways a host may take, first choices in front. Empty without a pool.
std::vector<const EgressRule*> egresses_for(const EgressPolicy& policy, std::string_view host);

// All ways that any host may take, for people: the pool, and the plain connection where it is not
// in it. Empty without a pool.
std::vector<EgressRule> egresses_shown(const EgressPolicy& policy);

// Is this a wall against the way we came, and are there ways at all?
bool refuses_egress(const EgressPolicy& policy, const Outcome& outcome);

// The memory of one more refusal. Blocks the way from the n-th on (or at once where the vendor's
// block holds), for as long as a wall of that many refusals rests a host.
EgressBlock refused(const Policy& policy, EgressBlock known, const Outcome& outcome,
                    const FlightFacts& flight, bool by_vendor, Dice dice);

// The host is not parked after all, since `next` may be tried: it rests for a moment only. An asked
// wait is kept. `anew`: the way was not blocked before, so its walls are no more the host's;
// without this limit a host could be switched to and fro for ever.
HostChange switched(const Policy& policy, HostChange change, const HostState& before,
                    const EgressBlock& block, const std::string& next, const Outcome& outcome,
                    const FlightFacts& flight, bool anew);

// The block that a host's memory has of a way; nullptr: none.
const EgressBlock* find_block(std::span<const EgressBlock> blocks, std::string_view egress);
// Replaces it; one without refusals takes it away.
void put_block(std::vector<EgressBlock>& blocks, const EgressBlock& block);

}  // namespace frontierd
