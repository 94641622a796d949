// An epoll of descriptors that belong to a library (libcurl, c-ares), so that Asio watches one
// descriptor instead of hundreds. Level-triggered. One thread.
//
// A descriptor the library rests (CURL_POLL_REMOVE: it idles in the connection pool and often comes
// back) stays registered, which saves two system calls a page; if it becomes ready while resting it
// is taken out. That is safe only for descriptors whose birth we see, so owned() must be called
// then.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace frontierd {

class EpollSet {
 public:
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

 private:
  struct Slot {
    std::uint32_t registered = 0;  // events the kernel knows; 0: not registered
    std::uint32_t wanted = 0;
    std::uint32_t tag = 0;
    bool owned = false;
  };
  Slot& slot(int fd);
  void take_out(int fd, Slot& slot);

  int epoll_;
  std::vector<Slot> slots_;  // by descriptor
  std::vector<Ready> ready_;
};

}  // namespace frontierd
