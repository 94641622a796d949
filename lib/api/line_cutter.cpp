#include "api/line_cutter.h"

#include <algorithm>

namespace frontierd {

void LineCutter::keep(std::string_view bytes) {
  if (fresh_) {
    line_.clear();
    length_ = 0;
    too_long_ = false;
    fresh_ = false;
  }
  length_ += bytes.size();
  line_.append(bytes.substr(0, limit_ + 1 - std::min(line_.size(), limit_ + 1)));
}

bool LineCutter::close() {
  ++number_;
  fresh_ = true;
  if (!line_.empty() && line_.back() == '\r' && length_ == line_.size()) {
    line_.pop_back();
    --length_;
  }
  too_long_ = length_ > limit_;
  if (too_long_) line_.resize(std::min(line_.size(), limit_));
  return true;
}

bool LineCutter::next(std::string_view& bytes) {
  if (bytes.empty()) return false;
  const std::size_t at = bytes.find('\n');
  keep(bytes.substr(0, at));
  if (at == std::string_view::npos) {
    bytes = {};
    return false;
  }
  bytes.remove_prefix(at + 1);
  return close();
}

bool LineCutter::finish() {
  return fresh_ ? false : close();
}

}  // namespace frontierd
