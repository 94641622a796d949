#include "frontier/robots_cache.h"

namespace frontierd {

void RobotsCache::put(const std::string& agent, HostId host, const RobotsRecord& record) {
  if (const auto known = by_host_.find(raw(host)); known != by_host_.end()) {
    entries_.erase(known->second);
    by_host_.erase(known);
  }
  Entry entry{host, record.state, record.why, {}};
  if (record.state == RobotsState::Rules) entry.rules = Robots::parse_for(record.body, agent);
  entries_.push_front(std::move(entry));
  by_host_[raw(host)] = entries_.begin();
  if (entries_.size() > limit_) {
    by_host_.erase(raw(entries_.back().host));
    entries_.pop_back();
  }
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
  entries_.clear();
  by_host_.clear();
}

}  // namespace frontierd
