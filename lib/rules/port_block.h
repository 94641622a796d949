// Ports at which no web server is meant to answer: services of other protocols that may take an
// HTTP request for one of theirs. A link or a redirect to them is not followed: the Fetch
// standard's list (https://fetch.spec.whatwg.org/#port-blocking), and three of our own whose
// services read lines as commands: 6379, 9100 and 11211. Pure.
#pragma once

#include <cstdint>

namespace frontierd {

bool is_blocked_port(std::uint16_t port);

}  // namespace frontierd
