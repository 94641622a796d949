// The referee's own account of every URL that was acknowledged: which of the four states it is in,
// kept from the calls at the store's door alone and compared with what the store says. Changes are
// entered when they are durable.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontier/inspect.h"
#include "sim/host_books.h"

namespace frontierd::sim {

struct UrlBook {
  HostBook* host = nullptr;
  std::uint64_t key = 0;
  UrlState state = UrlState::Queued;
  Instant due = kLongAgo;         // (frontier) Queued, or Done with a revisit; not before
  Instant due_surely = kLongAgo;  // of a suspect, whose place among the others is not known here
  bool revisits = false;   // Done, but comes back at `due`
  int attempts = 0;        // burnt
  int redirects = 0;       // hops that led here
  int crashes = 0;
  UrlState left = UrlState::Queued;  // Leased: the state to which a crash gives it back
  bool flying = false;               // a request for it is on the wire
};

class UrlLedger {
 public:
  UrlBook* find(std::uint64_t key);
  // Makes the URL queued; false if it was known.
  bool admit(std::uint64_t key, HostBook& host, Instant due, int redirects);
  void lease(UrlBook& url);
  void requeue(UrlBook& url, Instant due);
  // The flight came to nothing: the URL is what it was before, and due again then.
  void put_back(UrlBook& url, Instant due);
  // One more crash for those in hand, and none any more for all others.
  void count_crash(const std::vector<UrlBook*>& in_hand);
  void finish(UrlBook& url, std::optional<Instant> revisit_at);
  void drop(UrlBook& url);
  // Done stays done, but it is not visited again.
  void strike(UrlBook& url);
  const Tally& tally() const { return tally_; }
  std::size_t size() const { return urls_.size(); }
  const std::unordered_map<std::uint64_t, UrlBook>& urls() const { return urls_; }
  // Those that are Leased now, by their keys.
  const std::unordered_set<std::uint64_t>& leased() const { return leased_; }

 private:
  std::uint64_t& count(UrlState state);
  void move(UrlBook& url, UrlState state);
  void unplan(UrlBook& url);

  std::unordered_map<std::uint64_t, UrlBook> urls_;
  std::unordered_set<std::uint64_t> leased_;
  Tally tally_;
};

}  // namespace frontierd::sim
