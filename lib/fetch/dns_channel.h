// Asks name servers through c-ares, without a thread per look-up: its sockets live in an EpollSet
// on one io_context. Where the system's servers are asked, a changed resolv.conf holds within
// kResolvConfLook, also for what is being asked for: a daemon that was started before the network
// was there does not stay without names. /etc/hosts goes first. The search domains of the machine are never appended: a
// name on the web is absolute. One thread: the context's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fetch/address.h"
#include "fetch/options.h"
#include "rules/report.h"

namespace boost::asio {
class io_context;
}

namespace frontierd {

inline constexpr Seconds kResolvConfLook{2};

struct DnsReply {
  std::vector<IpAddress> addresses;  // IPv4 before IPv6
  Seconds ttl{0};                    // the least of all records; 0 from /etc/hosts
  Transport transport = Transport::Ok;
  std::string detail;
};

class DnsChannel {
 public:
  using Done = std::function<void(DnsReply)>;

  DnsChannel(boost::asio::io_context& context, const DnsOptions& options);
  ~DnsChannel();  // what is unanswered is forgotten
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  // A and AAAA at once. `done` is called exactly once, perhaps before query() returns.
  void query(const std::string& name, Done done);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace frontierd
