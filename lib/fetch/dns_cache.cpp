#include "fetch/dns_cache.h"

namespace frontierd {

const DnsAnswer* DnsCache::find(const std::string& name, Instant now) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  if (found->second->second.expires_at <= now) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return &found->second->second;
}

bool DnsCache::answered(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found != by_name_.end() && !found->second->second.addresses.empty();
}

void DnsCache::put(const std::string& name, DnsAnswer answer) {
  if (limit_ == 0) return;
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    found->second->second = std::move(answer);
    recent_.splice(recent_.begin(), recent_, found->second);
    return;
  }
  if (by_name_.size() == limit_) {
    by_name_.erase(recent_.back().first);
    recent_.pop_back();
  }
  recent_.emplace_front(name, std::move(answer));
  by_name_.emplace(name, recent_.begin());
}

}  // namespace frontierd
