// What a store keeps of hosts, with every field drawn, so that none is forgotten on the way to disk
// and back. A field added to one of these types is drawn and shown (show.h) as well.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "frontier/lease.h"

namespace frontierd {

// A number in [0, bound): from a generator in the tests, from the fuzzer's bytes in the fuzz
// target.
using Draw = std::function<std::uint64_t(std::uint64_t bound)>;

Instant draw_instant(const Draw& draw, Instant now);  // around now
OutcomeClass draw_class(const Draw& draw);
HostState draw_host_state(const Draw& draw, Instant now);
HostWishes draw_wishes(const Draw& draw);
Incident draw_incident(const Draw& draw, const std::string& url, Instant now);
RobotsRecord draw_robots(const Draw& draw, std::string body, Instant now);
EgressBlock draw_egress_block(const Draw& draw, Instant now);  // some without refusals: forgotten
ProviderBlock draw_provider_block(const Draw& draw, Instant now);

}  // namespace frontierd
