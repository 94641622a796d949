#include "fetch/host_book.h"

#include <algorithm>
#include <utility>

namespace frontierd {

const HostBook::Page* HostBook::find(std::string_view origin, Instant now) {
  const auto found = pages_.find(std::string(origin));
  if (found == pages_.end() || found->second.addresses.empty()) return nullptr;
  return found->second.until > now ? &found->second : nullptr;
}

bool HostBook::park(std::string_view origin, Lease lease) {
  make_room();
  next_expiry_ = std::min(next_expiry_, lease.expires_at);
  std::vector<Lease>& waiting = pages_[std::string(origin)].waiting;
  waiting.push_back(std::move(lease));
  return waiting.size() == 1;
}

std::vector<Lease> HostBook::learn(const std::string& origin, const DnsAnswer& answer) {
  make_room();
  Page& page = pages_[origin];
  std::vector<Lease> waited = std::exchange(page.waiting, {});
  if (answer.addresses.empty()) {
    pages_.erase(origin);
  } else {
    page.addresses = answer.addresses;
    page.until = answer.expires_at;
  }
  return waited;
}

std::vector<Lease> HostBook::expire(Instant now) {
  std::vector<Lease> ended;
  if (now < next_expiry_) return ended;
  next_expiry_ = kNever;
  for (auto& [origin, page] : pages_) {
    std::erase_if(page.waiting, [&](Lease& lease) {
      if (lease.expires_at > now) {
        next_expiry_ = std::min(next_expiry_, lease.expires_at);
        return false;
      }
      ended.push_back(std::move(lease));
      return true;
    });
  }
  return ended;
}

std::vector<Lease> HostBook::give_up() {
  std::vector<Lease> all;
  for (auto& [origin, page] : pages_) {
    for (Lease& lease : page.waiting) all.push_back(std::move(lease));
    page.waiting.clear();
  }
  return all;
}

void HostBook::make_room() {
  if (pages_.size() < limit_) return;
  std::erase_if(pages_, [](const auto& entry) { return entry.second.waiting.empty(); });
}

}  // namespace frontierd
