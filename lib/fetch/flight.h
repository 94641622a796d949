// One transfer from lease to landing on one reused curl easy handle. libcurl's callbacks collect
// the facts and end the transfer at the limits; the clocked limits are asked for by overdue().
// Redirects are not followed: a 3xx lands like any answer. libcurl may repeat a request once by
// itself where a kept-alive connection turns out dead before a byte of answer (RFC 9112
// section 9.3.1). One thread.
#pragma once

#include <curl/curl.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "fetch/authority.h"
#include "fetch/body_sink.h"
#include "fetch/epoll_set.h"
#include "fetch/response_head.h"
#include "fetch/setup.h"
#include "frontier/fetcher.h"

namespace frontierd {

class Flight;
// Flights whose body is behind in decoding, in the order of their turns.
using Backlog = std::deque<Flight*>;

class Flight {
 public:
  // `way` is the egress of all its transfers; null is the plain connection.
  // Puts itself into `backlog` when it is behind.
  Flight(const FetchSetup& setup, const EgressWay* way, EpollSet& sockets, CURLSH* sessions,
         Backlog& backlog);
  ~Flight();
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  CURL* easy() const { return easy_; }

  // `authority` was split from lease.url. `resolve` is a CURLOPT_RESOLVE entry, or empty where the
  // multi handle knows the addresses already (it then has read it when the flight lands).
  // `address` is the first that was vetted: what a proxy is asked to connect to where it is asked
  // for a connection at all.
  void begin(Lease lease, const Authority& authority, std::string resolve,
             const std::string& address, SteadyTime now);
  // Which connection carries it, as libcurl says when it wants the socket watched.
  void uses_socket(int fd);
  // Which clocked limit has passed, if any; none once libcurl is done.
  std::optional<End> overdue(SteadyTime now);
  bool behind() const;
  // Decodes a slice of a body that is behind; once it is not, the transfer goes on. May enter
  // libcurl.
  void catch_up();
  // libcurl is done with the transfer.
  void done(CURLcode code);
  // To be landed: done and not behind, or ended by us.
  bool over() const;
  // The landing; only after the handle left its multi handle. `end` is why we ended it ourselves.
  Landing land(std::optional<End> end);

 private:
  struct Run;  // the state of one transfer

  void configure(CURLSH* sessions);
  void configure_tls();
  void configure_connection();
  // flight_egress.cpp
  bool proxied() const;
  void configure_egress();
  void aim(const Authority& authority, const std::string& address);
  void connect_to(const std::string& address, std::uint16_t port);
  std::optional<End> egress_verdict(CURLcode code, const std::string& detail);
  std::optional<End> proxy_login_refused();

  std::optional<End> verdict(std::optional<End> end);
  End curl_verdict(CURLcode code);
  void fill_report(FetchReport& report);
  std::shared_ptr<const Exchange> exchange(const End& end);
  std::optional<End> framing_flood();
  void wait_for_turn();

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* sockets, curl_socket_t fd);

  const FetchSetup& setup_;
  const EgressWay* way_;
  EpollSet& sockets_;
  Backlog& backlog_;
  CURL* easy_;
  std::unique_ptr<Run> run_;
  FieldList fields_;
  char error_[CURL_ERROR_SIZE] = {};
};

// A landing that never took off.
Landing grounded(Lease lease, End end, const Clock& clock);

}  // namespace frontierd
