#include "fetch/epoll_set.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"

namespace frontierd {
namespace {

constexpr std::size_t kBatch = 256;

}  // namespace

EpollSet::EpollSet() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  CHECK(epoll_ >= 0);
}
EpollSet::~EpollSet() {
  ::close(epoll_);
}

EpollSet::Slot& EpollSet::slot(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= slots_.size()) slots_.resize(index + 64);
  return slots_[index];
}

void EpollSet::owned(int fd) {
  slot(fd) = Slot{0, 0, 0, true};
}
void EpollSet::closed(int fd) {
  slot(fd) = Slot{};
}

void EpollSet::want(int fd, std::uint32_t events, std::uint32_t tag) {
  Slot& s = slot(fd);
  s.wanted = events;
  if (s.owned && s.registered == events && s.tag == tag) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = (static_cast<std::uint64_t>(tag) << 32) | static_cast<std::uint32_t>(fd);
  const int first = s.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  int code = ::epoll_ctl(epoll_, first, fd, &event);
  if (code != 0 && errno == EEXIST) code = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
  if (code != 0 && errno == ENOENT) code = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  s.registered = code == 0 ? events : 0;
  s.tag = tag;
}

void EpollSet::rest(int fd) {
  Slot& s = slot(fd);
  s.wanted = 0;
  if (!s.owned) take_out(fd, s);
}

void EpollSet::take_out(int fd, Slot& s) {
  if (s.registered != 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  s.registered = 0;
}

std::span<const EpollSet::Ready> EpollSet::poll() {
  std::array<epoll_event, kBatch> events;
  ready_.clear();
  const int count = ::epoll_wait(epoll_, events.data(), kBatch, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const int fd = static_cast<int>(event.data.u64 & 0xffffffffu);
    const auto tag = static_cast<std::uint32_t>(event.data.u64 >> 32);
    Slot& s = slot(fd);
    if (s.wanted == 0) {
      take_out(fd, s);
    } else {
      ready_.push_back({fd, event.events, tag});
    }
  }
  return ready_;
}

}  // namespace frontierd
