// The Fetcher of the daemon: libcurl on worker threads, with its own DNS stage. start(), resolve()
// and abort_all() only post to the workers; landings are collected in batches. abort_all() takes
// effect a moment later: the Aborted landings come through landed() like all others.
//
// A lease whose host was never resolved, or whose addresses have expired, is resolved on the way;
// that time is not part of its `elapsed`. A flight ends with the lease at the latest, as Timeout.
// `report.egress` stays empty: every connection is direct.
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
  void start(Lease lease) override;
  std::vector<Landing> landed() override;
  void resolve(HostId host, const std::string& host_key) override;
  std::vector<Resolution> resolved() override;
  void abort_all() override;

  // Gauges for the metrics.
  std::size_t in_flight() const;
  std::uint64_t memory_used() const;
  std::uint64_t spool_used() const;

 private:
  struct Impl;
  explicit CurlFetcher(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace frontierd
