// Writes lines to a descriptor that others may read slowly or not at all, and never waits for them.
// A line goes out whole or not at all; what could only be begun is ended before the next one. One
// thread. The descriptor's own flags are left alone: others share it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frontierd {

class LogPipe {
 public:
  explicit LogPipe(int fd);

  // Is there room for a line? false: count it with drop().
  bool ready();
  void write(std::string_view line);
  void drop() {
    ++dropped_;
    ++untold_;
  }

  std::uint64_t dropped() const { return dropped_; }  // in all
  std::uint64_t untold() const { return untold_; }    // since told()
  void told() { untold_ = 0; }

 private:
  bool push();  // what is begun; false: it has to wait

  int fd_;
  bool socket_ = false;
  std::string begun_;
  std::uint64_t dropped_ = 0;
  std::uint64_t untold_ = 0;
};

}  // namespace frontierd
