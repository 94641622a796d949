#include "fetch/flight.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "fetch/flight_run.h"
#include "fetch/socket_bytes.h"
#include "fetch/transport_table.h"

namespace frontierd {

Flight::Flight(const FetchSetup& setup, const EgressWay* way, EpollSet& sockets, CURLSH* sessions,
               Backlog& backlog)
    : setup_(setup), way_(way), sockets_(sockets), backlog_(backlog), easy_(curl_easy_init()) {
  CHECK(easy_ != nullptr);
  configure(sessions);
  configure_tls();
  configure_connection();
  configure_egress();
}

Flight::~Flight() {
  curl_easy_cleanup(easy_);
}

void Flight::configure(CURLSH* sessions) {
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_SHARE, sessions);
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION,
                   setup_.options.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Flight::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Flight::on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
}

void Flight::configure_tls() {
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!setup_.options.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, setup_.options.ca_file.c_str());
  }
}

void Flight::configure_connection() {
  const FetchOptions& options = setup_.options;
  const auto seconds = [](Millis length) {
    return static_cast<long>(std::chrono::ceil<Seconds>(length).count());
  };
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.limits.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_MAXAGE_CONN, seconds(options.connection_idle_max));
  curl_easy_setopt(easy_, CURLOPT_MAXLIFETIME_CONN, seconds(options.connection_age_max));
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Flight::on_open);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  // A socket outlives the flight that opened it.
  curl_easy_setopt(easy_, CURLOPT_CLOSESOCKETFUNCTION, &Flight::on_close);
  curl_easy_setopt(easy_, CURLOPT_CLOSESOCKETDATA, &sockets_);
}

void Flight::begin(Lease lease, const Authority& authority, std::string resolve,
                   const std::string& address, SteadyTime now) {
  run_ = std::make_unique<Run>(setup_, std::move(lease));
  Run& run = *run_;
  run.started = now;
  run.window_start = now;
  const Millis left = run.lease.expires_at - setup_.clock->now();
  run.deadline = now + std::min(setup_.options.limits.total_timeout, std::max(left, Millis{0}));
  setup_.fields.compose(run.lease, fields_);
  if (setup_.options.keep_exchange) {
    run.request_head = request_head(authority.target, authority.host_port, fields_);
  }
  run.resolve_text = std::move(resolve);
  run.resolve.data = run.resolve_text.data();
  error_[0] = '\0';
  curl_easy_setopt(easy_, CURLOPT_URL, run.lease.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, fields_.head());
  curl_easy_setopt(easy_, CURLOPT_RESOLVE, run.resolve_text.empty() ? nullptr : &run.resolve);
  aim(authority, address);
}

std::size_t Flight::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  Run& run = *static_cast<Flight*>(self)->run_;
  if (auto end = run.head.add({data, size * count})) {
    run.end = std::move(end);
    return 0;
  }
  return size * count;
}

std::size_t Flight::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  Flight* flight = static_cast<Flight*>(self);
  Run& run = *flight->run_;
  if (run.body.behind()) {
    run.paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  if (auto end = run.body.add({data, size * count}, run.head)) {
    run.end = std::move(end);
    return 0;
  }
  if (run.body.behind()) flight->wait_for_turn();
  return size * count;
}

void Flight::wait_for_turn() {
  if (std::find(backlog_.begin(), backlog_.end(), this) == backlog_.end()) backlog_.push_back(this);
}

bool Flight::behind() const {
  return run_->body.behind();
}

void Flight::catch_up() {
  Run& run = *run_;
  if (run.end) return;  // a callback's word, on its way to us
  run.end = run.body.catch_up();
  if (run.end || run.body.behind() || !run.paused || run.code) return;
  run.paused = false;
  // What was held back comes from within this call; where it is refused, the transfer does not end
  // by itself.
  const CURLcode code = curl_easy_pause(easy_, CURLPAUSE_CONT);
  if (code != CURLE_OK) done(code);
}

void Flight::done(CURLcode code) {
  run_->code = code;
}

bool Flight::over() const {
  return run_->end || (run_->code && !behind());
}

