#include "frontier/given_up.h"

#include <algorithm>

#include "base/check.h"

namespace frontierd {

void GivenUpHosts::add(HostId host) {
  if (hosts_.try_emplace(raw(host)).second) turns_.push_back(host);
}

void GivenUpHosts::more(HostId host) {
  const auto known = hosts_.find(raw(host));
  if (known != hosts_.end()) known->second.more = true;
}

void GivenUpHosts::forget(HostId host) {
  if (hosts_.erase(raw(host)) == 0) return;
  turns_.erase(std::find(turns_.begin(), turns_.end(), host));
}

GivenUpHosts::Part GivenUpHosts::part(std::size_t left) const {
  CHECK(!turns_.empty());
  const HostId host = turns_.front();
  const std::size_t share = std::max(kPartMax / hosts_.size(), kPartMin);
  return {host, hosts_.at(raw(host)).from, std::min(left, share)};
}

std::optional<std::size_t> GivenUpHosts::took(HostId host, const DroppedPart& part) {
  const auto known = hosts_.find(raw(host));
  CHECK(known != hosts_.end() && turns_.front() == host);
  Progress& progress = known->second;
  progress.dropped += part.dropped;
  if (part.rest || progress.more) {
    progress.more = progress.more && part.rest;
    progress.from = part.rest.value_or(QueuePlace{});
    turns_.pop_front();
    turns_.push_back(host);
    return std::nullopt;
  }
  const std::size_t total = progress.dropped;
  forget(host);
  return total;
}

}  // namespace frontierd
