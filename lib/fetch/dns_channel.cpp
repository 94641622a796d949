#include "fetch/dns_channel.h"

#include <ares.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "fetch/epoll_pump.h"
#include "fetch/epoll_set.h"

namespace frontierd {
namespace {

constexpr int kEdnsPayload = 1'232;  // fits every path without fragments

class Asker;

struct Query {
  Asker* asker;
  std::string name;
  DnsChannel::Done done;
  DnsReply reply;
  int pending = 2;
  int worst = ARES_SUCCESS;
};

Transport transport_of_ares(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME:
      return Transport::DnsFailed;
    case ARES_ENOMEM:
    case ARES_EFILE:
      return Transport::LocalFailure;
    default:
      return Transport::DnsTimeout;
  }
}

// "No such name" is only true if nobody failed to answer.
int worse(int a, int b) {
  const auto rank = [](int status) {
    if (status == ARES_SUCCESS) return 0;
    return transport_of_ares(status) == Transport::DnsFailed ? 1 : 2;
  };
  return rank(b) > rank(a) ? b : a;
}

void add_nodes(const ares_addrinfo* result, DnsReply& reply) {
  for (const ares_addrinfo_node* node = result->nodes; node != nullptr; node = node->ai_next) {
    const auto ip = address_of(node->ai_addr);
    if (!ip) continue;
    const Seconds ttl{node->ai_ttl};
    reply.ttl = reply.addresses.empty() ? ttl : std::min(reply.ttl, ttl);
    reply.addresses.push_back(*ip);
  }
}

// Who asks, as far as a query needs to know: its channel was closed before the answer.
class Asker {
 public:
  virtual void orphaned(Query* query) = 0;

 protected:
  ~Asker() = default;
};

void finish(Query* query) {
  std::unique_ptr<Query> owned(query);
  DnsReply& reply = owned->reply;
  std::stable_sort(reply.addresses.begin(), reply.addresses.end(),
                   [](const IpAddress& a, const IpAddress& b) { return !a.v6 && b.v6; });
  if (reply.addresses.empty()) {
    reply.transport = transport_of_ares(owned->worst);
    reply.detail = std::string("DNS: ") + ares_strerror(owned->worst);
  }
  owned->done(std::move(reply));
}

void on_answer(void* self, int status, int, ares_addrinfo* result) {
  auto* query = static_cast<Query*>(self);
  if (result != nullptr) add_nodes(result, query->reply);
  ares_freeaddrinfo(result);
  query->worst = worse(query->worst, status);
  if (--query->pending > 0) return;
  if (query->worst == ARES_EDESTRUCTION) return query->asker->orphaned(query);
  finish(query);
}

// What a resolv.conf is told apart by; a file that is missing has none of it.
struct FileMark {
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileMark&) const = default;
};

FileMark mark_of(const std::string& path) {
  struct stat found {};
  if (path.empty() || ::stat(path.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size,
          std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec};
}

}  // namespace

struct DnsChannel::Impl final : Asker {
  Impl(boost::asio::io_context& context, const DnsOptions& chosen)
      : options(chosen),
        mark(mark_of(options.resolv_conf)),
        timer(context),
        pump(context, sockets.descriptor(), [this] { on_ready(); }) {
    open();
  }
  ~Impl() {
    closing = true;
    ares_destroy(channel);
  }

  void open() {
    ares_options chosen{};
    chosen.resolvconf_path = options.resolv_conf.data();
    chosen.udp_port = chosen.tcp_port = static_cast<unsigned short>(options.port);
    chosen.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH;
    chosen.ednspsz = kEdnsPayload;
    chosen.timeout = static_cast<int>(options.timeout.count());
    chosen.tries = options.tries;
    chosen.ndomains = 0;
    char lookups[] = "b";
    chosen.lookups = lookups;
    chosen.sock_state_cb = &Impl::on_socket;
    chosen.sock_state_cb_data = this;
    const int mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                     ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB |
                     ARES_OPT_RESOLVCONF | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT;
    CHECK(ares_init_options(&channel, &chosen, mask) == ARES_SUCCESS);
    if (options.servers.empty()) return;
    const std::string list = join(options.servers, ",");
    CHECK(ares_set_servers_ports_csv(channel, list.c_str()) == ARES_SUCCESS);
  }

