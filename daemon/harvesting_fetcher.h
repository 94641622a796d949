// The fetcher as the dispatcher sees it when there is a harvest: a landing passes through the
// archive first, so that what is settled as done is on disk already. Wiring between fetch/ and
// archive/. Thread: the loop's.
#pragma once

#include <functional>

#include "archive/archiver.h"
#include "archive/harvest_policy.h"
#include "frontier/fetcher.h"

namespace frontierd {

class HarvestingFetcher final : public Fetcher {
 public:
  // `archiver` is null when harvest is none.
  // `on_resolved` is told how each look-up ended, `on_landed` of every flight that has.
  HarvestingFetcher(Fetcher& inner, Archiver* archiver, HarvestPolicy policy,
                    std::function<void(Transport)> on_resolved,
                    std::function<void(const Landing&)> on_landed)
      : inner_(inner),
        archiver_(archiver),
        policy_(policy),
        on_resolved_(std::move(on_resolved)),
        on_landed_(std::move(on_landed)) {}

  std::size_t free_slots() const override;
  Wait short_of() const override;
  bool tight() const override;
  void start(Lease lease) override { inner_.start(std::move(lease)); }
  std::vector<Landing> landed() override;
  void resolve(HostId host, const std::string& host_key) override {
    inner_.resolve(host, host_key);
  }
  std::vector<Resolution> resolved() override;
  void abort_all() override { inner_.abort_all(); }

  // Another one in place of one that has ended, once nothing is in the air.
  void archive_with(Archiver* archiver) { archiver_ = archiver; }

 private:
  Fetcher& inner_;
  Archiver* archiver_;
  HarvestPolicy policy_;
  std::function<void(Transport)> on_resolved_;
  std::function<void(const Landing&)> on_landed_;
};

}  // namespace frontierd
