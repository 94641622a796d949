#include "fetch/curl_fetcher.h"

#include <curl/curl.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "fetch/authority.h"
#include "fetch/descriptors.h"
#include "fetch/dns_stage.h"
#include "fetch/worker.h"

namespace frontierd {
namespace {

Result<AddressGuard> make_guard(const FetchOptions& options) {
  std::vector<AddressRange> allowed;
  for (const std::string& text : options.allow_addresses) {
    auto range = parse_range(text);
    if (!range) return fail(std::move(range).error().in("fetch.allow_addresses"));
    allowed.push_back(*range);
  }
  return AddressGuard(std::move(allowed));
}

// The soft limit is the shell's caution; the hard one is what the machine allows.
std::size_t raised_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kDescriptorsMin;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, kDescriptorsMax);
  if (limit.rlim_cur < wanted) {
    rlimit raised = limit;
    raised.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, kDescriptorsMax));
}

Result<FetchOptions> fit_descriptors(FetchOptions options) {
  const std::size_t limit = raised_descriptor_limit();
  if (limit < kDescriptorsMin) {
    return fail(Errc::Limit, "this process may open " + std::to_string(limit) +
                                 " files and connections, and needs " +
                                 std::to_string(kDescriptorsMin) +
                                 " at the least; raise LimitNOFILE, or ulimit -n");
  }
  const DescriptorShare share =
      divide_descriptors(limit, options.flights_max, options.connections_max);
  options.flights_max = share.flights;
  options.connections_max = share.connections;
  return options;
}

}  // namespace

struct CurlFetcher::Impl {
  Impl(const FetchOptions& options, AddressGuard guard, const Clock& clock,
       std::function<void()> on_ready)
      : setup(options, std::move(guard), clock), outbox(std::move(on_ready)) {
    for (int i = 0; i < options.workers; ++i) {
      workers.push_back(std::make_unique<Worker>(
          setup, outbox, [this](const std::string& origin) { look_up(origin, {}); }));
    }
    dns = std::make_unique<DnsStage>(workers.front()->context(), setup.options.dns, setup.guard,
                                     clock);
    for (const auto& worker : workers) worker->run();
  }
  ~Impl() {
    for (const auto& worker : workers) worker->stop();
    dns.reset();  // uses the context of a worker
  }

  Worker& worker_of(std::string_view origin) { return *workers[place_of(origin) % workers.size()]; }

  // Any thread. The worker of the host learns the answer before anyone else is told.
  void look_up(const std::string& origin, std::function<void(const DnsAnswer&)> tell) {
    const auto authority = split_authority(origin);
    const auto reply = [this, origin, tell = std::move(tell)](const DnsAnswer& answer) {
      worker_of(origin).learn(origin, answer);
      if (tell) tell(answer);
    };
    if (!authority) return reply({{}, Transport::DnsFailed, "not a host key", kNever});
    dns->lookup(std::string(authority->host), reply);
  }

  const FetchSetup setup;
  Outbox outbox;
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<DnsStage> dns;  // lives on the first worker's thread
  std::size_t flights_max = setup.options.flights_max;
  std::size_t in_flight = 0;
};

