#include "rules/suspicion.h"

#include <algorithm>

namespace frontierd {
namespace {

constexpr Millis kFirstWait = Seconds{30};
constexpr Millis kLongestWait = std::chrono::hours{1};
constexpr Millis kSpread = std::chrono::minutes{10};  // all suspects of one crash fit into this

}  // namespace

Millis suspects_end(int crashes) {
  return suspect_wait(crashes, 0, 1) + kSpread;
}

Millis suspect_wait(int crashes, std::size_t index, std::size_t count) {
  Millis wait = kFirstWait;
  for (int i = kSuspectedFrom; i < crashes && wait < kLongestWait; ++i) wait *= 4;
  wait = std::min(wait, kLongestWait);
  const auto apart =
      std::min(wait, kSpread / static_cast<int>(std::clamp<std::size_t>(count, 1, 1 << 20)));
  return wait + apart * static_cast<int>(std::min<std::size_t>(index, 1 << 20));
}

}  // namespace frontierd
