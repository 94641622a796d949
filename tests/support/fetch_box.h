// A CurlFetcher with the loop around it, for tests: fetch a URL and wait for its landing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "fetch/curl_fetcher.h"

namespace frontierd::test {

// The wall clock, which a test may push forward.
class PushedClock final : public Clock {
 public:
  Instant now() const override;
  void push(Millis length) { pushed_.fetch_add(length.count()); }

 private:
  std::atomic<std::int64_t> pushed_{0};
};

// Loopback allowed, short limits on time.
FetchOptions test_options();

class FetchBox {
 public:
  explicit FetchBox(const FetchOptions& options = test_options());

  Landing fetch(const std::string& url, Purpose purpose = Purpose::Page);
  Landing fetch(Lease lease);
  void start(const std::string& url);
  void start(Lease lease);
  // Waits for that many landings, 30 seconds at most; fewer if time is up.
  std::vector<Landing> landings(std::size_t count);
  Resolution resolve(const std::string& host_key);
  std::vector<Resolution> resolutions(std::size_t count);
  CurlFetcher& fetcher() { return *fetcher_; }
  PushedClock& clock() { return clock_; }

 private:
  template <class Collect>
  void wait_until(Collect collect);

  PushedClock clock_;
  std::mutex mutex_;
  std::condition_variable bell_;
  bool rung_ = false;
  std::unique_ptr<CurlFetcher> fetcher_;  // last: its threads ring the bell
};

Lease lease_of(const std::string& url);
std::string read_all(const Payload* payload);

}  // namespace frontierd::test
