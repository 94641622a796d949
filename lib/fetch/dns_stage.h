// Names to addresses: IP literals and localhost names (RFC 6761) without asking anyone, then the
// cache, then name servers. Bounded: names asked for at once, names waiting, names remembered,
// addresses of a name. Who is asked for next is lookup_queue.h's business. A name asked for twice
// is looked up once. Addresses that the guard refuses are left out; if none is left the answer is
// AddressBarred.
//
// lookup() may be called from any thread; replies come on the io_context's.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "fetch/address_guard.h"
#include "fetch/dns_cache.h"
#include "fetch/dns_channel.h"
#include "fetch/lookup_queue.h"

namespace frontierd {

class DnsStage {
 public:
  using Reply = std::function<void(const DnsAnswer&)>;

  DnsStage(boost::asio::io_context& context, const DnsOptions& options, const AddressGuard& guard,
           const Clock& clock);

  // `name` as a canonical URL has it, IPv6 without brackets.
  void lookup(std::string name, Reply reply);

  // Gauges, any thread: names being asked for (dns.in_flight_max), names that wait for that
  // (queue_max).
  std::size_t in_flight() const { return in_flight_; }
  std::size_t waiting() const { return queued_; }

 private:
  struct Asked {
    std::string name;
    Reply reply;
  };

  void drain();
  void take(Asked asked);
  void launch_queued();
  void landed(const LookupQueue::Turn& turn, DnsReply reply);
  DnsAnswer judged(DnsReply reply) const;
  Instant expiry(const DnsReply& reply) const;
  std::vector<IpAddress> chosen(std::vector<IpAddress> addresses) const;

  boost::asio::io_context& context_;
  const DnsOptions options_;
  const AddressGuard& guard_;
  const Clock& clock_;

  std::mutex mutex_;  // guards inbox_ only
  std::vector<Asked> inbox_;

  DnsCache cache_;
  std::unordered_map<std::string, std::vector<Reply>> waiting_;  // in flight or queued
  LookupQueue queue_;
  std::atomic<std::size_t> in_flight_ = 0;  // as queue_ has it, for others to read
  std::atomic<std::size_t> queued_ = 0;     // likewise
  DnsChannel channel_;                   // last: its end forgets what is unanswered
};

}  // namespace frontierd
