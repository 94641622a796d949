#include "support/fetch_box.h"

#include <iterator>
#include <stdexcept>

#include "fetch/authority.h"

namespace frontierd::test {

Instant PushedClock::now() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) +
         Millis{pushed_.load()};
}

FetchOptions test_options() {
  FetchOptions options;
  options.allow_addresses = {"127.0.0.0/8", "::1"};
  options.dns.timeout = Millis{200};
  options.dns.tries = 1;
  options.limits.connect_timeout = Seconds{3};
  options.limits.first_byte_timeout = Seconds{5};
  options.limits.total_timeout = Seconds{20};
  options.limits.min_speed_window = Seconds{5};
  return options;
}

FetchBox::FetchBox(const FetchOptions& options) {
  auto made = CurlFetcher::make(options, clock_, [this] {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    bell_.notify_one();
  });
  if (!made) throw std::runtime_error(made.error().what);
  fetcher_ = std::move(*made);
}

Lease lease_of(const std::string& url) {
  Lease lease;
  lease.url = url;
  if (const auto authority = split_authority(url)) lease.host_key = authority->origin;
  return lease;
}

void FetchBox::start(const std::string& url) {
  start(lease_of(url));
}
void FetchBox::start(Lease lease) {
  fetcher_->start(std::move(lease));
}

Landing FetchBox::fetch(const std::string& url, Purpose purpose) {
  Lease lease = lease_of(url);
  lease.purpose = purpose;
  return fetch(std::move(lease));
}

Landing FetchBox::fetch(Lease lease) {
  start(std::move(lease));
  std::vector<Landing> landed = landings(1);
  if (landed.empty()) throw std::runtime_error("nothing landed in time");
  return std::move(landed.front());
}

// Collects until `collect` is content, or 30 seconds have passed.
template <class Collect>
void FetchBox::wait_until(Collect collect) {
  const auto until = std::chrono::steady_clock::now() + Seconds{30};
  while (!collect()) {
    std::unique_lock lock(mutex_);
    if (!bell_.wait_until(lock, until, [this] { return rung_; })) return;
    rung_ = false;
  }
}

std::vector<Landing> FetchBox::landings(std::size_t count) {
  std::vector<Landing> all;
  wait_until([&] {
    for (Landing& one : fetcher_->landed()) all.push_back(std::move(one));
    return all.size() >= count;
  });
  return all;
}

Resolution FetchBox::resolve(const std::string& host_key) {
  fetcher_->resolve(HostId{7}, host_key);
  std::vector<Resolution> all = resolutions(1);
  if (all.empty()) throw std::runtime_error("nothing resolved in time");
  return all.front();
}

std::vector<Resolution> FetchBox::resolutions(std::size_t count) {
  std::vector<Resolution> all;
  wait_until([&] {
    for (Resolution& one : fetcher_->resolved()) all.push_back(std::move(one));
    return all.size() >= count;
  });
  return all;
}

std::string read_all(const Payload* payload) {
  std::string text;
  if (payload == nullptr) return text;
  char piece[5'000];
  for (;;) {
    const auto count = payload->read(text.size(), piece);
    if (!count) throw std::runtime_error(count.error().what);
    if (*count == 0) return text;
    text.append(piece, *count);
  }
}

}  // namespace frontierd::test
