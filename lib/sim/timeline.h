// How a run went along, for the picture: what landed, slice by slice. The slices are of one length;
// when the run outgrows them, pairs are folded and the length doubles, so memory stays the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace frontierd::sim {

class Timeline {
 public:
  static constexpr std::size_t kSlices = 120;  // at most

  struct Slice {
    std::uint64_t pages = 0;    // done
    std::uint64_t refused = 0;  // landings of a class that is trouble
    std::uint64_t deaths = 0;   // of our own process
  };

  // The slice that `at` falls into; the first call sets the start. Never before the start.
  Slice& at(Instant when);

  const std::vector<Slice>& slices() const { return slices_; }
  Millis slice_length() const { return length_; }

 private:
  void fold();

  Instant start_ = kLongAgo;
  Millis length_ = std::chrono::minutes{1};
  std::vector<Slice> slices_;
};

}  // namespace frontierd::sim