std::string complaint(const FetchOptions& options) {
  const auto below = [](auto value, auto least) { return value < least; };
  if (below(options.workers, 1) || options.workers > 64) return "fetch.workers: 1 to 64";
  if (below(options.shards, 1) || options.shards > 64) return "fetch.shards: 1 to 64";
  if (below(options.flights_max, 1u)) return "fetch.flights_max: at least 1";
  if (below(options.hosts_max, 1u)) return "fetch.hosts_max: at least 1";
  if (below(options.limits.encodings_max, 1)) return "fetch.encodings_max: at least 1";
  if (below(options.limits.framing_ratio_max, 1u)) return "fetch.framing_ratio_max: at least 1";
  if (below(options.dns.in_flight_max, 1u)) return "dns.in_flight_max: at least 1";
  if (below(options.dns.tries, 1)) return "dns.tries: at least 1";
  if (below(options.dns.timeout, Millis{1})) return "dns.timeout: at least 1ms";
  for (const EgressWay& way : options.egresses) {
    if (std::string wrong = complaint(way); !wrong.empty()) {
      return "egress.way " + way.name + " " + wrong;
    }
  }
  for (const std::string& text : options.allow_addresses) {
    if (auto range = parse_range(text); !range) return "allow_addresses: " + range.error().what;
  }
  for (const std::string& server : options.dns.servers) {
    const std::string url = "http://" + server;
    const auto authority = split_authority(url);
    if (!authority || !parse_address(authority->host)) {
      return "dns.servers: '" + for_message(server) +
             "' is no server address; write it like 192.0.2.53, 127.0.0.1:5353 or [::1]:53";
    }
  }
  return {};
}

Result<std::unique_ptr<CurlFetcher>> CurlFetcher::make(const FetchOptions& options,
                                                       const Clock& clock,
                                                       std::function<void()> on_ready) {
  static const CURLcode kGlobal = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(kGlobal == CURLE_OK);
  if (std::string wrong = complaint(options); !wrong.empty()) {
    return fail(Errc::Usage, std::move(wrong));
  }
  TRY_ASSIGN(AddressGuard guard, make_guard(options));
  TRY_ASSIGN(const FetchOptions fitted, fit_descriptors(options));
  auto impl = std::make_unique<Impl>(fitted, std::move(guard), clock, std::move(on_ready));
  return std::unique_ptr<CurlFetcher>(new CurlFetcher(std::move(impl)));
}

CurlFetcher::CurlFetcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CurlFetcher::~CurlFetcher() = default;

std::size_t CurlFetcher::free_slots() const {
  if (impl_->setup.room.memory->tight()) return 0;
  const std::size_t max = impl_->flights_max;
  return max - std::min(max, impl_->in_flight);
}

std::size_t CurlFetcher::limit_flights(std::size_t most) {
  const std::size_t kept = impl_->setup.options.connections_max;
  impl_->flights_max = divide_descriptors(raised_descriptor_limit(), most, kept).flights;
  return impl_->flights_max;
}

bool CurlFetcher::tight() const {
  return impl_->setup.room.spool->tight();
}

void CurlFetcher::start(Lease lease) {
  ++impl_->in_flight;
  const auto authority = split_authority(lease.url);
  Worker& worker = impl_->worker_of(authority ? authority->origin : std::string_view());
  worker.start(std::move(lease));
}

std::vector<Landing> CurlFetcher::landed() {
  std::vector<Landing> landings = impl_->outbox.take_landed();
  impl_->in_flight -= landings.size();
  return landings;
}

void CurlFetcher::resolve(HostId host, const std::string& host_key) {
  impl_->look_up(host_key, [this, host](const DnsAnswer& answer) {
    impl_->outbox.put(
        Resolution{host, answer.addresses, answer.transport, answer.detail, answer.expires_at});
  });
}

std::vector<Resolution> CurlFetcher::resolved() {
  return impl_->outbox.take_resolved();
}

void CurlFetcher::abort_all() {
  for (const auto& worker : impl_->workers) worker->abort_all();
}

std::size_t CurlFetcher::in_flight() const {
  return impl_->in_flight;
}
std::size_t CurlFetcher::landed_waiting() const {
  return impl_->outbox.landed_waiting();
}
std::size_t CurlFetcher::lookups() const {
  return impl_->dns->in_flight();
}
std::size_t CurlFetcher::lookups_waiting() const {
  return impl_->dns->waiting();
}
std::uint64_t CurlFetcher::memory_used() const {
  return impl_->setup.room.memory->used();
}
std::uint64_t CurlFetcher::spool_used() const {
  return impl_->setup.room.spool->used();
}

}  // namespace frontierd