curl_socket_t Flight::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  Flight& flight = *static_cast<Flight*>(self);
  const auto ip = address_of(&address->addr);
  auto refusal = ip ? flight.setup_.guard.refusal(*ip) : "not an Internet address";
  // The proxy's own address is the operator's choice.
  if (refusal && !(ip && flight.proxied())) {
    flight.run_->barred = std::move(*refusal);
    return CURL_SOCKET_BAD;
  }
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) {
    flight.run_->socket_error = errno;
    if (is_local_shortage(errno)) ++flight.setup_.shortages;
    return CURL_SOCKET_BAD;
  }
  flight.sockets_.owned(fd);
  flight.run_->opened = true;
  return fd;
}

int Flight::on_close(void* sockets, curl_socket_t fd) {
  static_cast<EpollSet*>(sockets)->closed(fd);
  return ::close(fd);
}

std::optional<End> Flight::overdue(SteadyTime now) {
  Run& run = *run_;
  if (run.code) return std::nullopt;  // all is here, and the socket is another's
  const TransferLimits& limits = setup_.options.limits;
  if (now >= run.deadline) {
    return End{Transport::Timeout,
               "not finished after " +
                   to_words(std::chrono::ceil<Millis>(run.deadline - run.started)) +
                   " (fetch.total_timeout, or the end of the lease)"};
  }
  const std::uint64_t progress = run.progress();
  if (run.body.behind()) run.window_progress = 0;  // it is we who are slow
  if (progress == 0) {
    if (now - run.started < limits.first_byte_timeout) return std::nullopt;
    return End{Transport::Timeout, "no answer within " + to_words(limits.first_byte_timeout) +
                                       " (fetch.first_byte_timeout)"};
  }
  if (run.window_progress == 0) {  // the window opens with the first byte
    run.window_start = now;
    run.window_progress = progress;
  } else if (now - run.window_start >= limits.min_speed_window) {
    const auto seconds = std::chrono::duration<double>(now - run.window_start).count();
    const auto came = static_cast<double>(progress - run.window_progress);
    if (came < static_cast<double>(limits.min_speed) * seconds) {
      return End{Transport::TooSlow, "below " + std::to_string(limits.min_speed) + " bytes/s for " +
                                         to_words(limits.min_speed_window) + " (fetch.min_speed)"};
    }
    run.window_start = now;
    run.window_progress = progress;
  }
  return framing_flood();
}

std::optional<End> Flight::framing_flood() {
  Run& run = *run_;
  long version = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  if (version == CURL_HTTP_VERSION_2_0) return std::nullopt;  // the socket is shared by streams
  const std::uint64_t wire = received_on_socket(run.socket).value_or(0);
  if (!run.wire_base) run.wire_base = wire - std::min(wire, run.progress());
  const std::uint64_t came = wire - std::min(wire, *run.wire_base);
  const TransferLimits& limits = setup_.options.limits;
  if (came < limits.framing_floor || run.progress() >= came / limits.framing_ratio_max) {
    return std::nullopt;
  }
  return End{Transport::BodyTooLarge,
             std::to_string(came) + " bytes on the wire for " +
                 std::to_string(run.body.received()) +
                 " of body: a flood of framing (fetch.framing_ratio_max)"};
}

void Flight::uses_socket(int fd) {
  if (run_->socket != fd) run_->wire_base.reset();
  run_->socket = fd;
}

End Flight::curl_verdict(CURLcode code) {
  Run& run = *run_;
  long os_error = 0;
  curl_off_t connected = 0;
  const bool tls = run.lease.url.starts_with("https");
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &os_error);
  curl_easy_getinfo(easy_, tls ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T, &connected);
  std::string detail = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  if (way_ != nullptr) {
    if (auto end = egress_verdict(code, detail)) return std::move(*end);
  }
  const bool refused = detail.find("REFUSED_STREAM") != std::string::npos;
  const TransferFacts facts{connected > 0 || run.head.bytes() > 0, run.head.complete(),
                            run.head.bytes() > 0, refused,
                            detail.find("chunked-encoding") != std::string::npos,
                            run.socket_error != 0 ? run.socket_error : static_cast<int>(os_error)};
  const Transport transport = transport_of(code, facts);
  if (transport == Transport::HeadersTooLarge) {
    return {transport, "a header line longer than libcurl reads (100 KiB)"};
  }
  if (code == CURLE_COULDNT_CONNECT && !run.barred.empty() && !run.opened) {
    return {Transport::AddressBarred, run.barred};
  }
  if (transport == Transport::LocalFailure && is_local_shortage(facts.os_error)) {
    detail =
        "no descriptor or memory for a socket; raise LimitNOFILE, or lower "
        "fetch.flights_max and fetch.connections_max";
  }
  return {transport, std::move(detail)};
}

