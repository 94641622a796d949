#include "fetch/shard.h"

#include <sys/epoll.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace frontierd {
namespace {

constexpr std::size_t kNamesMax = 4'096;
constexpr std::size_t kSpareMax = 64;

// "host:port:address,[address]"; libcurl takes literals as they are.
std::string resolve_entry(const Authority& authority, const std::vector<std::string>& addresses) {
  if (authority.literal_v6 || parse_address(authority.host)) return {};
  std::string entry(authority.host);
  entry.append(":").append(std::to_string(authority.port));
  char separator = ':';
  for (const std::string& address : addresses) {
    const bool v6 = address.find(':') != std::string::npos;
    entry += separator;
    entry.append(v6 ? "[" : "").append(address).append(v6 ? "]" : "");
    separator = ',';
  }
  return entry;
}

curl_socket_t open_nothing(void*, curlsocktype, curl_sockaddr*) {
  return CURL_SOCKET_BAD;
}

// A transfer that comes to nothing: libcurl looks through its idle connections only when one is
// about to begin, and no call of its own does that.
CURL* make_usher(Millis age_max) {
  CURL* usher = curl_easy_init();
  CHECK(usher != nullptr);
  curl_easy_setopt(usher, CURLOPT_URL, "http://0.0.0.0/");  // never asked
  curl_easy_setopt(usher, CURLOPT_PROXY, "");
  curl_easy_setopt(usher, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(usher, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(usher, CURLOPT_OPENSOCKETFUNCTION, &open_nothing);
  curl_easy_setopt(usher, CURLOPT_MAXLIFETIME_CONN,
                   static_cast<long>(std::chrono::ceil<Seconds>(age_max).count()));
  return usher;
}

}  // namespace

Shard::Shard(std::uint32_t id, const FetchSetup& setup, const EgressWay* way, EpollSet& sockets,
             long connections_max)
    : id_(id),
      setup_(setup),
      way_(way),
      sockets_(sockets),
      multi_(curl_multi_init()),
      sessions_(curl_share_init()) {
  CHECK(multi_ != nullptr && sessions_ != nullptr);
  curl_share_setopt(sessions_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections_max);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Shard::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Shard::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

Shard::~Shard() {
  for (Flight* flight : flying_) {
    curl_multi_remove_handle(multi_, flight->easy());
    delete flight;
  }
  spare_.clear();
  if (ushering_) curl_multi_remove_handle(multi_, usher_);
  if (usher_ != nullptr) curl_easy_cleanup(usher_);
  curl_multi_cleanup(multi_);
  curl_share_cleanup(sessions_);
}

bool Shard::worn_out() const {
  return fed_.size() >= kNamesMax;
}

int Shard::on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*) {
  Shard& shard = *static_cast<Shard*>(self);
  if (what == CURL_POLL_REMOVE) {
    shard.sockets_.rest(fd);
    return 0;
  }
  char* flight = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &flight);
  if (flight != nullptr) reinterpret_cast<Flight*>(flight)->uses_socket(fd);
  std::uint32_t events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  shard.sockets_.want(fd, events, shard.id_);
  return 0;
}

int Shard::on_timer(CURLM*, long wait_ms, void* self) {
  Shard& shard = *static_cast<Shard*>(self);
  shard.due_ = kNoWake;
  if (wait_ms == 0) shard.due_ = SteadyTime::min();
  if (wait_ms > 0) shard.due_ = std::chrono::steady_clock::now() + Millis{wait_ms};
  return 0;
}

void Shard::launch(Lease lease, const Authority& authority,
                   const std::vector<std::string>& addresses, Instant addresses_until,
                   SteadyTime now) {
  std::unique_ptr<Flight> flight;
  if (spare_.empty()) {
    flight = std::make_unique<Flight>(setup_, way_, sockets_, sessions_, backlog_);
  } else {
    flight = std::move(spare_.back());
    spare_.pop_back();
  }
  if (!lease.address.empty()) {  // libcurl is told where to connect, and keeps that like a name
    fed_.emplace(lease.address + " " + std::to_string(authority.port), addresses_until);
    flight->begin(std::move(lease), authority, {}, addresses.front(), now);
    curl_multi_add_handle(multi_, flight->easy());
    flying_.insert(flight.release());
    return;
  }
  Feed feed{std::string(authority.origin), addresses_until};
  const auto known = fed_.find(feed.origin);
  const bool fed = known != fed_.end() && known->second == addresses_until;
  flight->begin(std::move(lease), authority,
                fed ? std::string() : resolve_entry(authority, addresses), addresses.front(), now);
  if (!fed) feeding_.emplace(flight.get(), std::move(feed));
  curl_multi_add_handle(multi_, flight->easy());
  flying_.insert(flight.release());
}

void Shard::act(int fd, std::uint32_t events) {
  int mask = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) mask |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) mask |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) mask |= CURL_CSELECT_ERR;
  int running = 0;
  curl_multi_socket_action(multi_, fd, mask, &running);
}

void Shard::act_on_time() {
  int running = 0;
  due_ = kNoWake;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

void Shard::catch_up(std::vector<Landing>& landed) {
  if (backlog_.empty()) return;
  Flight* flight = backlog_.front();
  flight->catch_up();
  if (flight->over()) return land(flight, std::nullopt, landed);
  backlog_.pop_front();
  if (flight->behind()) backlog_.push_back(flight);
}

void Shard::reap(std::vector<Landing>& landed) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    if (message->easy_handle == usher_) {
      curl_multi_remove_handle(multi_, usher_);
      ushering_ = false;
      continue;
    }
    const CURLcode code = message->data.result;
    char* self = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
    Flight* flight = reinterpret_cast<Flight*>(self);
    flight->done(code);
    if (flight->over()) land(flight, std::nullopt, landed);
  }
}

void Shard::land(Flight* flight, std::optional<End> end, std::vector<Landing>& landed) {
  curl_multi_remove_handle(multi_, flight->easy());
  flying_.erase(flight);
  std::erase(backlog_, flight);
  std::unique_ptr<Flight> owned(flight);
  if (const auto feed = feeding_.find(flight); feed != feeding_.end()) {
    // A transfer that we ended may have ended before libcurl read its addresses.
    if (!end) fed_[feed->second.origin] = feed->second.until;
    feeding_.erase(feed);
  }
  landed.push_back(owned->land(std::move(end)));
  if (spare_.size() < kSpareMax) spare_.push_back(std::move(owned));
}

void Shard::sweep(SteadyTime now, std::vector<Landing>& landed) {
  std::vector<std::pair<Flight*, End>> over;
  for (Flight* flight : flying_) {
    if (auto end = flight->overdue(now)) over.emplace_back(flight, std::move(*end));
  }
  for (auto& [flight, end] : over) land(flight, std::move(end), landed);
}

void Shard::close_idle(Seconds unused) {
  if (ushering_) return;
  if (usher_ == nullptr) usher_ = make_usher(setup_.options.connection_age_max);
  // libcurl closes what has been idle for more than so many whole seconds.
  curl_easy_setopt(usher_, CURLOPT_MAXAGE_CONN, std::max<long>(1, unused.count() - 1));
  curl_multi_add_handle(multi_, usher_);
  ushering_ = true;
}

void Shard::abort_all(std::vector<Landing>& landed) {
  while (!flying_.empty()) {
    land(*flying_.begin(), End{Transport::Aborted, "ended by us"}, landed);
  }
}

}  // namespace frontierd
