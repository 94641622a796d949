// The Fetcher of the daemon: libcurl on worker threads, with its own DNS stage. start(), resolve()
// and abort_all() only post to the workers; landings are collected in batches. abort_all() takes
// effect a moment later: the Aborted landings come through landed() like all others.
//
// A lease whose host was never resolved, or whose addresses have expired, is resolved on the way;
// that time is not part of its `elapsed`. A flight ends with the lease at the latest, as Timeout.
// `lease.egress` picks the egress of the options (empty: the plain connection); report.egress
// repeats it. Connections of two egresses are never mixed. The environment's proxies are ignored.
// Through an http proxy the name of a plain http URL is resolved by the proxy, see
// flight_egress.cpp; proxies given by name are resolved by the system's resolver.
//
// Thread: the loop thread. `on_ready` is called from worker threads whenever landings or
// resolutions come into an empty box; it must only post. `clock` is asked from all threads.
#pragma once

#include <functional>
#include <memory>

#include "fetch/options.h"
#include "frontier/fetcher.h"

namespace frontierd {

class CurlFetcher final : public Fetcher {
 public:
  // Errc::Usage names the setting that cannot be.
  static Result<std::unique_ptr<CurlFetcher>> make(const FetchOptions& options, const Clock& clock,
                                                   std::function<void()> on_ready);
  ~CurlFetcher() override;  // joins the workers; what has not landed never will

  std::size_t free_slots() const override;
  bool tight() const override;
  void start(Lease lease) override;
  std::vector<Landing> landed() override;
  void resolve(HostId host, const std::string& host_key) override;
  std::vector<Resolution> resolved() override;
  void abort_all() override;
  // Another bound than the options' from now on; what is in the air stays there. No more than the
  // process's descriptors allow; returns what holds.
  std::size_t limit_flights(std::size_t most);

  // Gauges for the metrics; their bounds are in the options.
  std::size_t in_flight() const;
  std::size_t landed_waiting() const;   // of in_flight(): home, and not collected yet
  std::size_t lookups() const;          // names being asked for
  std::size_t lookups_waiting() const;  // names that wait for that
  std::uint64_t memory_used() const;
  std::uint64_t spool_used() const;

 private:
  struct Impl;
  explicit CurlFetcher(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace frontierd
