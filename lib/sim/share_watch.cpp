#include "sim/share_watch.h"

#include <algorithm>
#include <cmath>

#include "rules/url.h"

namespace frontierd::sim {
namespace {

constexpr Millis kLately = std::chrono::minutes{9};  // the dispatcher remembers ten
constexpr Millis kNotice = Seconds{1};               // until it has seen that a flight is slow
constexpr int kSlowest = 16;                         // times `prompt`
constexpr int kDoublings = 5;

bool lately(Instant at, Instant now) {
  return at != kLongAgo && at + kLately > now;
}

int least_one(double slots) {
  return std::max(1, static_cast<int>(slots + 1e-9));
}

std::string over(const std::string& who, int held, int most, const std::string& of) {
  return who + " gets a flight though it has " + std::to_string(held) + " of the " +
         std::to_string(most) + " that it may have, " + of;
}

}  // namespace

void ShareWatch::Lately::note(const std::string& who, Instant now) {
  if (who != last) {
    other = last;
    other_at = last_at;
    last = who;
  }
  last_at = now;
}

int ShareWatch::slowest_now(const SharePolicy& share, Instant now) const {
  return static_cast<int>(std::count_if(flights_.begin(), flights_.end(), [&](const auto& item) {
    const Flight& flight = item.second;
    return flight.slowest || now - flight.started > share.prompt * kSlowest + kNotice;
  }));
}

std::vector<std::string> ShareWatch::started(const Policy& policy, LeaseId lease,
                                             const std::string& host_key,
                                             const std::string& address, bool steady,
                                             Instant now) {
  const SharePolicy& share = policy.share;
  const int slots = policy.frontier.flights_max;
  Host& host = hosts_[host_key];
  Flight flight{host_key, registrable_domain(host_in(host_key)), address, now, false};
  if (address.empty() || host.address != address) flight.address.clear();
  host.address = address;
  flight.slowest = host.met && host.took > share.prompt * kSlowest;
  std::vector<std::string> wrong;
  const bool crowded =
      static_cast<double>(flights_.size()) >= std::ceil(slots * (1 - share.reserve) - 1e-9);
  const std::string of_all = std::to_string(flights_.size()) + " of all " + std::to_string(slots) +
                             " are taken and others want some";
  const int of_domain = of_domain_[flight.domain];
  if (crowded && of_domain >= least_one(slots * share.domain) &&
      lately(domains_.of_others(flight.domain), now)) {
    wrong.push_back(over("domain " + flight.domain, of_domain, least_one(slots * share.domain),
                         of_all));
  }
  if (!flight.address.empty()) {
    const int at_address = at_address_[flight.address];
    if (crowded && at_address >= least_one(slots * share.address) &&
        lately(addresses_.of_others(flight.address), now)) {
      wrong.push_back(over("address " + flight.address, at_address,
                           least_one(slots * share.address), of_all));
    }
  }
  const int slowest = slowest_now(share, now);
  const int of_slowest = least_one(slots * std::pow(1 - share.reserve, kDoublings));
  if (steady && flight.slowest && slowest >= of_slowest && lately(faster_at_, now)) {
    wrong.push_back(over("the slowest, " + host_key + ",", slowest, of_slowest,
                         "and what is left is kept for faster ones"));
  }
  domains_.note(flight.domain, now);
  if (!flight.address.empty()) addresses_.note(flight.address, now);
  if (!flight.slowest) faster_at_ = now;
  ++of_domain_[flight.domain];
  if (!flight.address.empty()) ++at_address_[flight.address];
  flights_.emplace(raw(lease), std::move(flight));
  return wrong;
}

void ShareWatch::landed(LeaseId lease, bool tells, bool idle, Instant now) {
  const auto found = flights_.find(raw(lease));
  if (found == flights_.end()) return;
  const Flight flight = std::move(found->second);
  flights_.erase(found);
  --of_domain_[flight.domain];
  if (!flight.address.empty()) --at_address_[flight.address];
  Host& host = hosts_[flight.host];
  if (idle) {
    host.met = false;  // the daemon may forget it
  } else if (tells) {
    host.met = true;
    host.took = now - flight.started;
  }
}

}  // namespace frontierd::sim
