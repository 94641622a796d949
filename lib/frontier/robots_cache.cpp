#include "frontier/robots_cache.h"

#include <iterator>

namespace frontierd {

namespace {

// Of one entry beside its rules: the nodes of list and map, and its share of the map's buckets.
constexpr std::uint64_t kNodeBytes = 128;

}  // namespace

void RobotsCache::limit(std::uint64_t bytes) {
  limit_ = bytes;
  make_room();
}

void RobotsCache::put(const std::string& agent, HostId host, const RobotsRecord& record) {
  if (const auto known = by_host_.find(raw(host)); known != by_host_.end()) erase(known->second);
  Entry entry{host, record.state, record.why, {}, 0};
  if (record.state == RobotsState::Rules) entry.rules = Robots::parse_for(record.body, agent);
  entry.bytes = sizeof entry + kNodeBytes + entry.why.capacity() + entry.rules.memory();
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  by_host_[raw(host)] = entries_.begin();
  make_room();
}

void RobotsCache::erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_host_.erase(raw(entry->host));
  entries_.erase(entry);
}

void RobotsCache::make_room() {
  while (bytes_ > limit_ && entries_.size() > 1) erase(std::prev(entries_.end()));
}

Result<RobotsCache::Said> RobotsCache::ask(Store& store, const std::string& agent, HostId host,
                                           std::string_view path_and_query) {
  auto known = by_host_.find(raw(host));
  if (known == by_host_.end()) {
    TRY_ASSIGN(auto record, store.robots(host));
    if (!record) return Said{Answer::Shut, "robots.txt is not known yet"};
    put(agent, host, *record);
    known = by_host_.find(raw(host));
  }
  entries_.splice(entries_.begin(), entries_, known->second);
  const Entry& entry = entries_.front();
  if (entry.state == RobotsState::DisallowAll) return Said{Answer::Shut, entry.why};
  if (entry.state == RobotsState::AllowAll) return Said{Answer::Allowed, entry.why};
  const RobotsAnswer answer = entry.rules.allowed(agent, path_and_query);
  return Said{answer.allowed ? Answer::Allowed : Answer::Barred,
              "robots.txt line " + std::to_string(answer.line) + ": " + answer.rule};
}

std::optional<Millis> RobotsCache::crawl_delay(const std::string& agent, HostId host,
                                               Millis cap) const {
  const auto known = by_host_.find(raw(host));
  if (known == by_host_.end()) return std::nullopt;
  return known->second->rules.crawl_delay(agent, cap);
}

void RobotsCache::clear() {
  bytes_ = 0;
  entries_.clear();
  by_host_.clear();
}

}  // namespace frontierd
