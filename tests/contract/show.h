// What a store knows as one line of text each, so that two stores can be compared and a difference
// can be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontier/inspect.h"
#include "frontier/store.h"

namespace frontierd {

std::string show(std::optional<Instant> at);
std::string show(const Lease& lease);
std::string show(const HostState& state);
std::string show(const HostWishes& wishes);
std::string show(const HostEntry& entry);
std::string show(const Incident& incident);
std::string show(const std::optional<RobotsRecord>& robots);
std::string show(const EgressBlock& block);
std::string show(const ProviderBlock& block);
std::string show(const HostBlock& block);
std::string show(const UrlRecord& record);
std::string show(const AttemptRecord& record);
std::string show(const LeaseAnswer& answer);

template <class T>
std::string show_all(const std::vector<T>& all) {
  std::string out;
  for (const T& one : all) out += "\n  " + show(one);
  return out;
}

}  // namespace frontierd