  // Looks at most every kResolvConfLook, whenever somebody asks or waits.
  void follow_resolv_conf() {
    const auto now = std::chrono::steady_clock::now();
    if (!options.servers.empty() || now < next_look) return;
    next_look = now + kResolvConfLook;
    const FileMark found = mark_of(options.resolv_conf);
    if (found == mark) return;
    mark = found;
    ares_channel former = std::exchange(channel, nullptr);
    open();
    ares_destroy(former);  // its queries are asked anew
  }

  void orphaned(Query* query) override {
    if (closing) {
      delete query;
      return;
    }
    query->reply = {};
    query->pending = 2;
    query->worst = ARES_SUCCESS;
    ask(query);
  }

  void ask(Query* query) {
    const std::string name = query->name;  // the query may be over within this
    for (const int family : {AF_INET, AF_INET6}) {
      ares_addrinfo_hints hints{};
      hints.ai_family = family;
      hints.ai_socktype = SOCK_STREAM;
      hints.ai_flags = ARES_AI_NOSORT;
      ares_getaddrinfo(channel, name.c_str(), nullptr, &hints, &on_answer, query);
    }
  }

  static void on_socket(void* self, ares_socket_t fd, int readable, int writable) {
    EpollSet& sockets = static_cast<Impl*>(self)->sockets;
    const std::uint32_t events = (readable != 0 ? static_cast<std::uint32_t>(EPOLLIN) : 0u) |
                                 (writable != 0 ? static_cast<std::uint32_t>(EPOLLOUT) : 0u);
    if (events == 0) {
      sockets.rest(fd);
      sockets.closed(fd);
    } else {
      sockets.want(fd, events, 0);
    }
  }

  void on_ready() {
    for (const EpollSet::Ready& ready : sockets.poll()) {
      const bool in = (ready.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
      const bool out = (ready.events & EPOLLOUT) != 0;
      ares_process_fd(channel, in ? ready.fd : ARES_SOCKET_BAD, out ? ready.fd : ARES_SOCKET_BAD);
    }
    arm();
  }

  void arm() {
    timeval wait{};
    if (ares_timeout(channel, nullptr, &wait) == nullptr) {
      timer.cancel();
      return;
    }
    timer.expires_after(std::chrono::seconds(wait.tv_sec) +
                        std::chrono::microseconds(wait.tv_usec) + Millis{1});
    timer.async_wait([this](boost::system::error_code error) {
      if (error) return;
      follow_resolv_conf();
      ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      arm();
    });
  }

  std::vector<IpAddress> from_hosts_file(const std::string& name) {
    std::vector<IpAddress> found;
    for (const int family : {AF_INET, AF_INET6}) {
      hostent* host = nullptr;
      if (ares_gethostbyname_file(channel, name.c_str(), family, &host) != ARES_SUCCESS) continue;
      for (char** at = host->h_addr_list; *at != nullptr; ++at) {
        IpAddress ip;
        ip.v6 = family == AF_INET6;
        std::copy_n(*at, ip.v6 ? 16 : 4, ip.bytes.begin());
        found.push_back(ip);
      }
      ares_free_hostent(host);
    }
    return found;
  }

  DnsOptions options;
  FileMark mark;  // of the resolv.conf that was read
  std::chrono::steady_clock::time_point next_look{};
  bool closing = false;
  EpollSet sockets;
  boost::asio::steady_timer timer;
  EpollPump pump;
  ares_channel channel = nullptr;
};

DnsChannel::DnsChannel(boost::asio::io_context& context, const DnsOptions& options) {
  static const int kLibrary = ares_library_init(ARES_LIB_INIT_ALL);
  CHECK(kLibrary == ARES_SUCCESS);
  impl_ = std::make_unique<Impl>(context, options);
}

DnsChannel::~DnsChannel() = default;

void DnsChannel::query(const std::string& name, Done done) {
  if (auto found = impl_->from_hosts_file(name); !found.empty()) {
    done(DnsReply{std::move(found), Seconds{0}, Transport::Ok, ""});
    return;
  }
  impl_->follow_resolv_conf();
  impl_->ask(new Query{impl_.get(), name, std::move(done), {}});
  impl_->arm();
}

}  // namespace frontierd
