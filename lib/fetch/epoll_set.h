// An epoll of descriptors that belong to a library (libcurl, c-ares), so that Asio watches one
// descriptor instead of hundreds. Level-triggered. One thread.
//
// A descriptor the library rests (CURL_POLL_REMOVE: it idles in the connection pool and often comes
// back) stays registered, which saves two system calls a page; if it becomes ready while resting it
// is taken out. That is safe only for descriptors whose birth we see, so owned() must be called
// then. How long each has rested is known, so that its owner can close what idles too long.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace frontierd {

class EpollSet {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Ready {
    int fd = -1;
    std::uint32_t events = 0;  // EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP
    std::uint32_t tag = 0;
  };

  EpollSet();
  ~EpollSet();
  EpollSet(const EpollSet&) = delete;
  EpollSet& operator=(const EpollSet&) = delete;

  int descriptor() const { return epoll_; }
  void owned(int fd);  // just opened; whatever was known of that number is void
  void want(int fd, std::uint32_t events, std::uint32_t tag);
  void rest(int fd);
  void closed(int fd);

  // What is ready now; never blocks. Valid until the next call.
  std::span<const Ready> poll();

  std::size_t open() const { return open_; }  // of those whose birth we saw
  std::size_t resting() const { return resting_; }
  // Since when the one rests that has rested longest; of none: the end of time.
  Time longest_rest() const;
  // The tags, each once, of those at rest since `before` or earlier, and of those that became ready
  // meanwhile: mostly the other side has closed.
  std::vector<std::uint32_t> to_be_closed(Time before) const;

 private:
  struct Slot {
    std::uint32_t registered = 0;  // events the kernel knows; 0: not registered
    std::uint32_t wanted = 0;
    std::uint32_t tag = 0;
    bool owned = false;
    bool spoke = false;  // became ready while resting
    Time rests_since = kAwake;
  };
  static constexpr Time kAwake = Time::max();

  Slot& slot(int fd);
  void forget(Slot& slot);
  void take_out(int fd, Slot& slot);

  int epoll_;
  std::vector<Slot> slots_;  // by descriptor
  std::vector<Ready> ready_;
  std::size_t open_ = 0;
  std::size_t resting_ = 0;
};

}  // namespace frontierd
