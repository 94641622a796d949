// Why nothing is leased anywhere: an operator's pause, a drain, and what the shell says of our own
// ground (a full disk, an unsure clock ...), one of each reason until it is released. A value.
#pragma once

#include <optional>
#include <vector>

#include "frontier/wait_reason.h"

namespace frontierd {

class Holds {
 public:
  void set(Wait wait);
  void set(WaitReason reason, bool on);
  void release(WaitReason reason);
  bool has(WaitReason reason) const;
  // The first of them, in the order of the reasons.
  std::optional<Wait> first() const;

 private:
  std::vector<Wait> waits_;
};

}  // namespace frontierd
