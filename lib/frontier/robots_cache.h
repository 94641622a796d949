// Parsed robots.txt of the hosts in use: a bounded, least-recently-used memory over the records in
// the store. Forgetting is free; the record is read again.
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

  explicit RobotsCache(std::size_t limit) : limit_(limit) {}

  Result<Said> ask(Store& store, const std::string& agent, HostId host,
                   std::string_view path_and_query);
  void put(const std::string& agent, HostId host, const RobotsRecord& record);
  // Of the cached record; nothing if none is cached or none is asked for.
  std::optional<Millis> crawl_delay(const std::string& agent, HostId host, Millis cap) const;
  void clear();

 private:
  struct Entry {
    HostId host = HostId::None;
    RobotsState state = RobotsState::DisallowAll;
    std::string why;
    Robots rules;
  };
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::int64_t, std::list<Entry>::iterator> by_host_;
  std::size_t limit_;
};

}  // namespace frontierd
