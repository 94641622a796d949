// Everything that can be looked at in a frontier, by name, so that what a crash took can be
// counted.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "frontier/inspect.h"
#include "frontier/store.h"

namespace frontierd {

struct Portrait {
  using Facts = std::map<std::string, std::string>;
  Facts urls;         // by URL: the record
  Facts settlements;  // by URL and number: the attempt with its verdict
  Facts hosts;        // by key: state, wishes, counts, robots, blocked ways; incidents by key and
                      // number; ways blocked for all hosts of a vendor
  Facts rest;         // notes, tally, counts of drops
  bool operator==(const Portrait&) const = default;
};

Result<Portrait> portray(Store& store, Inspector& inspector);

struct Loss {
  std::uint64_t seeds = 0;        // URLs that are not there
  std::uint64_t settlements = 0;  // attempts that are not there, or otherwise
  std::uint64_t hosts = 0;        // hosts and incidents that are not there, or otherwise
  std::string first;              // difference of any kind, in words; empty: none
};
Loss loss(const Portrait& before, const Portrait& after);

}  // namespace frontierd
