// How the process's descriptors are divided, so that none of our own parts takes another's: idle
// connections used to take all of them, and then nobody could be answered, looked up or archived.
//
//   kept for ourselves     admin API, listeners, name servers, database and its readers, archive,
//                          log, timers: kOwnDescriptors
//   of the rest:           each flight may need two (its connection, a spool file for a large body);
//                          what is left beside the flights holds idle connections
//
// The soft limit is raised to the hard one at start (at most kDescriptorsMax). Where the limit is
// low, fewer flights and idle connections are what gives way, never the crawl. Pure.
#pragma once

#include <cstddef>

namespace frontierd {

inline constexpr std::size_t kDescriptorsMax = 1u << 20;
inline constexpr std::size_t kOwnDescriptors = 192;

struct DescriptorShare {
  std::size_t flights = 1;
  std::size_t connections = 1;  // kept, those in use included
};

// `limit`: what the process may have open; `flights` and `connections`: what is wished for. Never
// more than that, and at least one of each.
DescriptorShare divide_descriptors(std::size_t limit, std::size_t flights, std::size_t connections);

// Under this limit not even one flight fits beside our own needs.
inline constexpr std::size_t kDescriptorsMin = kOwnDescriptors + 16;

}  // namespace frontierd
