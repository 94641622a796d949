// fetcher_bench LIST [IN_FLIGHT] [WORKERS] [SHARDS]: the production fetcher alone over a list of
// URLs, as the daemon drives it but without store, politeness and robots. Loopback is allowed.
// Prints the same line as bare_curl_loop.
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "bench/usage.h"
#include "fetch/authority.h"
#include "fetch/curl_fetcher.h"

namespace {

using namespace frontierd;

class WallClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  }
};

class Doorbell {
 public:
  void ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    bell_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    bell_.wait(lock, [this] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable bell_;
  bool rung_ = false;
};

FetchOptions options_of(int argc, char** argv) {
  FetchOptions options;
  options.flights_max = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
  if (argc > 3) options.workers = std::atoi(argv[3]);
  if (argc > 4) options.shards = std::atoi(argv[4]);
  options.allow_addresses = {"127.0.0.0/8", "::1"};
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return bench::usage("fetcher_bench LIST [IN_FLIGHT] [WORKERS] [SHARDS]");
  const std::vector<std::string> urls = bench::read_lines(argv[1]);
  const WallClock clock;
  Doorbell bell;
  const bench::Usage usage;
  auto fetcher = CurlFetcher::make(options_of(argc, argv), clock, [&bell] { bell.ring(); });
  if (!fetcher) return bench::usage(fetcher.error().what.c_str());
  std::size_t next = 0;
  std::uint64_t pages = 0;
  std::uint64_t failures = 0;
  while (pages + failures < urls.size()) {
    for (std::size_t slots = (*fetcher)->free_slots(); slots > 0 && next < urls.size(); --slots) {
      Lease lease;
      lease.url = urls[next++];
      lease.host_key = std::string(split_authority(lease.url)->origin);
      (*fetcher)->start(std::move(lease));
    }
    bell.wait();
    for (const Landing& landing : (*fetcher)->landed()) {
      const bool good = landing.report.transport == Transport::Ok && landing.report.status == 200;
      if (!good && failures == 0) {
        std::fprintf(stderr, "%s: %d %s\n", landing.report.url.c_str(), landing.report.status,
                     landing.report.detail.c_str());
      }
      ++(good ? pages : failures);
    }
  }
  usage.print("fetcher_bench", pages, failures);
  return failures == 0 ? 0 : 1;
}
