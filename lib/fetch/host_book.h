// The addresses a worker knows, by host key, and the leases that wait for them. Bounded: over the
// limit, hosts that nothing waits for are forgotten and asked for again. One thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fetch/dns_answer.h"
#include "frontier/lease.h"

namespace frontierd {

class HostBook {
 public:
  struct Page {
    std::vector<std::string> addresses;
    Instant until = kLongAgo;
    std::vector<Lease> waiting;
  };

  explicit HostBook(std::size_t limit) : limit_(limit) {}

  // The page of a host whose addresses are known and fresh, else null.
  const Page* find(std::string_view origin, Instant now);
  // Parks a lease until learn(). true: nobody has asked for this host yet.
  bool park(std::string_view origin, Lease lease);
  // Notes an answer and hands back who waited for it. A failure is not kept.
  std::vector<Lease> learn(const std::string& origin, const DnsAnswer& answer);
  // Those whose lease has ended while they waited; what comes of the look-up is not for them.
  std::vector<Lease> expire(Instant now);
  // Nothing waits whose lease ends before; kNever: nothing waits.
  Instant next_expiry() const { return next_expiry_; }
  // Everyone who waits, for good.
  std::vector<Lease> give_up();
  std::size_t size() const { return pages_.size(); }

 private:
  void make_room();

  std::size_t limit_;
  Instant next_expiry_ = kNever;
  std::unordered_map<std::string, Page> pages_;
};

}  // namespace frontierd
