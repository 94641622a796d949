#include "frontier/holds.h"

#include <algorithm>

namespace frontierd {

void Holds::set(Wait wait) {
  release(wait.reason);
  waits_.push_back(std::move(wait));
}

void Holds::set(WaitReason reason, bool on) {
  release(reason);
  if (on) waits_.emplace_back(reason);
}

void Holds::release(WaitReason reason) {
  std::erase_if(waits_, [&](const Wait& wait) { return wait.reason == reason; });
}

bool Holds::has(WaitReason reason) const {
  return std::any_of(waits_.begin(), waits_.end(),
                     [&](const Wait& wait) { return wait.reason == reason; });
}

std::optional<Wait> Holds::first() const {
  const auto first = std::min_element(waits_.begin(), waits_.end(), [](const Wait& a, const Wait& b) {
    return a.reason < b.reason;
  });
  if (first == waits_.end()) return std::nullopt;
  return *first;
}

}  // namespace frontierd
