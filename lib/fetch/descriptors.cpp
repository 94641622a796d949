#include "fetch/descriptors.h"

#include <algorithm>

namespace frontierd {

DescriptorShare divide_descriptors(std::size_t limit, std::size_t flights,
                                   std::size_t connections) {
  const std::size_t rest = limit - std::min(limit, kOwnDescriptors);
  DescriptorShare share;
  share.flights = std::clamp<std::size_t>(rest / 4, 1, std::max<std::size_t>(flights, 1));
  const std::size_t left = rest - std::min(rest, share.flights);  // the spool files
  share.connections = std::clamp<std::size_t>(left, 1, std::max<std::size_t>(connections, 1));
  return share;
}

}  // namespace frontierd
