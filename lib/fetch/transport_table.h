// From libcurl's result to the words of the report. Pure.
#pragma once

#include <optional>

#include "rules/report.h"

namespace frontierd {

// What the code alone does not tell.
struct TransferFacts {
  bool connected = false;   // TCP, and TLS where the URL asks for it
  bool body_begun = false;  // the final head is complete
  bool answered = false;    // a byte of a head came
  bool refused = false;     // libcurl says in words only that the stream was refused
  bool bad_chunks = false;  // libcurl says so in words only; the code is that of a reset
  int os_error = 0;         // errno of the failed connect
};

// `code` is a CURLcode; the header does not say so, to keep libcurl out of it. Every code has an
// answer; one that HTTP cannot produce is LocalFailure.
Transport transport_of(int code, const TransferFacts& facts);

// What is known of a transfer through a proxy.
struct ProxyFacts {
  bool reached = false;  // TCP to the proxy
  int connect_code = 0;  // the status that CONNECT was answered with; 0: none
  int socks_error = 0;   // libcurl's CURLPX_ value
};

// Whether a failure was the proxy's: EgressFailed where it was not reached, does not know us or
// breaks its own protocol; a kind of ConnectFailed where it tells that the origin was not to be
// had; nullopt where the proxy had nothing to do with it. A proxy that takes our connection and
// never answers cannot be told from an origin that does not: that is the origin's ConnectTimeout.
std::optional<Transport> proxy_failure(int code, const ProxyFacts& facts);

// EMFILE, ENFILE, ENOBUFS, ENOMEM: our own shortage.
bool is_local_shortage(int os_error);

}  // namespace frontierd
