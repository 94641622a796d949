// Answers by name, good and bad alike, served until they expire; the least recently used are
// forgotten first. The caller brings the hour. One thread.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "fetch/dns_answer.h"

namespace frontierd {

class DnsCache {
 public:
  explicit DnsCache(std::size_t limit) : limit_(limit) {}

  // Null: unknown or expired. Valid until the next put().
  const DnsAnswer* find(const std::string& name, Instant now);
  // The last answer had addresses, expired or not, and is still remembered.
  bool answered(const std::string& name) const;
  void put(const std::string& name, DnsAnswer answer);
  std::size_t size() const { return by_name_.size(); }

 private:
  using Entry = std::pair<std::string, DnsAnswer>;

  std::size_t limit_;
  std::list<Entry> recent_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace frontierd
