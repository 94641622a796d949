// The door through which the referee asks what people are told. Plain values.
#pragma once

#include <functional>
#include <string>

#include "frontier/explain.h"

namespace frontierd::sim {

// What the daemon would tell a person who asks now.
struct ExplainView {
  FrontierNow frontier;
  std::function<HostNow(const HostEntry&)> host_now;
  std::function<bool(const std::string& host_key)> looking_up;
  std::size_t slots = 0;  // flights that the fetcher takes
};

}  // namespace frontierd::sim
