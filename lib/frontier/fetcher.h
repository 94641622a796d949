// The door to the network. Everything is asynchronous: start() and resolve() return at once, what
// came of them is collected by landed() and resolved(). Two implementations: curl, and the
// simulator's. Thread: the loop thread only; the implementation hides its own threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "frontier/exchange.h"
#include "frontier/lease.h"
#include "frontier/wait_reason.h"
#include "rules/report.h"

namespace frontierd {

struct Landing {
  Lease lease;
  FetchReport report;
  std::string robots_body;                  // Purpose::Robots: up to 512 KiB, decoded
  std::shared_ptr<const Exchange> exchange; // null where the archive is off or nothing was received
  ArchivePlace archive;                     // filled by the archiving layer, before the dispatcher
};

// The end of a look-up. Empty addresses: failed, `transport` says how.
struct Resolution {
  HostId host = HostId::None;
  std::vector<std::string> addresses;       // textual, in the order to be tried; bounded
  Transport transport = Transport::Ok;      // DnsFailed, DnsTimeout or AddressBarred on failure
  std::string detail;
  Instant expires_at = kLongAgo;            // when the answer must be asked for again
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;

  // How many more flights may be started now (workers, archive queue and memory considered).
  virtual std::size_t free_slots() const = 0;
  // What free_slots() is short of when it is 0.
  virtual Wait short_of() const { return Wait(WaitReason::Flights); }
  // Bodies fill most of the room that there is for them: no flight now to a host that sends large
  // ones, or that was never met. Small ones still fit.
  virtual bool tight() const { return false; }
  virtual void start(Lease lease) = 0;
  virtual std::vector<Landing> landed() = 0;

  // Looks the host of `host_key` up. Answers come once, in any order, through resolved(). IP literals
  // answer at once. How many look-ups run at once is the implementation's limit; the rest queue.
  virtual void resolve(HostId host, const std::string& host_key) = 0;
  virtual std::vector<Resolution> resolved() = 0;

  // Ends every flight that has not landed; each lands as Transport::Aborted.
  virtual void abort_all() = 0;
};

}  // namespace frontierd