std::optional<End> Flight::verdict(std::optional<End> end) {
  if (end) return end;
  if (run_->end) return std::move(run_->end);
  if (const CURLcode code = run_->code.value_or(CURLE_OK)) return curl_verdict(code);
  if (auto refused = proxy_login_refused()) return refused;
  // libcurl calls it well when the connection is closed in the middle of the head.
  if (!run_->head.complete()) return End{Transport::Reset, "closed before the end of the head"};
  return run_->body.finish();
}

void Flight::fill_report(FetchReport& report) {
  Run& run = *run_;
  curl_off_t total = 0;
  curl_off_t before = 0;
  curl_off_t first = 0;
  long version = 0;
  char* peer = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &total);
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &before);
  curl_easy_getinfo(easy_, CURLINFO_STARTTRANSFER_TIME_T, &first);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &peer);
  const auto millis = [](curl_off_t micros) { return Millis{(micros + 500) / 1000}; };
  report.status = run.head.status() >= 200 ? run.head.status() : 0;
  report.head_whole = run.head.complete() && !run.head.contradicts_itself();
  report.unconditional = !is_conditional(run.lease);
  report.http_version = version == CURL_HTTP_VERSION_2_0   ? 20
                        : version == CURL_HTTP_VERSION_1_0 ? 10
                                                           : 11;
  report.headers = std::move(run.head.headers());
  report.body_head = run.body.take_head();
  report.body_bytes = run.body.undecoded() ? run.body.received() : run.body.decoded();
  report.received_bytes = run.progress();
  if (proxied()) {
    report.peer = run.peer;
  } else if (peer != nullptr) {
    report.peer = peer;
  }
  report.egress = run.lease.egress;
  report.first_byte_after = millis(std::max<curl_off_t>(first - before, 0));
  report.elapsed = std::max(millis(total), report.first_byte_after);
}

std::shared_ptr<const Exchange> Flight::exchange(const End& end) {
  Run& run = *run_;
  if (!setup_.options.keep_exchange || !run.head.complete()) return nullptr;
  auto exchange = std::make_shared<Exchange>();
  exchange->request_head = std::move(run.request_head);
  exchange->response_head = run.head.take_text();
  exchange->payload = run.body.take_payload();
  switch (end.transport) {
    case Transport::Ok:
      exchange->truncated = run.body.cut() ? "length" : "";
      break;
    case Transport::BadEncoding:  // kept as received, to its end
      exchange->truncated = run.body.undecoded() && run.code == CURLE_OK ? "" : "unspecified";
      break;
    case Transport::BodyTooLarge:
      exchange->truncated = "length";
      break;
    case Transport::Timeout:
    case Transport::TooSlow:
      exchange->truncated = "time";
      break;
    case Transport::Reset:
      exchange->truncated = "disconnect";
      break;
    default:
      exchange->truncated = "unspecified";
      break;
  }
  return exchange;
}

Landing Flight::land(std::optional<End> end) {
  Landing landing;
  const End why = verdict(std::move(end)).value_or(End{});
  const bool heard =
      why.transport != Transport::Aborted && why.transport != Transport::EgressFailed;
  if (heard) landing.exchange = exchange(why);
  fill_report(landing.report);
  if (why.transport == Transport::EgressFailed) {  // what came is the proxy's, not the origin's
    landing.report.status = 0;
    landing.report.headers.clear();
    landing.report.body_head.clear();
  }
  landing.report.transport = why.transport;
  landing.report.detail = why.detail;
  landing.robots_body = run_->body.take_robots();
  landing.lease = std::move(run_->lease);
  landing.report.url = landing.lease.url;
  landing.report.received_at = setup_.clock->now();
  run_.reset();
  return landing;
}

Landing grounded(Lease lease, End end, const Clock& clock) {
  Landing landing;
  landing.lease = std::move(lease);
  landing.report.url = landing.lease.url;
  landing.report.egress = landing.lease.egress;
  landing.report.transport = end.transport;
  landing.report.detail = std::move(end.detail);
  landing.report.received_at = clock.now();
  return landing;
}

}  // namespace frontierd
