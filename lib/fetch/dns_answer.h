// What a look-up came to.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "rules/report.h"

namespace frontierd {

struct DnsAnswer {
  std::vector<std::string> addresses;   // in the order to be tried; empty: failed
  Transport transport = Transport::Ok;  // DnsFailed, DnsTimeout, AddressBarred or LocalFailure
  std::string detail;
  Instant expires_at = kLongAgo;
};

}  // namespace frontierd
