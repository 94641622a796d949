// Whether an answer was served from a cache, and by which header that is proven (RFC 9111 §5.1, and
// the habits of caches): Age of a second or more, a HIT in the last element of X-Cache, a hit in a
// named cache status field, two transaction ids of Varnish. `Age: 0` proves nothing. Pure.
#pragma once

#include <optional>
#include <string>

#include "rules/report.h"

namespace frontierd {

// "Age: 45", or nullopt. Linear in the headers.
std::optional<std::string> cache_proof(const FetchReport& report);

}  // namespace frontierd
