#include "sim/timeline.h"

#include "base/check.h"

namespace frontierd::sim {

Timeline::Slice& Timeline::at(Instant when) {
  if (start_ == kLongAgo) start_ = when;
  CHECK(when >= start_);
  while ((when - start_) / length_ >= static_cast<std::int64_t>(kSlices)) fold();
  const auto slice = static_cast<std::size_t>((when - start_) / length_);
  if (slice >= slices_.size()) slices_.resize(slice + 1);
  return slices_[slice];
}

void Timeline::fold() {
  length_ *= 2;
  std::vector<Slice> folded((slices_.size() + 1) / 2);
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    folded[i / 2].pages += slices_[i].pages;
    folded[i / 2].refused += slices_[i].refused;
    folded[i / 2].deaths += slices_[i].deaths;
  }
  slices_ = std::move(folded);
}

}  // namespace frontierd::sim
