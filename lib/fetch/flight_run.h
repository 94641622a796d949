// The state of one transfer. Internal to flight.cpp and flight_egress.cpp.
#pragma once

#include "fetch/flight.h"

namespace frontierd {

struct Flight::Run {
  Run(const FetchSetup& setup, Lease the_lease)
      : lease(std::move(the_lease)),
        head(setup.options.limits, setup.options.keep_exchange),
        body(setup, lease.purpose == Purpose::Robots) {}

  std::uint64_t progress() const { return head.bytes() + body.received(); }

  Lease lease;
  ResponseHead head;
  BodySink body;
  std::string request_head;
  std::string resolve_text;
  curl_slist resolve{};
  std::string connect_to_text;  // where to connect, if it is told
  curl_slist connect_to{};
  std::string peer;        // through a proxy: the address that was asked for, empty if none was
  std::optional<End> end;  // decided by us on the way
  std::optional<CURLcode> code;  // how it went, once libcurl is done
  bool paused = false;           // libcurl holds bytes back until we are no longer behind
  std::string barred;            // an address the guard refused
  bool opened = false;           // a socket to an address the guard let pass
  int socket_error = 0;          // errno of a socket that could not be had

  SteadyTime started;
  SteadyTime deadline;
  SteadyTime window_start;
  std::uint64_t window_progress = 0;
  int socket = -1;
  std::optional<std::uint64_t> wire_base;  // received on the socket before, minus our body
};

}  // namespace frontierd
