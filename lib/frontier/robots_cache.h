// Parsed robots.txt of the hosts in use: a least-recently-used memory over the records in the store,
// bounded in bytes as the allocator counts them; the last one used always stays. Forgetting is free:
// the record is read again.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "base/ids.h"
#include "frontier/store.h"
#include "rules/robots.h"

namespace frontierd {

class RobotsCache {
 public:
  enum class Answer {
    Allowed,
    Barred,
    Shut
  };  // Shut: robots.txt could not be had, no page for now
  struct Said {
    Answer answer = Answer::Shut;
    std::string why;
  };

  explicit RobotsCache(std::uint64_t bytes) : limit_(bytes) {}
  void limit(std::uint64_t bytes);

  Result<Said> ask(Store& store, const std::string& agent, HostId host,
                   std::string_view path_and_query);
  void put(const std::string& agent, HostId host, const RobotsRecord& record);
  // Of the cached record; nothing if none is cached or none is asked for.
  std::optional<Millis> crawl_delay(const std::string& agent, HostId host, Millis cap) const;
  void clear();

  std::size_t size() const { return by_host_.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Entry {
    HostId host = HostId::None;
    RobotsState state = RobotsState::DisallowAll;
    std::string why;
    Robots rules;
    std::uint64_t bytes = 0;
  };
  using Entries = std::list<Entry>;
  void erase(Entries::iterator entry);
  void make_room();

  Entries entries_;  // most recently used first
  std::unordered_map<std::int64_t, Entries::iterator> by_host_;
  std::uint64_t limit_;
  std::uint64_t bytes_ = 0;
};

}  // namespace frontierd
